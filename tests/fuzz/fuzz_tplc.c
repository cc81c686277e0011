/* tplc on any bytes: it refuses with "file:line: message" or makes C whose literal markup holds no
 * script, and it ends. */
#include "tools/tplc/tplc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct text_table texts = {0};
    struct tplc p;
    arena_init(&a, MiB(64));
    if (textfile_parse(&a, "en.txt", S("test.hello = Hello {0}\ntest.pay = Pay"), &texts) == NULL &&
        text_table_sort(&a, &texts) == NULL) {
        tplc_init(&p, &a, &texts);
        p.file = "fuzz.html";
        p.src = (str){(const char *)data, size};
        const struct err *e = tplc_file(&p);
        if (e != NULL && e != &err_out_of_memory && e->kind == ERR_INVALID)
            ASSERT(str_starts(e->detail, S("fuzz.html:")));
        if (e == NULL)
            ASSERT(str_find(strbuf_view(&p.code), S("<style")) < 0 &&
                   str_find(strbuf_view(&p.code), S(" onclick=")) < 0);
    }
    arena_done(&a);
    return 0;
}
