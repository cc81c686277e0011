/* flow_pages: the console's pages of the bot and the same commands for the API. A form that is refused leaves a
 * notice and shows the page again; the API gets the problem.
 */
#include "flow/flow_pages.h"

#include "core/i18n.h"
#include "core/permission.h"
#include "flow/flow_talk.h"
#include "flow_tpl.h"

const char *flow_step_name(enum flow_step_kind kind)
{
    static const char *const names[FLOW_STEP_KIND_COUNT] = {
        [FLOW_STEP_UNSET] = "flow.step.question", [FLOW_PRODUCT] = "flow.step.product", [FLOW_OPTION] = "flow.step.option",
        [FLOW_QUANTITY] = "flow.step.quantity", [FLOW_ADDRESS] = "flow.step.address",
        [FLOW_QUESTION] = "flow.step.question", [FLOW_SUMMARY] = "flow.step.summary", [FLOW_PAY] = "flow.step.pay",
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

/* ---- what handlers share ---- */

static const struct err *may_change(struct web *w, bool *ret)
{
    struct tx *tx = NULL;
    str role;
    TRY(web_read(w, &tx));
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    *ret = permission_of_role(w->platform, role, "flow.change");
    return NULL;
}

static const struct err *flow_of_path(struct web *w, struct flow_id *ret)
{
    return web_param_id(w, 1, &ret->v);
}

static const struct err *page_start(struct web *w, struct page *page, str title, const char *back_suffix)
{
    str back;
    TRY(page_init(w, page, title));
    if (back_suffix == NULL)
        return NULL;
    TRY(str_fmt(w->arena, &back, "/console/%.*s/flows%s", STR_ARG(w->shop_handle), back_suffix));
    page->back = (struct url_safe){back};
    page->bar_title = title;
    return NULL;
}

/* After a command: the page again with a notice; the API gets the flow as it is now. */
static const struct err *answer(struct web *w, struct flow_id flow, const struct err *e, const char *flash_key)
{
    struct id_text id = id_format(flow.v);
    struct flow_edit edit;
    struct tx *tx = NULL;
    if (e != NULL && (w->is_api || (e->kind != ERR_INVALID && e->kind != ERR_CONFLICT)))
        return e;
    if (w->is_api) {
        TRY(web_read(w, &tx));
        TRY(flow_edit_load(tx, w->arena, w->shop_id, flow, &edit));
        return flow_edit_json(w, &edit);
    }
    TRY(web_flash(w, e != NULL ? e->key : flash_key));
    return web_redirect(w, "/console/%.*s/flows/%s", STR_ARG(w->shop_handle), id.text);
}

/* ---- the list ---- */

const struct err *flow_list_get(struct web *w)
{
    struct flow_list_view *v = NULL;
    struct tx *tx = NULL;
    struct html html;
    TRY_NEW(w->arena, v);
    TRY(web_read(w, &tx));
    TRY(flow_rows(tx, w->arena, w->shop_id, 50, &v->flows, &v->flow_count));
    if (w->is_api)
        return flow_list_json(w, v);
    if (!str_is_empty(web_query(w, "post")) && v->flow_count > 0) /* from a post: straight to its hashtag */
        return web_redirect(w, "/console/%.*s/flows/%s?post=%.*s#hashtag", STR_ARG(w->shop_handle),
                            id_format(v->flows[0].id.v).text, STR_ARG(web_query(w, "post")));
    TRY(may_change(w, &v->may_change));
    TRY(page_start(w, &v->page, locale_text(w->locale, "flow.list.title"), NULL));
    web_html_begin(w, &html);
    tpl_flow_list(&html, v);
    return web_html(w, 200, &html);
}

struct edit_command {
    struct shop_id shop_id;
    struct flow_id flow_id;
    struct flow_step step;
    struct flow_trigger trigger;
    str name, key, language;
    const struct web *web;
    int64_t id;
};

static const struct err *create(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_edit_create(t, c->shop_id, c->name, &c->flow_id);
}

const struct err *flow_create_post(struct web *w)
{
    struct edit_command c = {.shop_id = w->shop_id};
    TRY(web_text(w, "name", 1, FLOW_NAME_MAX, &c.name));
    TRY(web_write(w, create, &c));
    return answer(w, c.flow_id, NULL, "flow.edit.saved");
}

/* ---- the editor ---- */

static const struct err *edit_page(struct web *w, struct tx *tx, struct flow_edit_view *v)
{
    enum { PRODUCTS_MAX = 50 };
    struct html html;
    TRY(catalog_list(tx, w->arena, w->shop_id, (struct product_id){0}, PRODUCTS_MAX, &v->products, &v->product_count));
    TRY(may_change(w, &v->may_change));
    if (!id_parse(web_query(w, "post"), &v->post_id.v))
        v->post_id.v = 0;
    for (size_t i = 0; i < v->edit.step_count; i++) {
        v->has_quantity = v->has_quantity || v->edit.steps[i].step.kind == FLOW_QUANTITY;
        v->has_people = v->has_people || v->edit.steps[i].reached > 0;
    }
    str name = v->edit.is_standard ? locale_text(w->locale, "flow.standard") : v->edit.name;
    TRY(page_start(w, &v->page, name, ""));
    web_html_begin(w, &html);
    tpl_flow_editor(&html, v);
    return web_html(w, 200, &html);
}

const struct err *flow_edit_get(struct web *w)
{
    struct flow_edit_view *v = NULL;
    struct flow_id flow;
    struct tx *tx = NULL;
    TRY_NEW(w->arena, v);
    TRY(flow_of_path(w, &flow));
    TRY(web_read(w, &tx));
    TRY(flow_edit_load(tx, w->arena, w->shop_id, flow, &v->edit));
    return w->is_api ? flow_edit_json(w, &v->edit) : edit_page(w, tx, v);
}

static const struct err *step_put(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_edit_put(t, c->shop_id, c->flow_id, &c->step);
}

static const struct err *step_up(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_edit_move(t, c->shop_id, c->flow_id, c->key, true);
}

static const struct err *step_down(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_edit_move(t, c->shop_id, c->flow_id, c->key, false);
}

static const struct err *step_remove(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_edit_remove(t, c->shop_id, c->flow_id, c->key);
}

static const struct err *read_step(struct web *w, struct edit_command *c)
{
    str required = STR_NONE;
    TRY(web_text(w, "text_en", 0, FLOW_QUESTION_MAX, &c->step.text_en));
    TRY(web_text(w, "text_zh", 0, FLOW_QUESTION_MAX, &c->step.text_zh));
    TRY(web_text(w, "required", 0, 10, &required));
    c->step.is_required = str_eq(required, S("1")) || str_eq(required, S("true"));
    return NULL;
}

/* A new step. */
const struct err *flow_steps_post(struct web *w)
{
    struct edit_command c = {.shop_id = w->shop_id, .step = {.kind = FLOW_QUESTION}};
    str kind;
    TRY(flow_of_path(w, &c.flow_id));
    TRY(web_text(w, "kind", 1, 20, &kind));
    TRY(read_step(w, &c));
    if (str_eq(kind, S("quantity")))
        c.step = (struct flow_step){.kind = FLOW_QUANTITY, .is_required = true};
    else if (!str_eq(kind, S("question")))
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "flow.error.step_unknown", "kind"), "kind");
    return answer(w, c.flow_id, web_write(w, step_put, &c), "flow.edit.saved");
}

