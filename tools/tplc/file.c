/* Duty: one template file from its first to its last byte. */
#include "tools/tplc/tplc.h"

void tplc_init(struct tplc *p, struct arena *a, const struct text_table *texts)
{
    *p = (struct tplc){.arena = a, .texts = texts};
    strbuf_init(&p->literal, a, MiB(4));
    strbuf_init(&p->includes, a, KiB(32));
    strbuf_init(&p->header, a, MiB(1));
    strbuf_init(&p->code, a, MiB(64));
}

static const struct err *skip_comment(struct tplc *p)
{
    ptrdiff_t end = str_find(str_from(p->src, p->at), S("#}"));
    if (end < 0)
        return tplc_fail(p, p->line, "{# without #}");
    for (size_t to = p->at + (size_t)end + 2; p->at < to; p->at++)
        p->line += p->src.ptr[p->at] == '\n';
    return NULL;
}

static const struct err *step_outside(struct tplc *p)
{
    char c = p->src.ptr[p->at];
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
        return tplc_fail(p, p->line, "markup outside {%% template %%}");
    p->line += c == '\n';
    p->at++;
    return NULL;
}

const struct err *tplc_file(struct tplc *p)
{
    p->at = 0;
    p->line = 1;
    p->elements.count = p->blocks.count = 0;
    strbuf_clear(&p->literal);
    if (str_find_char(p->src, '\0') >= 0)
        return tplc_fail(p, 1, "a NUL byte in the file");
    while (p->at < p->src.len) {
        str rest = str_from(p->src, p->at);
        if (str_starts(rest, S("{#")))
            TRY(skip_comment(p));
        else if (str_starts(rest, S("{%")))
            TRY(block_step(p));
        else if (p->blocks.count == 0)
            TRY(step_outside(p));
        else if (str_starts(rest, S("{{")))
            TRY(hole_step(p));
        else
            TRY(html_step(p));
    }
    if (p->blocks.count > 0)
        return tplc_fail(p, p->blocks.items[p->blocks.count - 1].line,
                         "this block has no {%% end %%}");
    if (p->header.failed || p->code.failed || p->literal.failed || p->includes.failed)
        return tplc_fail(p, 1, "the file is too large");
    return NULL;
}
