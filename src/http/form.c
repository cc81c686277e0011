#include "http/form.h"

#include "http/json_body.h"
#include "http/multipart.h"

typedef VEC(struct form_field) field_list;

static const struct err *too_many(struct arena *a)
{
    return ERR(a, ERR_LIMIT, "error.form_too_large", "more than the limits of form.h");
}

static const struct err *parse_pair(struct arena *a, str pair, struct form_field *ret)
{
    str raw_name = str_cut(&pair, '=');
    TRY(url_decode(a, raw_name, true, &ret->name));
    TRY(url_decode(a, pair, true, &ret->value));
    if (ret->name.len > FORM_NAME_BYTES_MAX || ret->value.len > FORM_VALUE_BYTES_MAX)
        return too_many(a);
    return NULL;
}

const struct err *form_parse_urlencoded(struct arena *a, str body, struct form *ret)
{
    field_list list = {0};
    *ret = (struct form){0};
    while (!str_is_absent(body)) {
        str pair = str_cut(&body, '&');
        if (pair.len == 0)
            continue;
        struct form_field field = {0};
        if (list.count == FORM_FIELDS_MAX)
            return too_many(a);
        TRY(parse_pair(a, pair, &field));
        struct form_field *slot = VEC_PUSH(a, &list);
        if (slot == NULL)
            return &err_out_of_memory;
        *slot = field;
    }
    ret->fields = list.items;
    ret->count = list.count;
    return NULL;
}

const struct err *form_parse(const struct http_request *rq, struct form *ret)
{
    *ret = (struct form){0};
    str type = http_request_header(rq, S("content-type"));
    str media_type = str_trim(str_cut(&type, ';'));
    bool is_in_file = !str_is_absent(rq->body_path);
    if (rq->body_bytes == 0)
        return NULL;
    if (str_eq_nocase(media_type, S("multipart/form-data")))
        return multipart_parse(rq, ret);
    if (is_in_file)
        return ERR(rq->arena, ERR_INVALID, "error.bad_content_type",
                   "only multipart goes to a file");
    if (str_eq_nocase(media_type, S("application/x-www-form-urlencoded")))
        return form_parse_urlencoded(rq->arena, rq->body, ret);
    if (str_eq_nocase(media_type, S("application/json")))
        return json_body_parse(rq->arena, rq->body, ret);
    return ERR(rq->arena, ERR_INVALID, "error.bad_content_type", "%.*s", STR_ARG(media_type));
}

const struct err *form_get(struct arena *a, const struct form *f, str name, str *ret)
{
    bool is_found = false;
    *ret = STR_NONE;
    for (size_t i = 0; i < f->count; i++) {
        if (!str_eq(f->fields[i].name, name) || str_is_absent(f->fields[i].value))
            continue;
        if (is_found)
            return ERR(a, ERR_INVALID, "error.repeated_field", "%.*s", STR_ARG(name));
        is_found = true;
        *ret = f->fields[i].value;
    }
    return NULL;
}

const struct form_field *form_file(const struct form *f, str name)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->fields[i].file_bytes > 0 && str_eq(f->fields[i].name, name))
            return &f->fields[i];
    return NULL;
}

const struct err *form_get_all(struct arena *a, const struct form *f, str name, str **ret,
                               size_t *ret_count)
{
    VEC(str) values = {0};
    for (size_t i = 0; i < f->count; i++) {
        if (!str_eq(f->fields[i].name, name) || str_is_absent(f->fields[i].value))
            continue;
        str *slot = VEC_PUSH(a, &values);
        if (slot == NULL)
            return &err_out_of_memory;
        *slot = f->fields[i].value;
    }
    *ret = values.items;
    *ret_count = values.count;
    return NULL;
}
