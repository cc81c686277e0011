#include "base/json.h"

#include "base/id.h"
#include "base/timefmt.h"
#include "base/utf8.h"

void json_init(struct json *w, struct strbuf *sb)
{
    *w = (struct json){.sb = sb};
}

static bool in_object(const struct json *w)
{
    return w->depth > 0 && (w->objects >> (w->depth - 1) & 1u) != 0;
}

/* Before each value: it needs a key exactly when inside an object, and there is one root only. */
static void begin_value(struct json *w)
{
    ASSERT(w->has_key == in_object(w));
    ASSERT(w->depth > 0 || !w->has_items);
    if (w->has_items && !w->has_key)
        strbuf_add_char(w->sb, ',');
    w->has_key = false;
    w->has_items = true;
}

static void open_level(struct json *w, bool object)
{
    begin_value(w);
    ASSERT(w->depth < JSON_DEPTH_MAX);
    uint32_t bit = (uint32_t)1 << w->depth++;
    w->objects = object ? w->objects | bit : w->objects & ~bit;
    w->has_items = false;
    strbuf_add_char(w->sb, object ? '{' : '[');
}

static void close_level(struct json *w, bool object)
{
    ASSERT(w->depth > 0 && !w->has_key && in_object(w) == object);
    w->depth--;
    w->has_items = true;
    strbuf_add_char(w->sb, object ? '}' : ']');
}

void json_object_begin(struct json *w)
{
    open_level(w, true);
}

void json_object_end(struct json *w)
{
    close_level(w, true);
}

void json_array_begin(struct json *w)
{
    open_level(w, false);
}

void json_array_end(struct json *w)
{
    close_level(w, false);
}

/* One bit for each of ASCII. */
static const uint64_t plain[2] = {
    ~(UINT64_C(0xffffffff) | 1ull << '"' | 1ull << '&' | 1ull << '<' | 1ull << '>'),
    ~(1ull << ('\\' - 64) | 1ull << (0x7f - 64)),
};

static bool stands_for_itself(uint32_t point)
{
    return point < 0x80 ? (plain[point >> 6] >> (point & 63) & 1) != 0
                        : point != 0x2028 && point != 0x2029;
}

static void add_escape(struct strbuf *sb, uint32_t point)
{
    switch (point) {
    case '"': strbuf_add(sb, S("\\\"")); break;
    case '\\': strbuf_add(sb, S("\\\\")); break;
    case '\n': strbuf_add(sb, S("\\n")); break;
    case '\r': strbuf_add(sb, S("\\r")); break;
    case '\t': strbuf_add(sb, S("\\t")); break;
    default: strbuf_addf(sb, "\\u%04x", (unsigned)point); break;
    }
}

static size_t plain_len(str s)
{
    size_t len = 0;
    while (len < s.len && (unsigned char)s.ptr[len] < 0x80 &&
           stands_for_itself((unsigned char)s.ptr[len]))
        len++;
    return len;
}

/* Runs without anything special are copied at once. */
static void add_quoted(struct strbuf *sb, str value)
{
    str run = value, rest = value;
    strbuf_add_char(sb, '"');
    for (;;) {
        rest = str_from(rest, plain_len(rest));
        if (rest.len == 0)
            break;
        uint32_t point = 0;
        str before = rest;
        bool valid = utf8_next(&rest, &point);
        if (valid && stands_for_itself(point))
            continue;
        strbuf_add(sb, str_sub(run, 0, run.len - before.len));
        if (valid) {
            add_escape(sb, point);
        } else {
            strbuf_add(sb, S("\xef\xbf\xbd"));
            rest = str_from(rest, 1);
        }
        run = rest;
    }
    strbuf_add(sb, run);
    strbuf_add_char(sb, '"');
}

void json_key(struct json *w, str key)
{
    ASSERT(in_object(w) && !w->has_key);
    if (w->has_items)
        strbuf_add_char(w->sb, ',');
    add_quoted(w->sb, key);
    strbuf_add_char(w->sb, ':');
    w->has_key = true;
}

void json_str(struct json *w, str value)
{
    if (str_is_absent(value)) {
        json_none(w);
        return;
    }
    begin_value(w);
    add_quoted(w->sb, value);
}

void json_int(struct json *w, int64_t value)
{
    begin_value(w);
    strbuf_add_int(w->sb, value);
}

void json_bool(struct json *w, bool value)
{
    begin_value(w);
    strbuf_add(w->sb, value ? S("true") : S("false"));
}

void json_none(struct json *w)
{
    begin_value(w);
    strbuf_add(w->sb, S("null"));
}

void json_id(struct json *w, int64_t id)
{
    struct id_text text = id_format(id);
    json_str(w, id == 0 ? STR_NONE : id_str(&text));
}

void json_time(struct json *w, int64_t at_ms)
{
    struct time_text text = time_format_rfc3339(at_ms);
    json_str(w, str_c(text.text));
}

void json_money(struct json *w, struct money m)
{
    json_object_begin(w);
    json_key(w, S("amount"));
    str amount = S("");
    if (money_format(w->sb->arena, m, &amount) != NULL)
        w->sb->failed = true;
    json_str(w, amount);
    json_put_int(w, "minor", m.minor);
    json_put_str(w, "currency", currency_str(&m.currency));
    json_object_end(w);
}

void json_put_str(struct json *w, const char *key, str value)
{
    json_key(w, str_c(key));
    json_str(w, value);
}

void json_put_text(struct json *w, const char *key, str value)
{
    json_put_str(w, key, str_is_empty(value) ? STR_NONE : value);
}

void json_put_int(struct json *w, const char *key, int64_t value)
{
    json_key(w, str_c(key));
    json_int(w, value);
}

void json_put_bool(struct json *w, const char *key, bool value)
{
    json_key(w, str_c(key));
    json_bool(w, value);
}

void json_put_id(struct json *w, const char *key, int64_t id)
{
    json_key(w, str_c(key));
    json_id(w, id);
}

void json_put_time(struct json *w, const char *key, int64_t at_ms)
{
    json_key(w, str_c(key));
    if (at_ms == 0)
        json_none(w);
    else
        json_time(w, at_ms);
}

void json_put_money(struct json *w, const char *key, struct money m)
{
    json_key(w, str_c(key));
    if (m.currency.code[0] == 0)
        json_none(w);
    else
        json_money(w, m);
}

const struct err *json_finish(struct json *w, str *ret)
{
    ASSERT(w->depth == 0 && w->has_items && !w->has_key);
    return strbuf_finish(w->sb, ret);
}
