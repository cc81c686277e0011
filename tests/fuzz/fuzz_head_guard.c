/* A head the guard passes is one that the parser reads in the same way. */
#include "http/exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct http_admission admit(void *self, const struct http_request *head)
{
    (void)self;
    (void)head;
    return (struct http_admission){.body_max = 100};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct http_app app = {.admit = admit};
    static const struct exchange_peer peer;
    struct exchange_setup setup = {.app = &app, .clock = &clock_system, .arena_bytes = MiB(1)};
    static struct exchange ex;
    str bytes = {(const char *)data, size};
    struct head_facts facts;
    int end = head_guard_find_end(bytes, 0);
    ASSERT(end <= (int)size);
    int alone = head_guard_check(bytes, &facts);
    if (end <= 0) {
        ASSERT(end < 0 || alone != 0 || size == 0);
        return 0;
    }
    exchange_init(&ex, &setup);
    int status = head_guard_check(str_sub(bytes, 0, (size_t)end), &facts);
    int read = exchange_read_head(&ex, &peer, str_sub(bytes, 0, (size_t)end));
    ASSERT(status == 0 || read == status);
    if (read == 0) {
        ASSERT(ex.rq.method != HTTP_UNSET && !str_is_absent(ex.rq.path));
        ASSERT(!(facts.is_chunked && facts.content_length >= 0));
        if (exchange_admit(&ex) == 0 && !ex.is_complete) {
            size_t used = 0;
            str body = str_from(bytes, (size_t)end);
            int body_status = exchange_read_body(&ex, body, &used);
            ASSERT(used <= body.len && (body_status != 0 || ex.rq.body_bytes <= 100));
        }
    }
    exchange_done(&ex);
    return 0;
}
