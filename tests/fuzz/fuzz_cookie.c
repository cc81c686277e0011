/* A cookie's value never holds what could end it. */
#include "http/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str value = http_cookie_find((str){(const char *)data, size}, S("sid"));
    for (size_t i = 0; i < value.len; i++)
        ASSERT(value.ptr[i] > ' ' && value.ptr[i] != ';' && value.ptr[i] != '"');
    return 0;
}
