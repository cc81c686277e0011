/* http_loopback: the same exchange as the server's, driven by a string. */
#include <string.h>

#include "http/exchange.h"

static const struct err *reply_text(struct arena *a, const struct exchange *ex, str *ret)
{
    const struct reply *reply = &ex->reply;
    struct strbuf sb;
    strbuf_init(&sb, a, a->cap_bytes);
    strbuf_add(&sb, (str){reply->head, reply->head_bytes});
    strbuf_add(&sb, reply->body);
    return strbuf_finish(&sb, ret);
}

static void run(struct exchange *ex, str raw)
{
    static const struct exchange_peer peer = {
        .address = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1}}};
    int end = head_guard_find_end(raw, 0);
    int status = end > 0 ? exchange_read_head(ex, &peer, str_sub(raw, 0, (size_t)end))
                         : (end < 0 ? -end : 400);
    if (status != 0) {
        exchange_refuse(ex, status, false);
        return;
    }
    status = exchange_admit(ex);
    str body = str_from(raw, (size_t)end);
    while (status == 0 && !ex->is_complete && body.len > 0) {
        size_t used = 0;
        status = exchange_read_body(ex, body, &used);
        body = str_from(body, used);
    }
    if (status == 0 && !ex->is_complete)
        status = 400;
    if (status != 0)
        exchange_refuse(ex, status, true);
    else if (!exchange_is_cached(ex))
        exchange_handle(ex);
}

const struct err *http_loopback(struct arena *a, const struct http_app *app, str raw, str *ret_raw)
{
    return http_loopback_files(a, app, STR_NONE, raw, ret_raw);
}

const struct err *http_loopback_files(struct arena *a, const struct http_app *app, str upload_dir,
                                      str raw, str *ret_raw)
{
    static _Atomic uint64_t count; /* ids of requests differ, and so do the names of their files */
    struct exchange_setup setup = {.app = app,
                                   .clock = &clock_system,
                                   .arena_bytes = MiB(16),
                                   .upload_dir = upload_dir,
                                   .id_seed = atomic_fetch_add(&count, 1)};
    struct exchange *ex;
    TRY_NEW(a, ex);
    exchange_init(ex, &setup);
    run(ex, raw);
    if (ex->reply.head != NULL)
        exchange_write_date(ex->reply.head + ex->reply.date_at, clock_now_ms(setup.clock));
    const struct err *e = reply_text(a, ex, ret_raw);
    exchange_done(ex);
    return e;
}
