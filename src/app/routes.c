/* `millpond routes`: the route tables as people and programs read them. Needs no store. */
#include <stdio.h>

#include "app/cli.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "core/dispatch.h"

enum { TEXT_MAX = 1024 * 1024 };

static void as_json(struct json *j, const struct route *r, const struct feature *f)
{
    json_object_begin(j);
    json_key(j, S("method"));
    json_str(j, http_method_name(r->method));
    json_key(j, S("path"));
    json_str(j, str_c(r->path));
    json_key(j, S("feature"));
    json_str(j, str_c(f->name));
    json_key(j, S("who"));
    json_str(j, str_c(dispatch_who_name(r->who)));
    json_key(j, S("permission"));
    json_str(j, str_c(r->permission));
    json_key(j, S("csrf"));
    json_str(j, str_c(dispatch_csrf_name(r->csrf)));
    json_key(j, S("body_max"));
    json_int(j, (int64_t)r->body_max);
    json_key(j, S("rate"));
    json_str(j, str_c(dispatch_rate_name(r->rate)));
    json_put_bool(j, "needs_key", r->needs_key);
    json_key(j, S("summary"));
    json_str(j, str_c(r->summary));
    json_object_end(j);
}

static void as_line(struct strbuf *sb, const struct route *r)
{
    strbuf_addf(sb, "%-6.*s %-48s %-9s %-16s %-5s %-8s %9zu  %s\n",
                STR_ARG(http_method_name(r->method)), r->path, dispatch_who_name(r->who),
                r->permission == NULL ? "-" : r->permission, dispatch_csrf_name(r->csrf),
                dispatch_rate_name(r->rate), r->body_max, r->summary);
}

const struct err *routes_run(struct cli *c)
{
    struct platform p = {.clock = &clock_system, .rng = &rng_system};
    TRY(cli_features(c->arena, &p.features, &p.feature_count));
    struct dispatch *d = NULL;
    TRY(dispatch_new(c->arena, &(struct dispatch_config){.platform = &p}, &d));
    struct strbuf sb;
    strbuf_init(&sb, c->arena, TEXT_MAX);
    struct json j;
    json_init(&j, &sb);
    if (c->config.json)
        json_array_begin(&j);
    for (size_t i = 0; i < dispatch_route_count(d); i++) {
        const struct feature *f = NULL;
        const struct route *r = dispatch_route(d, i, &f);
        if (c->config.json)
            as_json(&j, r, f);
        else
            as_line(&sb, r);
    }
    if (c->config.json)
        json_array_end(&j);
    str text = STR_NONE;
    TRY(strbuf_finish(&sb, &text));
    printf("%.*s%s", STR_ARG(text), c->config.json ? "\n" : "");
    return NULL;
}
