/* Fields of forms, JSON objects, paths and queries, with their limits: see web.h. */
#include <jansson.h>

#include "base/id.h"
#include "base/strbuf.h"
#include "core/web.h"

str web_param(struct web *w, size_t n)
{
    ASSERT(n < HTTP_PATH_PARAMS_MAX);
    return w->params[n];
}

const struct err *web_param_id(struct web *w, size_t n, int64_t *ret)
{
    if (!id_parse(web_param(w, n), ret))
        return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "parameter %zu is no id", n);
    return NULL;
}

str web_query(struct web *w, const char *name)
{
    str value = STR_NONE;
    if (http_request_query(w->rq, str_c(name), &value) != NULL)
        return STR_NONE;
    return value;
}

static const struct err *refuse(struct web *w, const char *key, const char *name)
{
    return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, key, "field %s", name), name);
}

/* In JSON a text is a string and a number an integer: "1" is not 1 (C-21). */
static const struct err *check_type(struct web *w, const char *name, bool wants_int)
{
    if (w->form.json == NULL)
        return NULL;
    const json_t *value = json_object_get(w->form.json, name);
    if (value == NULL || json_is_null(value) ||
        (wants_int ? json_is_integer(value) : json_is_string(value)))
        return NULL;
    return refuse(w, "error.bad_type", name);
}

static const struct err *field(struct web *w, const char *name, bool wants_int, str *ret)
{
    *ret = STR_NONE;
    TRY(check_type(w, name, wants_int));
    const struct err *e = form_get(w->arena, &w->form, str_c(name), ret);
    if (e != NULL)
        return err_with_field(w->arena, e, name);
    if (str_is_empty(*ret))
        *ret = STR_NONE;
    return NULL;
}

/* Characters as people count them, more or less: code points. */
static size_t length_of(str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return count;
}

static const struct err *with_limit(struct web *w, const struct err *e, int64_t limit)
{
    str text = STR_NONE;
    TRY(str_fmt(w->arena, &text, "%lld", (long long)limit));
    return err_with_arg(w->arena, e, text);
}

const struct err *web_text(struct web *w, const char *name, size_t min, size_t max, str *ret)
{
    TRY(field(w, name, false, ret));
    if (str_is_absent(*ret))
        return min == 0 ? NULL : refuse(w, "error.field_missing", name);
    size_t length = length_of(*ret);
    if (length < min)
        return with_limit(w, refuse(w, "error.field_short", name), (int64_t)min);
    if (length > max)
        return with_limit(w, refuse(w, "error.field_long", name), (int64_t)max);
    return NULL;
}

static const struct err *parse_int(struct web *w, const char *name, str text, int64_t min,
                                   int64_t max, int64_t *ret)
{
    if (!str_to_int(text, ret))
        return refuse(w, "error.field_number", name);
    if (*ret >= min && *ret <= max)
        return NULL;
    if (max == INT64_MAX)
        return with_limit(w, refuse(w, "error.field_least", name), min);
    return with_limit(w, with_limit(w, refuse(w, "error.field_range", name), min), max);
}

const struct err *web_int(struct web *w, const char *name, int64_t min, int64_t max, int64_t *ret)
{
    str text = STR_NONE;
    TRY(field(w, name, true, &text));
    if (str_is_absent(text))
        return refuse(w, "error.field_missing", name);
    return parse_int(w, name, text, min, max, ret);
}

const struct err *web_query_int(struct web *w, const char *name, int64_t fallback, int64_t min,
                                int64_t max, int64_t *ret)
{
    str text = web_query(w, name);
    *ret = fallback;
    return str_is_empty(text) ? NULL : parse_int(w, name, text, min, max, ret);
}

const struct err *web_id(struct web *w, const char *name, int64_t *ret)
{
    str text = STR_NONE;
    TRY(field(w, name, false, &text));
    if (str_is_absent(text))
        return refuse(w, "error.field_missing", name);
    if (!id_parse(text, ret))
        return refuse(w, "error.field_id", name);
    return NULL;
}

bool web_has(struct web *w, const char *name)
{
    str value = STR_NONE;
    return form_get(w->arena, &w->form, str_c(name), &value) == NULL && !str_is_empty(value);
}
