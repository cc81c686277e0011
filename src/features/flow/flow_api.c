/* flow_api: flows as JSON. */
#include "flow/flow_pages.h"

#include "base/json.h"
#include "base/strbuf.h"

enum { JSON_MAX = 256 * 1024 };

static const char *const kinds[FLOW_STEP_KIND_COUNT] = {
    [FLOW_STEP_UNSET] = "", [FLOW_PRODUCT] = "product", [FLOW_OPTION] = "option", [FLOW_QUANTITY] = "quantity",
    [FLOW_ADDRESS] = "address", [FLOW_QUESTION] = "question", [FLOW_SUMMARY] = "summary", [FLOW_PAY] = "pay",
    [FLOW_DONE] = "done"};

static void step_json(struct json *j, const struct flow_step_view *view)
{
    json_object_begin(j);
    json_put_str(j, "key", view->step.key);
    json_put_str(j, "kind", str_c(kinds[view->step.kind]));
    json_put_str(j, "text_en", view->step.text_en);
    json_put_str(j, "text_zh", view->step.text_zh);
    json_put_bool(j, "required", view->step.is_required);
    json_put_int(j, "reached", view->reached);
    json_put_int(j, "answered", view->answered);
    json_put_int(j, "left", view->has_left);
    json_object_end(j);
}

const struct err *flow_edit_json(struct web *w, const struct flow_edit *edit)
{
    struct strbuf out;
    struct json j;
    str text;
    strbuf_init(&out, w->arena, JSON_MAX);
    json_init(&j, &out);
    json_object_begin(&j);
    json_put_id(&j, "id", edit->id.v);
    json_put_str(&j, "name", edit->name);
    json_put_bool(&j, "standard", edit->is_standard);
    json_put_bool(&j, "has_draft", edit->has_draft);
    json_put_int(&j, "live_version", edit->live_number);
    json_key(&j, S("steps"));
    json_array_begin(&j);
    for (size_t i = 0; i < edit->step_count; i++)
        step_json(&j, &edit->steps[i]);
    json_array_end(&j);
    json_key(&j, S("triggers"));
    json_array_begin(&j);
    for (size_t i = 0; i < edit->trigger_count; i++) {
        json_object_begin(&j);
        json_put_id(&j, "id", edit->triggers[i].id.v);
        json_put_str(&j, "hashtag", edit->triggers[i].hashtag);
        json_put_str(&j, "product", edit->triggers[i].product);
        json_put_bool(&j, "one_post", edit->triggers[i].is_one_post);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, 200, text);
}

const struct err *flow_list_json(struct web *w, const struct flow_list_view *v)
{
    struct strbuf out;
    struct json j;
    str text;
    strbuf_init(&out, w->arena, JSON_MAX);
    json_init(&j, &out);
    json_object_begin(&j);
    json_key(&j, S("flows"));
    json_array_begin(&j);
    for (size_t i = 0; i < v->flow_count; i++) {
        json_object_begin(&j);
        json_put_id(&j, "id", v->flows[i].id.v);
        json_put_str(&j, "name", v->flows[i].name);
        json_put_bool(&j, "standard", v->flows[i].is_standard);
        json_put_int(&j, "live_version", v->flows[i].live_number);
        json_put_int(&j, "started", v->flows[i].started);
        json_put_int(&j, "finished", v->flows[i].finished);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, 200, text);
}

const struct err *flow_people_json(struct web *w, const struct flow_people_view *v)
{
    struct strbuf out;
    struct json j;
    str text;
    strbuf_init(&out, w->arena, JSON_MAX);
    json_init(&j, &out);
    json_object_begin(&j);
    json_key(&j, S("people"));
    json_array_begin(&j);
    for (size_t i = 0; i < v->people_count; i++) {
        json_object_begin(&j);
        json_put_id(&j, "contact", v->people[i].contact_id.v);
        json_put_id(&j, "conversation", v->people[i].conversation_id.v);
        json_put_str(&j, "name", v->people[i].name);
        json_key(&j, S("reached_at"));
        json_time(&j, v->people[i].reached_ms);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, 200, text);
}
