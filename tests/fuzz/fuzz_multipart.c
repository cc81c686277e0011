/* Multipart bodies with the boundary "b": files land in the temporary folder and leave with the
 * arena. */
#include "http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct form form;
    struct http_header type = {S("content-type"), S("multipart/form-data; boundary=b")};
    struct http_request rq = {.arena = &a, .headers = &type, .header_count = 1, .id = S("req-fuzz"),
                              .body = {(const char *)data, size}, .body_bytes = (int64_t)size,
                              .upload_dir = S("/tmp")};
    arena_init(&a, MiB(4));
    if (multipart_parse(&rq, &form) == NULL)
        for (size_t i = 0; i < form.count; i++) {
            const struct form_field *f = &form.fields[i];
            ASSERT(url_is_text(f->name) && f->name.len <= FORM_NAME_BYTES_MAX);
            ASSERT(str_is_absent(f->value) || url_is_text(f->value));
            ASSERT(str_find_char(f->file_name, '/') < 0 && url_is_text(f->file_name));
        }
    arena_done(&a);
    return 0;
}