/* One step: save, up, down, remove. */
const struct err *flow_step_post(struct web *w)
{
    static const struct {
        str name;
        turn_fn *run;
    } acts[] = {{STR_INIT("save"), step_put}, {STR_INIT("up"), step_up}, {STR_INIT("down"), step_down},
                {STR_INIT("remove"), step_remove}};
    struct edit_command c = {.shop_id = w->shop_id};
    str act;
    TRY(flow_of_path(w, &c.flow_id));
    TRY(web_text(w, "do", 1, 10, &act));
    TRY(read_step(w, &c));
    c.key = c.step.key = web_param(w, 2);
    for (size_t i = 0; i < COUNT(acts); i++) {
        if (str_eq(act, acts[i].name))
            return answer(w, c.flow_id, web_write(w, acts[i].run, &c), "flow.edit.saved");
    }
    return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.field_choice", "do"), "do");
}

static const struct err *publish(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_edit_publish(t, c->shop_id, c->flow_id, &c->id);
}

const struct err *flow_publish_post(struct web *w)
{
    struct edit_command c = {.shop_id = w->shop_id};
    TRY(flow_of_path(w, &c.flow_id));
    return answer(w, c.flow_id, web_write(w, publish, &c), "flow.edit.published");
}

static const struct err *discard(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_edit_discard(t, c->shop_id, c->flow_id);
}

const struct err *flow_discard_post(struct web *w)
{
    struct edit_command c = {.shop_id = w->shop_id};
    TRY(flow_of_path(w, &c.flow_id));
    return answer(w, c.flow_id, web_write(w, discard, &c), "flow.edit.discarded");
}

/* ---- what starts it ---- */

static const struct err *trigger_set(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    struct product product;
    struct post post;
    if (c->trigger.product_id.v != 0) /* of this shop, else NOT_FOUND */
        TRY(catalog_product(t->tx, t->arena, c->shop_id, c->trigger.product_id, &product));
    if (c->trigger.post_id.v != 0) {
        TRY(social_post(t->tx, t->arena, c->trigger.post_id, t->actor, &post));
        if (post.shop_id.v != c->shop_id.v)
            return ERR(t->arena, ERR_NOT_FOUND, "flow.gone", "a post of another shop");
    }
    return flow_trigger_set(t, &c->trigger);
}

