/* flow_try: "try it as a customer": a conversation of the merchant with her own bot. Nothing is
 * ordered or sent. */
#include "flow/flow_pages.h"

#include "core/i18n.h"
#include "flow/flow_talk.h"
#include "flow_tpl.h"

static const struct err *lines_load(struct web *w, struct tx *tx, int64_t run,
                                    struct flow_try_view *v)
{
    enum { LINES_MAX = 200 };
    struct flow_preview_lines_row *rows = NULL;
    TRY(flow_preview_lines(tx, w->arena, w->shop_id, run, LINES_MAX, LINES_MAX, &rows,
                           &v->line_count));
    TRY_NEW_ARRAY(w->arena, v->lines, v->line_count + 1);
    for (size_t i = 0; i < v->line_count; i++) {
        const struct flow_preview_lines_row *row = &rows[v->line_count - 1 - i];
        struct flow_line_view *line = &v->lines[i];
        str rest = row->buttons;
        *line = (struct flow_line_view){.is_customer = row->is_customer,
                                        .text = row->words,
                                        .is_last = i + 1 == v->line_count,
                                        .has_form = row->form.len > 0};
        while (rest.len > 0 && line->button_count < CHAT_BUTTONS_MAX) {
            str button = str_cut(&rest, '\n');
            struct chat_button *b = &line->buttons[line->button_count++];
            b->label = str_cut(&button, '\t');
            b->token = str_cut(&button, '\t');
            b->is_main = !str_is_empty(button);
        }
    }
    return NULL;
}

struct begin {
    struct shop_id shop_id;
    struct flow_id flow_id;
    str language;
    int64_t run_id;
    struct flow_preview_act act;
};

static const struct err *begin(struct turn *t, void *arg)
{
    struct begin *b = arg;
    return flow_preview_begin(t, b->shop_id, b->flow_id, b->language, &b->run_id);
}

static const struct err *act(struct turn *t, void *arg)
{
    struct begin *b = arg;
    return flow_preview_do(t, &b->act);
}

static const struct err *back_to_page(struct web *w, struct flow_id flow)
{
    struct id_text id = id_format(flow.v);
    return web_redirect(w, "/console/%.*s/flows/%s/try", STR_ARG(w->shop_handle), id.text);
}

const struct err *flow_try_get(struct web *w)
{
    struct flow_try_view *v = NULL;
    struct flow_preview_run_row run;
    struct flow_edit edit;
    struct shop shop;
    struct tx *tx = NULL;
    struct html html;
    bool found = false;
    str back;
    TRY_NEW(w->arena, v);
    TRY(web_param_id(w, 1, &v->flow_id.v));
    TRY(web_read(w, &tx));
    TRY(flow_edit_load(tx, w->arena, w->shop_id, v->flow_id, &edit));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    TRY(flow_preview_run(tx, w->arena, w->shop_id, v->flow_id, w->viewer.account_id, &run, &found));
    if (found)
        TRY(lines_load(w, tx, run.id, v));
    v->has_draft = edit.has_draft;
    v->live_number = edit.live_number;
    v->is_outdated = found && edit.revision.v > run.id; /* ids follow each other in time */
    TRY(flow_may_change(w, &v->may_change));
    v->country = shop.country;
    v->input_count = address_inputs(shop.country, v->inputs);
    struct id_text id = id_format(v->flow_id.v);
    TRY(str_fmt(w->arena, &back, "/%s", id.text));
    TRY(flow_page_start(w, &v->page, locale_text(w->locale, "flow.preview.title"), back));
    v->page.bar_title = flow_title(w, &edit);
    web_html_begin(w, &html);
    tpl_flow_try(&html, v);
    return web_html(w, 200, &html);
}

const struct err *flow_try_again_post(struct web *w)
{
    struct begin b = {.shop_id = w->shop_id};
    str asked = STR_NONE;
    TRY(web_param_id(w, 1, &b.flow_id.v));
    TRY(web_text(w, "language", 0, 10, &asked));
    enum language language = language_parse(asked);
    b.language = language_code(language == LANGUAGE_UNSET ? w->locale->language : language);
    TRY(web_write(w, begin, &b));
    return back_to_page(w, b.flow_id);
}

const struct err *flow_try_post(struct web *w)
{
    struct begin b = {.shop_id = w->shop_id, .act = {.shop_id = w->shop_id}};
    TRY(web_param_id(w, 1, &b.flow_id.v));
    b.act.flow_id = b.flow_id;
    TRY(web_text(w, "token", 0, 64, &b.act.token));
    TRY(web_text(w, "text", 0, CHAT_TEXT_MAX, &b.act.text));
    b.act.form = &w->form;
    b.act.is_sample = web_has(w, "sample");
    const struct err *e = web_write(w, act, &b);
    if (e != NULL && e->kind != ERR_INVALID && e->kind != ERR_NOT_FOUND)
        return e;
    if (e != NULL)
        TRY(web_flash(w, e->key));
    return back_to_page(w, b.flow_id);
}
