/* flow_editor: the editor's page and its commands, the same for the API. A form that is refused
 * shows the page again with what was typed and words beside the field; the API gets the problem.
 */
#include "flow/flow_pages.h"

#include "base/utf8.h"
#include "core/i18n.h"
#include "flow_tpl.h"

enum { PRODUCTS_MAX = 50, POST_WORDS_MAX = 80 };

/* ---- showing ---- */

/* What stood in the refused form stands there again. */
static const struct err *refused_fill(struct web *w, struct flow_edit_view *v,
                                      const struct err *refused, str form)
{
    str required;
    TRY(form_fault_of(w, refused, &v->fault));
    v->fault_form = form;
    v->typed.text_en = form_typed(w, "text_en", S(""));
    v->typed.text_zh = form_typed(w, "text_zh", S(""));
    v->typed_hashtag = form_typed(w, "hashtag", S(""));
    required = form_typed(w, "required", S(""));
    v->typed.is_required = str_eq(required, S("1"));
    if (str_is_empty(v->fault.field) && str_eq(form, S("add"))) /* about the question as a whole */
        v->fault.field = w->locale->language == LANGUAGE_ZH ? S("text_zh") : S("text_en");
    return NULL;
}

static const struct err *post_fill(struct web *w, struct tx *tx, struct flow_edit_view *v)
{
    struct post post;
    if (!id_parse(web_query(w, "post"), &v->post_id.v) &&
        !id_parse(form_typed(w, "post_id", S("")), &v->post_id.v))
        return NULL;
    const struct err *e = social_post(tx, w->arena, v->post_id, w->viewer.account_id, &post);
    if (e != NULL && e->kind != ERR_NOT_FOUND)
        return e;
    if (e != NULL || post.shop_id.v != w->shop_id.v) {
        v->post_id = (struct post_id){0};
        return NULL;
    }
    v->post_text = utf8_cut_points(post.text, POST_WORDS_MAX);
    return NULL;
}

static const struct err *edit_page(struct web *w, struct flow_id flow, const struct err *refused,
                                   str form)
{
    struct flow_edit_view *v = NULL;
    struct tx *tx = NULL;
    struct html html;
    TRY_NEW(w->arena, v);
    v->fault_form = STR_NONE;
    TRY(web_read(w, &tx));
    TRY(flow_edit_load(tx, w->arena, w->shop_id, flow, &v->edit));
    if (refused != NULL)
        TRY(refused_fill(w, v, refused, form));
    TRY(catalog_list(tx, w->arena, w->shop_id, (struct product_id){0}, PRODUCTS_MAX, &v->products,
                     &v->product_count));
    TRY(flow_may_change(w, &v->may_change));
    TRY(post_fill(w, tx, v));
    TRY(flow_cards_fill(w, tx, v));
    TRY(flow_page_start(w, &v->page, flow_title(w, &v->edit), S("")));
    web_html_begin(w, &html);
    tpl_flow_editor(&html, v);
    return web_html(w, refused == NULL ? 200 : refused->kind == ERR_CONFLICT ? 409 : 422, &html);
}

static const struct err *edit_json(struct web *w, struct flow_id flow)
{
    struct flow_edit edit;
    struct tx *tx = NULL;
    TRY(web_read(w, &tx));
    TRY(flow_edit_load(tx, w->arena, w->shop_id, flow, &edit));
    return flow_edit_json(w, &edit);
}

const struct err *flow_edit_get(struct web *w)
{
    struct flow_id flow;
    TRY(web_param_id(w, 1, &flow.v));
    return w->is_api ? edit_json(w, flow) : edit_page(w, flow, NULL, STR_NONE);
}

/* A step that another editor took away is told on the page; a flow that is not there has none. */
static bool is_told_on_page(const struct err *e)
{
    return e->kind == ERR_INVALID || e->kind == ERR_CONFLICT ||
           (e->kind == ERR_NOT_FOUND && str_eq(str_c(e->key), S("flow.error.step_gone")));
}

/* After a command: the page again, with a notice or with what is wrong; the API gets the flow as it
 * is now. */
static const struct err *answer(struct web *w, struct flow_id flow, const struct err *e, str form,
                                const char *flash_key)
{
    struct id_text id = id_format(flow.v);
    if (e != NULL && (w->is_api || !is_told_on_page(e)))
        return e;
    if (e != NULL)
        return edit_page(w, flow, e, form);
    if (w->is_api)
        return edit_json(w, flow);
    TRY(web_flash(w, flash_key));
    return web_redirect(w, "/console/%.*s/flows/%s", STR_ARG(w->shop_handle), id.text);
}

/* ---- steps ---- */

struct edit_command {
    struct shop_id shop_id;
    struct flow_id flow_id;
    struct flow_step step;
    struct flow_trigger trigger;
    str key, before;
    int64_t id, seen, number;
};

static const struct err *step_put(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_edit_put(t, c->shop_id, c->flow_id, &c->step);
}

static const struct err *step_up(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_edit_move(t, c->shop_id, c->flow_id, c->key, -1);
}

static const struct err *step_down(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_edit_move(t, c->shop_id, c->flow_id, c->key, 1);
}

