/* A JSON writer into a strbuf: answers of the API, payloads of events and webhooks, JSON in pages.
 *
 *   struct json w;
 *   json_init(&w, &sb);
 *   json_object_begin(&w); json_key(&w, S("name")); json_str(&w, name); json_object_end(&w);
 *   TRY(json_finish(&w, &text));
 *
 * The text is always valid JSON: commas are placed here; a value without key inside an object, a
 * key outside one, or an unclosed bracket is our bug and asserts, even when the buffer has failed.
 * Strings: invalid UTF-8 becomes U+FFFD; control characters, quotes, <, >, &, U+2028 and U+2029 are
 * escaped, so that the same bytes may stand inside a script element. Reading JSON is jansson's,
 * elsewhere.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/money.h"
#include "base/strbuf.h"

enum { JSON_DEPTH_MAX = 32 };

struct json {
    struct strbuf *sb;
    uint32_t objects;  /* bit d: level d is an object, else an array */
    int depth;
    bool has_items;    /* a comma is due before the next item */
    bool has_key;      /* a key was written, its value is due */
};

void json_init(struct json *w, struct strbuf *sb);
void json_object_begin(struct json *w);
void json_object_end(struct json *w);
void json_array_begin(struct json *w);
void json_array_end(struct json *w);
void json_key(struct json *w, str key);
void json_str(struct json *w, str value);       /* absent: null */
void json_int(struct json *w, int64_t value);
void json_bool(struct json *w, bool value);
void json_none(struct json *w);
void json_id(struct json *w, int64_t id);       /* its base-32 text; 0: null */
void json_time(struct json *w, int64_t at_ms);  /* RFC 3339 */
void json_money(struct json *w,
                struct money m); /* {"amount":"12.34","minor":1234,"currency":"EUR"} */
/* A key with its value. */
void json_put_str(struct json *w, const char *key, str value);     /* absent: null */
void json_put_text(struct json *w, const char *key, str value);    /* absent or empty: null */
void json_put_int(struct json *w, const char *key, int64_t value);
void json_put_bool(struct json *w, const char *key, bool value);
void json_put_id(struct json *w, const char *key, int64_t id);     /* 0: null */
void json_put_time(struct json *w, const char *key, int64_t at_ms); /* 0: null */
void json_put_money(struct json *w, const char *key, struct money m); /* without a currency: null */
/* The whole text (strbuf_finish); exactly one value, closed, by assertion. */
const struct err *json_finish(struct json *w, str *ret) MUST_CHECK;

#endif
