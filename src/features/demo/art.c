/* From a piece to the bytes of a PNG: sampling with smoothed edges, the film (contrast, vignette,
 * grain), the file. */
#include "art.h"

#include <string.h>
#include <zlib.h>

#include "art_scene.h"

static float film(float x)
{
    x = maxf(x, 0.0f);
    float y = x * (2.51f * x + 0.03f) / (x * (2.43f * x + 0.59f) + 0.14f);
    y = clampf(y, 0.0f, 1.0f);
    return y <= 0.0031308f ? y * 12.92f : 1.055f * powf(y, 1.0f / 2.4f) - 0.055f;
}

struct canvas {
    const struct art_piece *piece;
    struct art_scene *scene;
    int width, height;
    struct v3 *pixels;
    uint16_t *what;
    bool *is_known;
};

static struct v3 sample(const struct canvas *c, float x, float y, int *ret_what)
{
    struct v3 light;
    float exposure = 0.75f;
    if (c->scene != NULL) {
        float aspect = (float)c->width / (float)c->height;
        light = art_scene_sample(c->scene, (2.0f * x / (float)c->width - 1.0f) * aspect,
                                 1.0f - 2.0f * y / (float)c->height, ret_what);
        exposure = c->scene->exposure;
    } else {
        float rgb[3] = {0};
        c->piece->paint(x / (float)c->width, y / (float)c->width, rgb);
        light = V(rgb[0], rgb[1], rgb[2]);
        *ret_what = 0;
    }
    float dx = x / (float)c->width - 0.5f, dy = y / (float)c->height - 0.5f;
    exposure *= 1.0f - 0.55f * (dx * dx + dy * dy);
    return V(film(light.x * exposure), film(light.y * exposure), film(light.z * exposure));
}

static float unlike(struct v3 a, struct v3 b)
{
    struct v3 d = v3_sub(a, b);
    return fabsf(d.x) + fabsf(d.y) + fabsf(d.z);
}

static bool differs(const struct canvas *c, int i, int j)
{
    return c->what[i] != c->what[j] || unlike(c->pixels[i], c->pixels[j]) > 0.15f;
}

static void take(struct canvas *c, int x, int y)
{
    int what = 0, i = y * c->width + x;
    c->pixels[i] = sample(c, (float)x + 0.5f, (float)y + 0.5f, &what);
    c->what[i] = (uint16_t)what;
    c->is_known[i] = true;
}

static bool is_like(const struct canvas *c, int i, int j)
{
    return c->what[i] == c->what[j] && unlike(c->pixels[i], c->pixels[j]) <= 0.024f;
}

static void set(struct canvas *c, int i, struct v3 pixel, uint16_t what)
{
    c->pixels[i] = pixel;
    c->what[i] = what;
    c->is_known[i] = true;
}

static void need(struct canvas *c, int x, int y)
{
    if (x < c->width && y < c->height && !c->is_known[y * c->width + x])
        take(c, x, y);
}

/* What lies between four corners `side` apart that are alike; the right and the lower edge are the
 * neighbours'. */
static bool blend_between(struct canvas *c, int x, int y, int side)
{
    int i = y * c->width + x, right = i + side, below = i + side * c->width, across = below + side;
    if (!is_like(c, i, right) || !is_like(c, i, below) || !is_like(c, i, across))
        return false;
    struct v3 corners[4] = {c->pixels[i], c->pixels[right], c->pixels[below], c->pixels[across]};
    struct v3 middle =
        v3_mix(v3_mix(corners[0], corners[1], 0.5f), v3_mix(corners[2], corners[3], 0.5f), 0.5f);
    if (side > 2) { /* something thin may stand between them */
        int centre = i + side / 2 * (c->width + 1);
        need(c, x + side / 2, y + side / 2);
        if (c->what[centre] != c->what[i] || unlike(c->pixels[centre], middle) > 0.012f)
            return false;
    }
    for (int dy = 0; dy < side; dy++) {
        for (int dx = 0; dx < side; dx++) {
            float u = (float)dx / (float)side, v = (float)dy / (float)side;
            if (!c->is_known[i + dy * c->width + dx])
                set(c, i + dy * c->width + dx,
                    v3_mix(v3_mix(corners[0], corners[1], u), v3_mix(corners[2], corners[3], u), v),
                    c->what[i]);
        }
    }
    return true;
}

/* One pixel of sixteen is taken first, then one of four, then all: where the corners of a square
 * are alike, what lies between them is blended. */
static void take_all(struct canvas *c)
{
    for (int side = 4; side >= 2; side /= 2) {
        for (int y = 0; y < c->height; y += side)
            for (int x = 0; x < c->width; x += side)
                need(c, x, y);
        for (int y = 0; y + side < c->height; y += side)
            for (int x = 0; x + side < c->width; x += side)
                (void)blend_between(c, x, y, side);
    }
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++)
            need(c, x, y);
}

