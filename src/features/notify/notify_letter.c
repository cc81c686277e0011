#include "notify/notify_letter.h"

#include "core/i18n.h"
#include "notify/notify_tpl.h"

enum { BODY_MAX = 200 * 1024 };

static void add_line(struct strbuf *sb, str line)
{
    strbuf_add(sb, line);
    strbuf_add_char(sb, '\n');
}

static const struct err *render_text(struct arena *a, const struct notify_letter *v, str button_url,
                                     str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, BODY_MAX);
    add_line(&sb, v->heading);
    for (size_t i = 0; i < v->paragraph_count; i++) {
        strbuf_add_char(&sb, '\n');
        add_line(&sb, v->paragraphs[i]);
    }
    if (v->row_count > 0)
        strbuf_add_char(&sb, '\n');
    for (size_t i = 0; i < v->row_count; i++) {
        strbuf_add(&sb, v->rows[i].label);
        strbuf_add(&sb, str_is_empty(v->rows[i].value) ? S("") : S(": "));
        add_line(&sb, v->rows[i].value);
    }
    if (!str_is_empty(v->button_label)) {
        strbuf_add_char(&sb, '\n');
        add_line(&sb, v->button_label);
        add_line(&sb, button_url);
    }
    if (!str_is_empty(v->footer)) {
        strbuf_add_char(&sb, '\n');
        add_line(&sb, v->footer);
    }
    return strbuf_finish(&sb, ret);
}

const struct err *notify_letter_render(struct platform *p, struct arena *a,
                                       const struct notify_letter *letter, str *ret_text,
                                       str *ret_html)
{
    struct locale locale;
    struct html h;
    struct url_safe button = {0};
    str url;
    TRY(str_fmt(a, &url, "%.*s%.*s", STR_ARG(p->base_url), STR_ARG(letter->button_path)));
    if (!str_is_empty(letter->button_label) && !url_check(url, &button))
        return ERR(a, ERR_BUG, "error.bug", "button path %.*s", STR_ARG(letter->button_path));
    TRY(render_text(a, letter, url, ret_text));
    locale_init(&locale, p->texts, letter->language, STR_NONE, STR_NONE, 0);
    html_init(&h, a, &locale.page, BODY_MAX);
    tpl_notify_letter(&h, letter, button);
    return html_finish(&h, ret_html);
}
