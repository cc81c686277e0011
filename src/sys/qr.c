#include "sys/qr.h"

#include <qrencode.h>

enum { QUIET_MODULES = 4, TEXT_MAX = 2331, OUTPUT_MAX = 512 * 1024 };

static void free_code(void *code)
{
    QRcode_free(code);
}

static const struct err *make_code(struct arena *a, str text, const QRcode **ret)
{
    if (text.len == 0 || text.len > TEXT_MAX)
        return ERR(a, ERR_LIMIT, "qr.too_long", "a QR code of %zu bytes", text.len);
    QRcode *code = QRcode_encodeData((int)text.len, (const unsigned char *)text.ptr, 0,
                                     QR_ECLEVEL_M);
    if (code == NULL)
        return &err_out_of_memory;
    if (!arena_defer(a, free_code, code))
        return &err_out_of_memory;
    *ret = code;
    return NULL;
}

static bool is_dark(const QRcode *code, int x, int y)
{
    return x >= 0 && y >= 0 && x < code->width && y < code->width &&
           (code->data[y * code->width + x] & 1) != 0;
}

const struct err *qr_svg(struct arena *a, str text, str *ret)
{
    const QRcode *code;
    struct strbuf sb;
    TRY(make_code(a, text, &code));
    int side = code->width + 2 * QUIET_MODULES;
    strbuf_init(&sb, a, OUTPUT_MAX);
    strbuf_addf(&sb,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                "shape-rendering=\"crispEdges\">"
                "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path fill=\"#000\" d=\"",
                side, side, side, side);
    for (int y = 0; y < code->width; y++) {
        for (int x = 0; x < code->width; x++) {
            int from = x;
            while (is_dark(code, x, y))
                x++;
            if (x > from)
                strbuf_addf(&sb, "M%d %dh%dv1h-%dz", from + QUIET_MODULES, y + QUIET_MODULES,
                            x - from, x - from);
        }
    }
    strbuf_add(&sb, S("\"/></svg>"));
    return strbuf_finish(&sb, ret);
}

const struct err *qr_terminal(struct arena *a, str text, str *ret)
{
    static const char *const blocks[] = {" ", "▄", "▀", "█"}; /* upper dark * 2 + lower dark */
    const QRcode *code;
    struct strbuf sb;
    TRY(make_code(a, text, &code));
    strbuf_init(&sb, a, OUTPUT_MAX);
    for (int y = -QUIET_MODULES; y < code->width + QUIET_MODULES; y += 2) {
        strbuf_add(&sb, S("\x1b[30;107m"));
        for (int x = -QUIET_MODULES; x < code->width + QUIET_MODULES; x++)
            strbuf_add(&sb, str_c(blocks[is_dark(code, x, y) * 2 + is_dark(code, x, y + 1)]));
        strbuf_add(&sb, S("\x1b[0m\n"));
    }
    return strbuf_finish(&sb, ret);
}
