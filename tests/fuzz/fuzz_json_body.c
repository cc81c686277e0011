/* JSON bodies: fields are texts within the limits of forms. */
#include "http/json_body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct form form;
    arena_init(&a, MiB(8));
    if (json_body_parse(&a, (str){(const char *)data, size}, &form) == NULL) {
        ASSERT(form.json != NULL && form.count <= FORM_FIELDS_MAX);
        for (size_t i = 0; i < form.count; i++)
            ASSERT(url_is_text(form.fields[i].name) && url_is_text(form.fields[i].value));
    }
    arena_done(&a);
    return 0;
}
