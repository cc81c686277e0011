/* Urlencoded forms and the URL codec: decoding what was encoded gives it back. */
#include "base/strbuf.h"
#include "http/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct form form;
    arena_init(&a, MiB(4));
    if (form_parse_urlencoded(&a, (str){(const char *)data, size}, &form) == NULL)
        for (size_t i = 0; i < form.count; i++) {
            struct strbuf sb;
            str again;
            ASSERT(url_is_text(form.fields[i].name) && url_is_text(form.fields[i].value));
            strbuf_init(&sb, &a, MiB(1));
            url_encode(&sb, form.fields[i].value);
            ASSERT(url_decode(&a, strbuf_view(&sb), true, &again) == NULL);
            ASSERT(str_eq(again, form.fields[i].value));
        }
    arena_done(&a);
    return 0;
}
