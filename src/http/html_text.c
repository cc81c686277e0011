/* Duty: texts of the catalogue with their arguments filled in.
 * Not its duty: finding texts (struct html_locale), escaping (html_text_str).
 * A placeholder without an argument is written as it stands; tplc refuses such a call at build
 * time.
 */
#include "http/html.h"
#include "http/html_part.h"

struct html_arg html_arg_str(str s)
{
    return (struct html_arg){.kind = HTML_ARG_TEXT, .text = s};
}

struct html_arg html_arg_c(const char *s)
{
    return html_arg_str(str_c(s));
}

struct html_arg html_arg_int(int64_t n)
{
    return html_arg_of(HTML_ARG_INT, n);
}

struct html_arg html_arg_uint(uint64_t n)
{
    return html_arg_of(HTML_ARG_INT, n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

struct html_arg html_arg_money(struct money m)
{
    return (struct html_arg){.kind = HTML_ARG_MONEY, .money = m};
}

struct html_arg html_arg_of(enum html_arg_kind kind, int64_t n)
{
    return (struct html_arg){.kind = kind, .n = n};
}

static void add_arg(const struct html *h, struct strbuf *out, const struct html_arg *arg)
{
    const struct html_locale *l = h->locale;
    switch (arg->kind) {
    case HTML_ARG_TEXT:
        strbuf_add(out, arg->text);
        break;
    case HTML_ARG_INT:
        strbuf_add_int(out, arg->n);
        break;
    case HTML_ARG_ID: {
        struct id_text text = id_format(arg->n);
        strbuf_add(out, id_str(&text));
        break;
    }
    case HTML_ARG_MONEY:
        l->money(l->self, out, arg->money);
        break;
    case HTML_ARG_NUMBER:
        l->number(l->self, out, arg->n);
        break;
    case HTML_ARG_DATE:
    case HTML_ARG_DATE_TIME:
    case HTML_ARG_AGO:
        l->date(l->self, out, arg->n, (int)(arg->kind - HTML_ARG_DATE));
        break;
    case HTML_ARG_UNSET:
    default:
        UNREACHABLE();
    }
}

static void fill(const struct html *h, struct strbuf *out, str text, const struct html_arg *args,
                 size_t count)
{
    size_t run = 0;
    for (size_t i = 0; i + 2 < text.len; i++) {
        if (text.ptr[i] != '{' || text.ptr[i + 2] != '}')
            continue;
        size_t n = (size_t)(unsigned char)text.ptr[i + 1] - '0';
        if (n >= count)
            continue;
        strbuf_add(out, (str){text.ptr + run, i - run});
        add_arg(h, out, &args[n]);
        run = i + 3;
        i += 2;
    }
    if (run < text.len)
        strbuf_add(out, str_from(text, run));
}

void html_t(struct html *h, const char *key, const struct html_arg *args, size_t count)
{
    str text = h->locale->text(h->locale->self, key);
    if (count == 0) {
        html_text_str(h, text);
        return;
    }
    strbuf_clear(&h->scratch);
    fill(h, &h->scratch, text, args, count);
    html_text_str(h, strbuf_view(&h->scratch));
}

/* {0} is the count, so the arguments move up by one. */
static void fill_plural(struct html *h, const char *key, int64_t n, const struct html_arg *args,
                        size_t count)
{
    struct html_arg all[3] = {html_arg_of(HTML_ARG_NUMBER, n)};
    ASSERT(count < COUNT(all));
    for (size_t i = 0; i < count; i++)
        all[i + 1] = args[i];
    strbuf_clear(&h->scratch);
    fill(h, &h->scratch, h->locale->plural(h->locale->self, key, n), all, count + 1);
}

void html_tn(struct html *h, const char *key, int64_t n, const struct html_arg *args, size_t count)
{
    fill_plural(h, key, n, args, count);
    html_text_str(h, strbuf_view(&h->scratch));
}

static str keep_scratch(struct html *h)
{
    str kept;
    if (str_dup(h->out.arena, strbuf_view(&h->scratch), &kept) == NULL)
        return kept;
    h->out.failed = true; /* html_finish will say so */
    return S("");
}

str html_t_str(struct html *h, const char *key, const struct html_arg *args, size_t count)
{
    str text = h->locale->text(h->locale->self, key);
    if (count == 0)
        return text;
    strbuf_clear(&h->scratch);
    fill(h, &h->scratch, text, args, count);
    return keep_scratch(h);
}

str html_tn_str(struct html *h, const char *key, int64_t n, const struct html_arg *args,
                size_t count)
{
    fill_plural(h, key, n, args, count);
    return keep_scratch(h);
}
