/* The JSON writer on any strings: balanced, no raw control character, no bytes that end a script
 * element, valid UTF-8; quotes pair up. Each input byte is an instruction; strings are its
 * neighbours.
 */
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Strings closed, brackets matched, nothing forbidden outside or inside them. */
static void check(str text)
{
    int depth = 0;
    bool inside = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        ASSERT((unsigned char)c >= 0x20 && c != '<' && c != '>' && c != '&' && c != 0x7f);
        if (inside && c == '\\')
            i++;
        else if (c == '"')
            inside = !inside;
        else if (!inside && (c == '{' || c == '['))
            depth++;
        else if (!inside && (c == '}' || c == ']'))
            depth--;
        ASSERT(depth >= 0);
    }
    ASSERT(depth == 0 && !inside && utf8_is_valid(text));
    ASSERT(str_find(text, S("\xe2\x80\xa8")) < 0 && str_find(text, S("\xe2\x80\xa9")) < 0);
}

static void write_value(struct json *w, const uint8_t *at, size_t left)
{
    str text = {(const char *)at, left < 16 ? left : 16};
    int64_t number = 0;
    memcpy(&number, at, left < sizeof number ? left : sizeof number);
    switch (at[0] % 6) {
    case 0: json_int(w, number); break;
    case 1: json_bool(w, number & 1); break;
    case 2: json_id(w, number & INT64_MAX); break;
    case 3: json_time(w, number); break;
    case 4: json_money(w, (struct money){number, {"EUR"}}); break;
    default: json_str(w, text); break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct strbuf sb;
    struct json w;
    bool is_object[JSON_DEPTH_MAX];
    int depth = 0;
    str text;
    arena_init(&a, MiB(16));
    strbuf_init(&sb, &a, MiB(4));
    json_init(&w, &sb);
    json_array_begin(&w);
    for (size_t i = 0; i < size; i++) {
        bool in_object = depth > 0 && is_object[depth - 1];
        if (data[i] % 16 == 0 && depth > 0) {
            depth--;
            is_object[depth] ? json_object_end(&w) : json_array_end(&w);
            continue;
        }
        if (in_object)
            json_key(&w, (str){(const char *)data + i, size - i < 8 ? size - i : 8});
        if (data[i] % 16 <= 2 && depth < JSON_DEPTH_MAX - 2) {
            is_object[depth] = data[i] % 16 == 1;
            is_object[depth] ? json_object_begin(&w) : json_array_begin(&w);
            depth++;
        } else {
            write_value(&w, data + i, size - i);
        }
    }
    while (depth > 0) {
        depth--;
        is_object[depth] ? json_object_end(&w) : json_array_end(&w);
    }
    json_array_end(&w);
    if (json_finish(&w, &text) == NULL)
        check(text);
    arena_done(&a);
    return 0;
}
