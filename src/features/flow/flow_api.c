/* flow_api: flows as JSON. */
#include "flow/flow_pages.h"

#include "base/json.h"
#include "base/strbuf.h"

enum { JSON_MAX = 256 * 1024 };

struct answer {
    struct strbuf out;
    struct json j;
};

static struct json *begin(struct web *w, struct answer *a)
{
    strbuf_init(&a->out, w->arena, JSON_MAX);
    json_init(&a->j, &a->out);
    json_object_begin(&a->j);
    return &a->j;
}

static const struct err *finish(struct web *w, struct answer *a)
{
    str text;
    json_object_end(&a->j);
    TRY(json_finish(&a->j, &text));
    return web_json(w, 200, text);
}

/* A member that holds `count` objects of `size` bytes each. */
typedef void item_writer(struct json *j, const void *item);

static void put_items(struct json *j, const char *key, const void *items, size_t count, size_t size,
                      item_writer *write)
{
    json_key(j, str_c(key));
    json_array_begin(j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(j);
        write(j, (const char *)items + i * size);
        json_object_end(j);
    }
    json_array_end(j);
}

/* An answer that is a list: {"items": [...], "next": the id to go on before, or null}. */
static const struct err *list_json(struct web *w, const void *items, size_t count, size_t size,
                                   item_writer *write, int64_t next)
{
    struct answer a;
    struct json *j = begin(w, &a);
    put_items(j, "items", items, count, size, write);
    json_put_id(j, "next", next);
    return finish(w, &a);
}

static void write_step(struct json *j, const void *item)
{
    static const char *const kinds[FLOW_STEP_KIND_COUNT] = {
        [FLOW_STEP_UNSET] = "",       [FLOW_PRODUCT] = "product", [FLOW_OPTION] = "option",
        [FLOW_QUANTITY] = "quantity", [FLOW_ADDRESS] = "address", [FLOW_QUESTION] = "question",
        [FLOW_SUMMARY] = "summary",   [FLOW_PAY] = "pay",         [FLOW_DONE] = "done"};
    const struct flow_step_view *view = item;
    json_put_str(j, "key", view->step.key);
    json_put_str(j, "kind", str_c(kinds[view->step.kind]));
    json_put_str(j, "text_en", view->step.text_en);
    json_put_str(j, "text_zh", view->step.text_zh);
    json_put_bool(j, "required", view->step.is_required);
    json_put_int(j, "reached", view->reached);
    json_put_int(j, "answered", view->answered);
    json_put_int(j, "left", view->has_left);
}

static void write_trigger(struct json *j, const void *item)
{
    const struct flow_trigger_view *trigger = item;
    json_put_id(j, "id", trigger->id.v);
    json_put_str(j, "hashtag", trigger->hashtag);
    json_put_str(j, "product", trigger->product);
    json_put_id(j, "post_id", trigger->post_id.v);
    json_put_bool(j, "one_post", trigger->post_id.v != 0);
}

const struct err *flow_edit_json(struct web *w, const struct flow_edit *edit)
{
    struct answer a;
    struct json *j = begin(w, &a);
    json_put_id(j, "id", edit->id.v);
    json_put_str(j, "name", edit->name);
    json_put_bool(j, "standard", edit->is_standard);
    json_put_bool(j, "has_draft", edit->has_draft);
    json_put_int(j, "changes", (int64_t)edit->change_count);
    json_put_id(j, "revision", edit->revision.v);
    json_put_int(j, "live_version", edit->live_number);
    put_items(j, "steps", edit->steps, edit->step_count, sizeof *edit->steps, write_step);
    put_items(j, "triggers", edit->triggers, edit->trigger_count, sizeof *edit->triggers,
              write_trigger);
    return finish(w, &a);
}

static void write_flow(struct json *j, const void *item)
{
    const struct flow_rows_row *flow = item;
    json_put_id(j, "id", flow->id.v);
    json_put_str(j, "name", flow->name);
    json_put_bool(j, "standard", flow->is_standard);
    json_put_int(j, "live_version", flow->live_number);
    json_put_int(j, "started", flow->started);
    json_put_int(j, "finished", flow->finished);
}

const struct err *flow_list_json(struct web *w, const struct flow_list_view *v)
{
    return list_json(w, v->flows, v->flow_count, sizeof *v->flows, write_flow, 0);
}

static void write_person(struct json *j, const void *item)
{
    const struct flow_person_view *person = item;
    json_put_id(j, "contact", person->contact_id.v);
    json_put_id(j, "conversation", person->conversation_id.v);
    json_put_str(j, "name", person->name);
    json_put_time(j, "reached_at", person->reached_ms);
}

const struct err *flow_people_json(struct web *w, const struct flow_people_view *v)
{
    return list_json(w, v->people, v->people_count, sizeof *v->people, write_person, v->next_run);
}
