/* See openapi.h. */
#include "app/openapi.h"

#include <string.h>

#include "app/cli.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "core/dispatch.h"

enum { DOCUMENT_MAX = 1024 * 1024 };

static void parameters(struct json *j, const struct route *r)
{
    json_key(j, S("parameters"));
    json_array_begin(j);
    str rest = str_c(r->path);
    while (!str_is_absent(rest)) {
        str segment = str_cut(&rest, '/');
        if (!str_starts(segment, S("{")))
            continue;
        json_object_begin(j);
        json_put_str(j, "name", str_sub(segment, 1, segment.len - 2));
        json_put_str(j, "in", S("path"));
        json_key(j, S("required"));
        json_bool(j, true);
        json_key(j, S("schema"));
        json_object_begin(j);
        json_put_str(j, "type", S("string"));
        json_object_end(j);
        json_object_end(j);
    }
    if (r->needs_key) {
        json_object_begin(j);
        json_put_str(j, "name", S("Idempotency-Key"));
        json_put_str(j, "in", S("header"));
        json_put_bool(j, "required", true);
        json_key(j, S("schema"));
        json_object_begin(j);
        json_put_str(j, "type", S("string"));
        json_object_end(j);
        json_object_end(j);
    }
    json_array_end(j);
}

static void answer(struct json *j, const char *status, const char *words, const char *type)
{
    json_key(j, str_c(status));
    json_object_begin(j);
    json_put_str(j, "description", str_c(words));
    json_key(j, S("content"));
    json_object_begin(j);
    json_key(j, str_c(type));
    json_object_begin(j);
    json_object_end(j);
    json_object_end(j);
    json_object_end(j);
}

static void operation(struct json *j, const struct route *r)
{
    char method[16] = {0};
    str name = http_method_name(r->method);
    for (size_t i = 0; i < name.len && i < sizeof method - 1; i++)
        method[i] = (char)(name.ptr[i] | 0x20);
    json_key(j, str_c(method));
    json_object_begin(j);
    json_put_str(j, "summary", str_c(r->summary));
    json_put_str(j, "x-who", str_c(dispatch_who_name(r->who)));
    if (r->permission != NULL)
        json_put_str(j, "x-permission", str_c(r->permission));
    parameters(j, r);
    if (r->body_max > 0) {
        json_key(j, S("requestBody"));
        json_object_begin(j);
        json_key(j, S("content"));
        json_object_begin(j);
        json_key(j, r->sink == HTTP_SINK_FILE ? S("multipart/form-data") : S("application/json"));
        json_object_begin(j);
        json_object_end(j);
        json_object_end(j);
        json_object_end(j);
    }
    json_key(j, S("responses"));
    json_object_begin(j);
    answer(j, "2XX", "done", "application/json");
    answer(j, "default", "a problem (RFC 9457)", "application/problem+json");
    json_object_end(j);
    json_key(j, S("security"));
    json_array_begin(j);
    if (r->who != WHO_ANYONE) {
        json_object_begin(j);
        json_key(j, S("bearer"));
        json_array_begin(j);
        json_array_end(j);
        json_object_end(j);
    }
    json_array_end(j);
    json_object_end(j);
}

static bool is_api(const struct route *r)
{
    return strncmp(r->path, "/api/", 5) == 0;
}

/* All methods of one path stand together: written at its first row only. */
static bool is_first(const struct platform *p, size_t feature, size_t row, const char *path)
{
    for (size_t f = 0; f <= feature; f++)
        for (size_t i = 0; i < p->features[f]->route_count && (f < feature || i < row); i++)
            if (strcmp(p->features[f]->routes[i].path, path) == 0)
                return false;
    return true;
}

static void path_item(struct json *j, const struct platform *p, const char *path)
{
    json_key(j, str_c(path));
    json_object_begin(j);
    for (size_t f = 0; f < p->feature_count; f++)
        for (size_t i = 0; i < p->features[f]->route_count; i++)
            if (strcmp(p->features[f]->routes[i].path, path) == 0)
                operation(j, &p->features[f]->routes[i]);
    json_object_end(j);
}

const struct err *openapi_write(struct arena *a, const struct platform *p, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, DOCUMENT_MAX);
    struct json j;
    json_init(&j, &sb);
    json_object_begin(&j);
    json_put_str(&j, "openapi", S("3.1.0"));
    json_key(&j, S("info"));
    json_object_begin(&j);
    json_put_str(&j, "title", S("Millpond"));
    json_put_str(&j, "version", S(MILLPOND_VERSION));
    json_object_end(&j);
    json_key(&j, S("servers"));
    json_array_begin(&j);
    json_object_begin(&j);
    json_put_str(&j, "url", p->base_url);
    json_object_end(&j);
    json_array_end(&j);
    json_key(&j, S("paths"));
    json_object_begin(&j);
    for (size_t f = 0; f < p->feature_count; f++)
        for (size_t i = 0; i < p->features[f]->route_count; i++) {
            const struct route *r = &p->features[f]->routes[i];
            if (is_api(r) && is_first(p, f, i, r->path))
                path_item(&j, p, r->path);
        }
    json_object_end(&j);
    json_key(&j, S("components"));
    json_object_begin(&j);
    json_key(&j, S("securitySchemes"));
    json_object_begin(&j);
    json_key(&j, S("bearer"));
    json_object_begin(&j);
    json_put_str(&j, "type", S("http"));
    json_put_str(&j, "scheme", S("bearer"));
    json_object_end(&j);
    json_object_end(&j);
    json_object_end(&j);
    json_object_end(&j);
    return json_finish(&j, ret);
}