const struct err *flow_trigger_post(struct web *w)
{
    struct edit_command c = {.shop_id = w->shop_id, .trigger = {.shop_id = w->shop_id}};
    TRY(flow_of_path(w, &c.flow_id));
    c.trigger.flow_id = c.flow_id;
    TRY(web_text(w, "hashtag", 1, 100, &c.trigger.hashtag));
    if (web_has(w, "product_id"))
        TRY(web_id(w, "product_id", &c.trigger.product_id.v));
    if (web_has(w, "post_id"))
        TRY(web_id(w, "post_id", &c.trigger.post_id.v));
    return answer(w, c.flow_id, web_write(w, trigger_set, &c), "flow.trigger.saved");
}

static const struct err *trigger_remove(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_trigger_remove(t, c->shop_id, c->id);
}

const struct err *flow_trigger_remove_post(struct web *w)
{
    struct edit_command c = {.shop_id = w->shop_id};
    TRY(flow_of_path(w, &c.flow_id));
    TRY(web_param_id(w, 2, &c.id));
    return answer(w, c.flow_id, web_write(w, trigger_remove, &c), "flow.trigger.removed");
}

/* ---- the people behind a figure ---- */

static enum flow_people people_of(str what)
{
    if (str_eq(what, S("answered")))
        return FLOW_PEOPLE_ANSWERED;
    return str_eq(what, S("left")) ? FLOW_PEOPLE_LEFT : FLOW_PEOPLE_REACHED;
}

static str step_words(struct web *w, const struct flow_edit *edit, str key)
{
    for (size_t i = 0; i < edit->step_count; i++) {
        const struct flow_step *s = &edit->steps[i].step;
        if (!str_eq(s->key, key))
            continue;
        str own = w->locale->language == LANGUAGE_ZH ? s->text_zh : s->text_en;
        return !str_is_empty(own) ? own : locale_text(w->locale, flow_step_name(s->kind));
    }
    return key;
}

static const struct err *people_load(struct web *w, struct tx *tx, str key, enum flow_people what,
                                     struct flow_people_view *v)
{
    struct flow_reach_people_row *rows = NULL;
    TRY(flow_reach_people(tx, w->arena, w->shop_id, v->flow_id, key, what, FLOW_PEOPLE_MAX, FLOW_PEOPLE_MAX, &rows,
                          &v->people_count));
    TRY_NEW_ARRAY(w->arena, v->people, v->people_count + 1);
    for (size_t i = 0; i < v->people_count; i++) {
        struct flow_person_view *p = &v->people[i];
        struct contact contact;
        *p = (struct flow_person_view){.contact_id = rows[i].contact_id, .conversation_id = rows[i].conversation_id,
                                       .reached_ms = rows[i].reached_ms};
        TRY(identity_contact(tx, w->arena, w->shop_id, rows[i].contact_id, &contact));
        p->name = contact.name;
        p->note = locale_text(w->locale, rows[i].answered_ms > 0 ? "flow.stats.answered"
                                         : rows[i].phase >= FLOW_LEFT ? "flow.stats.left" : "flow.stats.reached");
        TRY(face_make(w->arena, contact.name, contact.id.v, &p->face));
    }
    return NULL;
}

const struct err *flow_people_get(struct web *w)
{
    struct flow_people_view *v = NULL;
    struct flow_edit edit;
    struct tx *tx = NULL;
    struct html html;
    str key = web_query(w, "step"), what = web_query(w, "what"), back;
    TRY_NEW(w->arena, v);
    TRY(flow_of_path(w, &v->flow_id));
    TRY(web_read(w, &tx));
    TRY(flow_edit_load(tx, w->arena, w->shop_id, v->flow_id, &edit));
    TRY(people_load(w, tx, str_is_absent(key) ? S("") : key, people_of(what), v));
    if (w->is_api)
        return flow_people_json(w, v);
    struct id_text id = id_format(v->flow_id.v);
    static const char *const words[] = {[FLOW_PEOPLE_UNSET] = "flow.stats.reached", [FLOW_PEOPLE_REACHED] = "flow.stats.reached",
                                        [FLOW_PEOPLE_ANSWERED] = "flow.stats.answered", [FLOW_PEOPLE_LEFT] = "flow.stats.left"};
    v->step = step_words(w, &edit, str_is_absent(key) ? S("") : key);
    v->what = locale_text(w->locale, words[people_of(what)]);
    TRY(str_fmt(w->arena, &back, "/%s", id.text));
    TRY(page_start(w, &v->page, v->step, back.ptr));
    web_html_begin(w, &html);
    tpl_flow_people(&html, v);
    return web_html(w, 200, &html);
}
