/* flow_pages: the list of flows and the people behind a figure; what all pages of the bot share. */
#include "flow/flow_pages.h"

#include "core/i18n.h"
#include "core/permission.h"
#include "flow_tpl.h"

const char *flow_step_name(enum flow_step_kind kind)
{
    static const char *const names[FLOW_STEP_KIND_COUNT] = {[FLOW_STEP_UNSET] =
                                                                "flow.step.question",
                                                            [FLOW_PRODUCT] = "flow.step.product",
                                                            [FLOW_OPTION] = "flow.step.option",
                                                            [FLOW_QUANTITY] = "flow.step.quantity",
                                                            [FLOW_ADDRESS] = "flow.step.address",
                                                            [FLOW_QUESTION] = "flow.step.question",
                                                            [FLOW_SUMMARY] = "flow.step.summary",
                                                            [FLOW_PAY] = "flow.step.pay",
                                                            [FLOW_DONE] = "flow.step.pay"};
    return names[kind];
}

const char *flow_step_hint(enum flow_step_kind kind)
{
    static const char *const hints[FLOW_STEP_KIND_COUNT] = {
        [FLOW_STEP_UNSET] = "flow.step.question.hint", [FLOW_PRODUCT] = "flow.step.product.hint",
        [FLOW_OPTION] = "flow.step.option.hint", [FLOW_QUANTITY] = "flow.step.quantity.hint",
        [FLOW_ADDRESS] = "flow.step.address.hint", [FLOW_QUESTION] = "flow.step.question.hint",
        [FLOW_SUMMARY] = "flow.step.summary.hint", [FLOW_PAY] = "flow.step.pay.hint",
        [FLOW_DONE] = "flow.step.pay.hint"};
    return hints[kind];
}

str flow_step_words(const struct locale *locale, const struct flow_step *step)
{
    bool is_chinese = locale->language == LANGUAGE_ZH;
    str own = is_chinese ? step->text_zh : step->text_en,
        other = is_chinese ? step->text_en : step->text_zh;
    if (!str_is_empty(own))
        return own;
    return !str_is_empty(other) ? other : locale_text(locale, flow_step_name(step->kind));
}

/* ---- what handlers share ---- */

const struct err *flow_may_change(struct web *w, bool *ret)
{
    struct tx *tx = NULL;
    str role;
    TRY(web_read(w, &tx));
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    *ret = permission_of_role(w->platform, role, "flow.change");
    return NULL;
}

const struct err *flow_page_start(struct web *w, struct page *page, str title, str back_suffix)
{
    str back;
    TRY(page_init(w, page, title));
    if (str_is_absent(back_suffix))
        return NULL;
    TRY(str_fmt(w->arena, &back, "/console/%.*s/flows%.*s", STR_ARG(w->shop_handle),
                STR_ARG(back_suffix)));
    page->back = (struct url_safe){back};
    page->bar_title = title;
    return NULL;
}

str flow_title(struct web *w, const struct flow_edit *edit)
{
    return edit->is_standard ? locale_text(w->locale, "flow.standard") : edit->name;
}

/* ---- the list ---- */

static const struct err *list_page(struct web *w, const struct err *refused)
{
    struct flow_list_view *v = NULL;
    struct tx *tx = NULL;
    struct html html;
    TRY_NEW(w->arena, v);
    TRY(web_read(w, &tx));
    TRY(flow_rows(tx, w->arena, w->shop_id, FLOW_FLOWS_MAX, &v->flows, &v->flow_count));
    if (w->is_api)
        return flow_list_json(w, v);
    if (refused != NULL)
        TRY(form_fault_of(w, refused, &v->fault));
    TRY(flow_may_change(w, &v->may_change));
    TRY(flow_page_start(w, &v->page, locale_text(w->locale, "flow.list.title"), STR_NONE));
    web_html_begin(w, &html);
    tpl_flow_list(&html, v);
    return web_html(w, refused == NULL ? 200 : 422, &html);
}

/* From a post: straight to the flow that its hashtag starts, or that it would start. */
static const struct err *flow_of_post(struct web *w, struct post_id post)
{
    struct flow_trigger_of_post_row trigger;
    struct flow_standard_row_row standard;
    struct tx *tx = NULL;
    bool found = false;
    TRY(web_read(w, &tx));
    TRY(flow_trigger_of_post(tx, w->arena, w->shop_id, post, &trigger, &found));
    if (!found) {
        TRY(flow_standard_row(tx, w->arena, w->shop_id, &standard, &found));
        trigger.flow_id = standard.id;
    }
    if (!found)
        return list_page(w, NULL);
    struct id_text flow = id_format(trigger.flow_id.v), id = id_format(post.v);
    return web_redirect(w, "/console/%.*s/flows/%s?post=%s#hashtags", STR_ARG(w->shop_handle),
                        flow.text, id.text);
}

const struct err *flow_list_get(struct web *w)
{
    struct post_id post = {0};
    if (!w->is_api && id_parse(web_query(w, "post"), &post.v))
        return flow_of_post(w, post);
    return list_page(w, NULL);
}

struct create_command {
    struct shop_id shop_id;
    str name;
    struct flow_id made;
};

static const struct err *create(struct turn *t, void *arg)
{
    struct create_command *c = arg;
    return flow_edit_create(t, c->shop_id, c->name, &c->made);
}

