/* flow_api: flows as JSON. */
#include "flow/flow_pages.h"

#include "base/json.h"
#include "base/strbuf.h"

enum { JSON_MAX = 256 * 1024 };

static const char *const kinds[FLOW_STEP_KIND_COUNT] = {
    [FLOW_STEP_UNSET] = "", [FLOW_PRODUCT] = "product", [FLOW_OPTION] = "option", [FLOW_QUANTITY] = "quantity",
    [FLOW_ADDRESS] = "address", [FLOW_QUESTION] = "question", [FLOW_SUMMARY] = "summary", [FLOW_PAY] = "pay",
    [FLOW_DONE] = "done"};

static void member_str(struct json *j, str key, str value)
{
    json_key(j, key);
    json_str(j, value);
}

static void member_int(struct json *j, str key, int64_t value)
{
    json_key(j, key);
    json_int(j, value);
}

static void member_id(struct json *j, str key, int64_t value)
{
    json_key(j, key);
    json_id(j, value);
}

static void member_bool(struct json *j, str key, bool value)
{
    json_key(j, key);
    json_bool(j, value);
}

static void step_json(struct json *j, const struct flow_step_view *view)
{
    json_object_begin(j);
    member_str(j, S("key"), view->step.key);
    member_str(j, S("kind"), str_c(kinds[view->step.kind]));
    member_str(j, S("text_en"), view->step.text_en);
    member_str(j, S("text_zh"), view->step.text_zh);
    member_bool(j, S("required"), view->step.is_required);
    member_int(j, S("reached"), view->reached);
    member_int(j, S("answered"), view->answered);
    member_int(j, S("left"), view->has_left);
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
    member_id(&j, S("id"), edit->id.v);
    member_str(&j, S("name"), edit->name);
    member_bool(&j, S("standard"), edit->is_standard);
    member_bool(&j, S("has_draft"), edit->has_draft);
    member_int(&j, S("live_version"), edit->live_number);
    json_key(&j, S("steps"));
    json_array_begin(&j);
    for (size_t i = 0; i < edit->step_count; i++)
        step_json(&j, &edit->steps[i]);
    json_array_end(&j);
    json_key(&j, S("triggers"));
    json_array_begin(&j);
    for (size_t i = 0; i < edit->trigger_count; i++) {
        json_object_begin(&j);
        member_id(&j, S("id"), edit->triggers[i].id.v);
        member_str(&j, S("hashtag"), edit->triggers[i].hashtag);
        member_str(&j, S("product"), edit->triggers[i].product);
        member_bool(&j, S("one_post"), edit->triggers[i].is_one_post);
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
        member_id(&j, S("id"), v->flows[i].id.v);
        member_str(&j, S("name"), v->flows[i].name);
        member_bool(&j, S("standard"), v->flows[i].is_standard);
        member_int(&j, S("live_version"), v->flows[i].live_number);
        member_int(&j, S("started"), v->flows[i].started);
        member_int(&j, S("finished"), v->flows[i].finished);
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
        member_id(&j, S("contact"), v->people[i].contact_id.v);
        member_id(&j, S("conversation"), v->people[i].conversation_id.v);
        member_str(&j, S("name"), v->people[i].name);
        json_key(&j, S("reached_at"));
        json_time(&j, v->people[i].reached_ms);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, 200, text);
}