static const struct err *step_place(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_edit_place(t, c->shop_id, c->flow_id, c->key, c->before);
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
    TRY(form_get(w->arena, &w->form, S("required"),
                 &required)); /* a box of the form, true or false in JSON */
    c->step.is_required =
        !str_is_absent(required) && (str_eq(required, S("1")) || str_eq(required, S("true")));
    return NULL;
}

static const struct err *read_new_step(struct web *w, struct edit_command *c)
{
    str kind;
    TRY(web_text(w, "kind", 1, 20, &kind));
    TRY(read_step(w, c));
    if (str_eq(kind, S("quantity")))
        c->step = (struct flow_step){.kind = FLOW_QUANTITY, .is_required = true};
    else if (!str_eq(kind, S("question")))
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "flow.error.step_unknown", "kind"), "kind");
    return NULL;
}

const struct err *flow_steps_post(struct web *w)
{
    struct edit_command c = {.shop_id = w->shop_id, .step = {.kind = FLOW_QUESTION}};
    TRY(web_param_id(w, 1, &c.flow_id.v));
    const struct err *e = read_new_step(w, &c);
    if (e == NULL)
        e = web_write(w, step_put, &c);
    return answer(w, c.flow_id, e, S("add"), "flow.edit.saved");
}

/* One step: save, up, down, place before another, remove. */
static const struct err *step_act(struct web *w, struct edit_command *c, str *ret_act)
{
    static const struct {
        str name;
        turn_fn *run;
    } acts[] = {{STR_INIT("save"), step_put},
                {STR_INIT("up"), step_up},
                {STR_INIT("down"), step_down},
                {STR_INIT("place"), step_place},
                {STR_INIT("remove"), step_remove}};
    TRY(web_text(w, "do", 1, 10, ret_act));
    TRY(read_step(w, c));
    c->before = STR_NONE;
    if (str_eq(*ret_act, S("place")))
        TRY(web_text(w, "before", 1, 40, &c->before));
    for (size_t i = 0; i < COUNT(acts); i++) {
        if (str_eq(*ret_act, acts[i].name))
            return web_write(w, acts[i].run, c);
    }
    return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.field_choice", "do"), "do");
}

const struct err *flow_step_post(struct web *w)
{
    struct edit_command c = {.shop_id = w->shop_id};
    str act = STR_NONE;
    TRY(web_param_id(w, 1, &c.flow_id.v));
    c.key = c.step.key = web_param(w, 2);
    const struct err *e = step_act(w, &c, &act);
    bool is_form = !str_is_absent(act) && str_eq(act, S("save"));
    return answer(w, c.flow_id, e, is_form ? c.key : S(""), "flow.edit.saved");
}

/* ---- publishing ---- */

static const struct err *publish(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_edit_publish(t, c->shop_id, c->flow_id, c->seen, &c->number);
}

static const struct err *discard(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_edit_discard(t, c->shop_id, c->flow_id, c->seen);
}

static const struct err *draft_end(struct web *w, turn_fn *run, const char *flash_key)
{
    struct edit_command c = {.shop_id = w->shop_id};
    const struct err *e = NULL;
    TRY(web_param_id(w, 1, &c.flow_id.v));
    if (web_has(w, "revision"))
        e = web_id(w, "revision", &c.seen);
    if (e == NULL)
        e = web_write(w, run, &c);
    return answer(w, c.flow_id, e, S(""), flash_key);
}

const struct err *flow_publish_post(struct web *w)
{
    return draft_end(w, publish, "flow.edit.published");
}

const struct err *flow_discard_post(struct web *w)
{
    return draft_end(w, discard, "flow.edit.discarded");
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

static const struct err *read_trigger(struct web *w, struct flow_trigger *ret)
{
    TRY(web_text(w, "hashtag", 1, 100, &ret->hashtag));
    if (web_has(w, "product_id"))
        TRY(web_id(w, "product_id", &ret->product_id.v));
    if (web_has(w, "post_id"))
        TRY(web_id(w, "post_id", &ret->post_id.v));
    return NULL;
}

const struct err *flow_trigger_post(struct web *w)
{
    struct edit_command c = {.shop_id = w->shop_id, .trigger = {.shop_id = w->shop_id}};
    TRY(web_param_id(w, 1, &c.flow_id.v));
    c.trigger.flow_id = c.flow_id;
    const struct err *e = read_trigger(w, &c.trigger);
    if (e == NULL)
        e = web_write(w, trigger_set, &c);
    return answer(w, c.flow_id, e, S("hashtag"), "flow.trigger.saved");
}

static const struct err *trigger_remove(struct turn *t, void *arg)
{
    struct edit_command *c = arg;
    return flow_trigger_remove(t, c->shop_id, c->id);
}

const struct err *flow_trigger_remove_post(struct web *w)
{
    struct edit_command c = {.shop_id = w->shop_id};
    TRY(web_param_id(w, 1, &c.flow_id.v));
    TRY(web_param_id(w, 2, &c.id));
    return answer(w, c.flow_id, web_write(w, trigger_remove, &c), S(""), "flow.trigger.removed");
}