const struct err *flow_create_post(struct web *w)
{
    struct create_command c = {.shop_id = w->shop_id};
    struct flow_edit edit;
    struct tx *tx = NULL;
    const struct err *e = web_text(w, "name", 1, FLOW_NAME_MAX, &c.name);
    if (e == NULL)
        e = web_write(w, create, &c);
    if (e != NULL)
        return w->is_api || e->kind != ERR_INVALID ? e : list_page(w, e);
    if (w->is_api) {
        TRY(web_read(w, &tx));
        TRY(flow_edit_load(tx, w->arena, w->shop_id, c.made, &edit));
        return flow_edit_json(w, &edit);
    }
    struct id_text id = id_format(c.made.v);
    TRY(web_flash(w, "flow.list.made"));
    return web_redirect(w, "/console/%.*s/flows/%s", STR_ARG(w->shop_handle), id.text);
}

/* ---- the people behind a figure ---- */

static enum flow_people people_of(str what)
{
    if (str_eq(what, S("answered")))
        return FLOW_PEOPLE_ANSWERED;
    return str_eq(what, S("left")) ? FLOW_PEOPLE_LEFT : FLOW_PEOPLE_REACHED;
}

static const char *people_name(enum flow_people what)
{
    if (what == FLOW_PEOPLE_ANSWERED)
        return "answered";
    return what == FLOW_PEOPLE_LEFT ? "left" : "reached";
}

static const struct err *person_fill(struct web *w, struct tx *tx,
                                     const struct flow_reach_people_row *row,
                                     struct flow_person_view *p)
{
    struct contact contact;
    bool is_answered = row->answered_ms > 0, is_over = row->phase >= FLOW_LEFT;
    TRY(identity_contact(tx, w->arena, w->shop_id, row->contact_id, &contact));
    *p = (struct flow_person_view){.contact_id = contact.id,
                                   .conversation_id = row->conversation_id,
                                   .name = contact.name,
                                   .reached_ms = row->reached_ms};
    p->note = locale_text(w->locale, is_answered ? "flow.people.answered"
                                     : is_over   ? "flow.people.left"
                                                 : "flow.people.open_still");
    p->tone = is_answered ? "good" : is_over ? "" : "water";
    p->glyph = is_answered ? "check" : is_over ? "x" : "clock";
    return face_make(w->arena, contact.name, contact.id.v, &p->face);
}

static const struct err *people_load(struct web *w, struct tx *tx, struct flow_people_view *v)
{
    struct flow_reach_people_row *rows = NULL;
    size_t count = 0;
    int64_t before = 0;
    if (!id_parse(web_query(w, "before"), &before))
        before = 0;
    TRY(flow_reach_people(tx, w->arena, w->shop_id, v->flow_id, v->key, v->what, before,
                          FLOW_PEOPLE_MAX + 1, FLOW_PEOPLE_MAX + 1, &rows, &count));
    v->people_count = count > FLOW_PEOPLE_MAX ? FLOW_PEOPLE_MAX : count;
    v->next_run = count > FLOW_PEOPLE_MAX ? rows[FLOW_PEOPLE_MAX - 1].run_id : 0;
    TRY_NEW_ARRAY(w->arena, v->people, v->people_count + 1);
    for (size_t i = 0; i < v->people_count; i++)
        TRY(person_fill(w, tx, &rows[i], &v->people[i]));
    return NULL;
}

static const struct err *people_page(struct web *w, struct flow_people_view *v)
{
    struct id_text id = id_format(v->flow_id.v), before = id_format(v->next_run);
    struct html html;
    str back;
    if (v->next_run != 0)
        TRY(str_fmt(
            w->arena, &v->next.url, "/console/%.*s/flows/%s/people?step=%.*s&what=%s&before=%s",
            STR_ARG(w->shop_handle), id.text, STR_ARG(v->key), people_name(v->what), before.text));
    TRY(str_fmt(w->arena, &back, "/%s", id.text));
    TRY(flow_page_start(w, &v->page, v->step, back));
    v->page.width = "reading";
    web_html_begin(w, &html);
    tpl_flow_people(&html, v);
    return web_html(w, 200, &html);
}

/* A step that is in no version any more has no figures, and nobody stands behind them. */
const struct err *flow_people_get(struct web *w)
{
    struct flow_people_view *v = NULL;
    struct flow_edit edit;
    struct tx *tx = NULL;
    str key = web_query(w, "step");
    TRY_NEW(w->arena, v);
    TRY(web_param_id(w, 1, &v->flow_id.v));
    TRY(web_read(w, &tx));
    TRY(flow_edit_load(tx, w->arena, w->shop_id, v->flow_id, &edit));
    v->what = people_of(web_query(w, "what"));
    for (size_t i = 0; i < edit.step_count && str_is_absent(v->key); i++) {
        if (!str_is_absent(key) && str_eq(edit.steps[i].step.key, key)) {
            v->key = key;
            v->figures = edit.steps[i];
            v->step = flow_step_words(w->locale, &edit.steps[i].step);
        }
    }
    for (size_t i = 0; i < edit.gone_count && str_is_absent(v->key); i++) {
        if (!str_is_absent(key) && str_eq(edit.gone[i].key, key)) {
            v->key = key;
            v->step = flow_step_words(w->locale, &edit.gone[i]);
        }
    }
    if (str_is_absent(v->key))
        return ERR(w->arena, ERR_NOT_FOUND, "flow.error.step_gone", "no such step");
    TRY(people_load(w, tx, v));
    return w->is_api ? flow_people_json(w, v) : people_page(w, v);
}