/* Two more samples where a pixel is unlike its neighbours. */
static void smooth_edges(struct canvas *c, struct v3 *out)
{
    static const float offsets[2][2] = {{-0.3f, 0.25f}, {0.3f, -0.25f}};
    for (int y = 0; y < c->height; y++) {
        for (int x = 0; x < c->width; x++) {
            int i = y * c->width + x;
            out[i] = c->pixels[i];
            bool edge = (x > 0 && differs(c, i, i - 1)) ||
                        (x + 1 < c->width && differs(c, i, i + 1)) ||
                        (y > 0 && differs(c, i, i - c->width)) ||
                        (y + 1 < c->height && differs(c, i, i + c->width));
            for (size_t k = 0; edge && k < COUNT(offsets); k++) {
                int what;
                out[i] = v3_add(out[i], sample(c, (float)x + 0.5f + offsets[k][0],
                                               (float)y + 0.5f + offsets[k][1], &what));
            }
            if (edge)
                out[i] = v3_scale(out[i], 1.0f / (float)(COUNT(offsets) + 1));
        }
    }
}

static void develop(const struct canvas *c, const struct v3 *in, uint8_t *rgb)
{
    for (int y = 0; y < c->height; y++) {
        for (int x = 0; x < c->width; x++) {
            struct v3 p = in[y * c->width + x];
            float grain = (art_hash(x, y, 5) + art_hash(x / 2, y / 2, 6) - 1.0f) * 0.011f;
            float parts[3] = {p.x, p.y, p.z};
            for (int k = 0; k < 3; k++)
                *rgb++ = (uint8_t)(clampf(parts[k] + grain, 0.0f, 1.0f) * 255.0f + 0.5f);
        }
    }
}

const struct err *art_draw(struct arena *a, const struct art_piece *piece, int width, int height,
                           uint8_t **ret_rgb)
{
    size_t count = (size_t)width * (size_t)height;
    struct canvas c = {.piece = piece, .width = width, .height = height};
    TRY_NEW_ARRAY(a, *ret_rgb, count * 3);
    TRY_NEW_ARRAY(a, c.pixels, count);
    TRY_NEW_ARRAY(a, c.what, count);
    TRY_NEW_ARRAY(a, c.is_known, count);
    struct v3 *smooth;
    TRY_NEW_ARRAY(a, smooth, count);
    if (piece->arrange != NULL) {
        TRY_NEW(a, c.scene);
        c.scene->arena = a;
        piece->arrange(c.scene);
        art_scene_prepare(c.scene);
        if (c.scene->failed)
            return &err_out_of_memory;
    }
    take_all(&c);
    smooth_edges(&c, smooth);
    develop(&c, smooth, *ret_rgb);
    return NULL;
}

static void add_u32(struct strbuf *sb, uint32_t n)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        strbuf_add_char(sb, (char)(n >> shift & 255));
}

static void add_chunk(struct strbuf *sb, const char *name, const void *bytes, size_t count)
{
    add_u32(sb, (uint32_t)count);
    size_t start = sb->len;
    strbuf_add(sb, str_c(name));
    strbuf_add(sb, (str){bytes, count});
    if (!sb->failed)
        add_u32(sb, (uint32_t)crc32(0, (const Bytef *)sb->ptr + start, (uInt)(sb->len - start)));
}

const struct err *art_png(struct arena *a, const uint8_t *rgb, int width, int height, str *ret)
{
    size_t row = (size_t)width * 3, rows = (size_t)height;
    uint8_t *raw;
    TRY_NEW_ARRAY(a, raw, (row + 1) * rows);
    for (size_t y = 0; y < rows; y++) {
        uint8_t *to = raw + y * (row + 1);
        const uint8_t *from = rgb + y * row;
        *to++ = 1; /* each byte less the one of the pixel before */
        for (size_t x = 0; x < row; x++)
            to[x] = (uint8_t)(from[x] - (x >= 3 ? from[x - 3] : 0));
    }
    uLongf packed = compressBound((uLong)((row + 1) * rows));
    uint8_t *out;
    TRY_NEW_ARRAY(a, out, packed);
    if (compress2(out, &packed, raw, (uLong)((row + 1) * rows), 1) != Z_OK)
        return &err_out_of_memory;
    struct strbuf sb, head;
    strbuf_init(&sb, a, packed + 128);
    strbuf_init(&head, a, 16);
    strbuf_add(&sb, (str){"\x89PNG\r\n\x1a\n", 8});
    add_u32(&head, (uint32_t)width);
    add_u32(&head, (uint32_t)height);
    strbuf_add(&head, (str){"\x08\x02\0\0\0", 5});
    add_chunk(&sb, "IHDR", head.ptr, head.len);
    add_chunk(&sb, "IDAT", out, packed);
    add_chunk(&sb, "IEND", "", 0);
    return strbuf_finish(&sb, ret);
}

const struct art_piece *art_find(str name)
{
    const struct art_piece *lists[] = {art_reef, art_clay, art_tea};
    for (size_t i = 0; i < COUNT(lists); i++) {
        for (const struct art_piece *p = lists[i]; p->name != NULL; p++) {
            if (str_eq(name, str_c(p->name)))
                return p;
        }
    }
    return NULL;
}
