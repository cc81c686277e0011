#include "http/json_body.h"

#include <jansson.h>
#include <pthread.h>

#include "base/strbuf.h"

/* Jansson takes a piece of memory for every value, key and name. While a thread parses a body its
 * pieces come from the request's arena: bounded, and gone with it. At any other time, and in other
 * threads, jansson has its usual memory; so a tree of a body is read, never changed. */
static _Thread_local struct {
    struct arena *arena; /* NULL: nothing is parsed */
    size_t taken;
    bool is_refused;
} parsing;
static json_malloc_t usual_take;
static json_free_t usual_drop;

static void *take_piece(size_t bytes)
{
    if (parsing.arena == NULL)
        return usual_take(bytes);
    bool has_room = bytes <= JSON_BODY_PARTS_BYTES_MAX - parsing.taken;
    void *piece = has_room ? arena_alloc(parsing.arena, bytes) : NULL;
    parsing.taken += has_room ? bytes : 0;
    parsing.is_refused = parsing.is_refused || piece == NULL;
    return piece;
}

static void drop_piece(void *piece)
{
    if (parsing.arena == NULL)
        usual_drop(piece);
}

static void lend_memory(void)
{
    json_get_alloc_funcs(&usual_take, &usual_drop);
    json_set_alloc_funcs(take_piece, drop_piece);
}

static const struct err *load(struct arena *a, str body, json_t **ret)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    json_error_t error = {.position = 0};
    pthread_once(&once, lend_memory);
    parsing.arena = a;
    parsing.taken = 0;
    parsing.is_refused = false;
    *ret = json_loadb(body.ptr == NULL ? "" : body.ptr, body.len, JSON_REJECT_DUPLICATES, &error);
    parsing.arena = NULL;
    if (*ret == NULL && parsing.is_refused)
        return ERR(a, ERR_LIMIT, "error.form_too_large", "JSON of too many parts");
    if (*ret == NULL)
        return ERR(a, ERR_INVALID, "error.bad_json", "byte %d: %s", error.position, error.text);
    return NULL;
}

/* Jansson's own limit of depth is a constant of its build, and its parser recurses: so depth is
 * counted before. Brackets inside strings do not nest. */
static bool is_too_deep(str body)
{
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < body.len; i++) {
        char c = body.ptr[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"')
            in_string = true;
        else if (c == '{' || c == '[') {
            if (++depth > JSON_BODY_DEPTH_MAX)
                return true;
        } else if (c == '}' || c == ']')
            depth--;
    }
    return false;
}

/* Absent for members that have no form of one line. */
static const struct err *scalar_text(struct arena *a, const json_t *value, str *ret)
{
    *ret = STR_NONE;
    switch (json_typeof(value)) {
    case JSON_STRING:
        return str_dup(a, (str){json_string_value(value), json_string_length(value)}, ret);
    case JSON_INTEGER:
        return str_fmt(a, ret, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    case JSON_TRUE:
        *ret = S("1");
        return NULL;
    case JSON_FALSE:
        *ret = S("");
        return NULL;
    case JSON_OBJECT:
    case JSON_ARRAY:
    case JSON_REAL:
    case JSON_NULL:
        return NULL;
    }
    return NULL;
}

const struct err *json_body_parse(struct arena *a, str body, struct form *ret)
{
    *ret = (struct form){0};
    if (body.len > JSON_BODY_BYTES_MAX)
        return ERR(a, ERR_LIMIT, "error.form_too_large", "JSON of %zu bytes", body.len);
    if (is_too_deep(body))
        return ERR(a, ERR_INVALID, "error.bad_json", "deeper than %d", JSON_BODY_DEPTH_MAX);
    json_t *root;
    TRY(load(a, body, &root));
    if (!json_is_object(root))
        return ERR(a, ERR_INVALID, "error.bad_json", "the root is no object");
    if (json_object_size(root) > FORM_FIELDS_MAX)
        return ERR(a, ERR_LIMIT, "error.form_too_large", "%zu members", json_object_size(root));

    struct form_field *fields;
    TRY_NEW_ARRAY(a, fields, json_object_size(root));
    size_t count = 0;
    const char *key;
    json_t *value;
    json_object_foreach (root, key, value) {
        str text;
        TRY(scalar_text(a, value, &text));
        if (str_c(key).len > FORM_NAME_BYTES_MAX || text.len > FORM_VALUE_BYTES_MAX)
            return ERR(a, ERR_LIMIT, "error.form_too_large", "member at %zu", count);
        if (str_is_absent(text))
            continue;
        TRY(str_dup(a, str_c(key), &fields[count].name));
        fields[count++].value = text;
    }
    *ret = (struct form){.fields = fields, .count = count, .json = root};
    return NULL;
}
