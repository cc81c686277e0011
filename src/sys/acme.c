/* See acme.h. Names of members and urls are those of RFC 8555, section 7. */
#include "sys/acme.h"

#include <jansson.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "sys/fetch.h"

enum {
    REQUEST_MS = 30000,
    ANSWER_MAX = 256 * 1024,
    TEXT_MAX = 64 * 1024,
    NONCE_TRIES = 4,
    POLL_MS = 1000,
    POLL_MAX_MS = 10000
};

struct session {
    struct arena *arena;
    const struct acme_order *order;
    json_t *directory;
    str nonce, account_url;
};

/* An answer with its JSON, which lives until the next one; text is what a chain comes in. */
struct answer {
    struct fetch_response http;
    json_t *json;
};

static const struct err *bad_answer(struct session *s, const char *what)
{
    return ERR(s->arena, ERR_UNAVAILABLE, "acme.bad_answer", "%s", what);
}

static str member(const json_t *object, const char *name)
{
    return str_c(json_string_value(json_object_get(object, name)));
}

/* ---- asking ---- */

/* The operator's trust is for the directory's own origin only. */
static bool is_same_origin(str url, str directory)
{
    ptrdiff_t scheme = str_find(directory, S("://"));
    str rest = str_from(directory, scheme < 0 ? 0 : (size_t)scheme + 3);
    ptrdiff_t slash = str_find_char(rest, '/');
    size_t origin = directory.len - rest.len + (slash < 0 ? rest.len : (size_t)slash);
    return str_starts(url, str_sub(directory, 0, origin)) &&
           (url.len == origin || url.ptr[origin] == '/');
}

static const struct err *ask(struct session *s, const char *method, str url, str body,
                             struct answer *ret)
{
    static const struct fetch_header jose = {STR_INIT("Content-Type"),
                                             STR_INIT("application/jose+json")};
    struct fetch_request request = {.method = method,
                                    .url = url,
                                    .headers = &jose,
                                    .header_count = str_is_absent(body) ? 0 : 1,
                                    .body = body,
                                    .timeout_ms = REQUEST_MS,
                                    .max_bytes = ANSWER_MAX,
                                    .trusted = s->order->trusted &&
                                               is_same_origin(url, s->order->directory)};
    json_decref(ret->json);
    ret->json = NULL;
    TRY(fetch(s->arena, &request, &ret->http));
    str nonce = fetch_header_of(&ret->http, S("replay-nonce"));
    if (!str_is_absent(nonce))
        s->nonce = nonce;
    ret->json = json_loadb(ret->http.body.ptr == NULL ? "" : ret->http.body.ptr, ret->http.body.len,
                           JSON_REJECT_DUPLICATES, NULL);
    return NULL;
}

static const struct err *need_nonce(struct session *s)
{
    struct answer answer = {0};
    if (!str_is_empty(s->nonce))
        return NULL;
    const struct err *e = ask(s, "HEAD", member(s->directory, "newNonce"), STR_NONE, &answer);
    json_decref(answer.json);
    TRY(e);
    return str_is_empty(s->nonce) ? bad_answer(s, "no nonce") : NULL;
}

/* The flattened JSON of RFC 7515, 7.2.2. Without an account url the key itself stands in the head.
 */
static const struct err *seal(struct session *s, str url, str payload, str *ret)
{
    struct arena *a = s->arena;
    str head = STR_NONE, head64 = STR_NONE, body64 = STR_NONE, both = STR_NONE,
        signature = STR_NONE, jwk = STR_NONE;
    TRY(es256_jwk(a, s->order->account, &jwk));
    if (str_is_absent(s->account_url))
        TRY(str_fmt(a, &head,
                    "{\"alg\":\"ES256\",\"jwk\":%.*s,\"nonce\":\"%.*s\",\"url\":\"%.*s\"}",
                    STR_ARG(jwk), STR_ARG(s->nonce), STR_ARG(url)));
    else
        TRY(str_fmt(a, &head,
                    "{\"alg\":\"ES256\",\"kid\":\"%.*s\",\"nonce\":\"%.*s\",\"url\":\"%.*s\"}",
                    STR_ARG(s->account_url), STR_ARG(s->nonce), STR_ARG(url)));
    TRY(base64url_encode(a, head, &head64));
    TRY(base64url_encode(a, payload, &body64));
    TRY(str_fmt(a, &both, "%.*s.%.*s", STR_ARG(head64), STR_ARG(body64)));
    TRY(es256_sign(a, s->order->account, both, &signature));
    return str_fmt(a, ret, "{\"protected\":\"%.*s\",\"payload\":\"%.*s\",\"signature\":\"%.*s\"}",
                   STR_ARG(head64), STR_ARG(body64), STR_ARG(signature));
}

/* Urls and nonces go into JSON as they are, so they must not be able to leave their quotes. */
static bool is_plain(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] >= 0x7f || text.ptr[i] == '"' || text.ptr[i] == '\\')
            return false;
    return text.len > 0;
}

/* A signed request; an empty payload asks for what is there (POST-as-GET). A used-up nonce is tried
 * again with the fresh one that came with the refusal. */
static const struct err *post(struct session *s, str url, str payload, struct answer *ret)
{
    for (int tries = 0;; tries++) {
        str body = STR_NONE;
        TRY(need_nonce(s));
        if (!is_plain(url) || !is_plain(s->nonce) ||
            (!str_is_absent(s->account_url) && !is_plain(s->account_url)))
            return bad_answer(s, "a url or nonce with odd characters");
        TRY(seal(s, url, payload, &body));
        s->nonce = STR_NONE;
        TRY(ask(s, "POST", url, body, ret));
        if (ret->http.status < 400)
            return NULL;
        str type = member(ret->json, "type"), detail = member(ret->json, "detail");
        if (!str_ends(type, S(":badNonce")) || tries == NONCE_TRIES)
            return ERR(s->arena, ERR_UNAVAILABLE, "acme.refused", "%d %.*s: %.*s", ret->http.status,
                       STR_ARG(type), STR_ARG(str_sub(detail, 0, 300)));
    }
}

/* ---- the steps ---- */

static const struct err *read_directory(struct session *s)
{
    struct answer answer = {0};
    const struct err *e = ask(s, "GET", s->order->directory, STR_NONE, &answer);
    s->directory = answer.json;
    TRY(e);
    bool is_whole = answer.http.status == 200 && !str_is_absent(member(s->directory, "newNonce")) &&
                    !str_is_absent(member(s->directory, "newAccount")) &&
                    !str_is_absent(member(s->directory, "newOrder"));
    return is_whole ? NULL : bad_answer(s, "no ACME directory");
}

/* Makes the account, or finds that of the key. */
static const struct err *enter(struct session *s, struct answer *answer)
{
    struct strbuf sb;
    struct json j;
    str payload = STR_NONE, mail = STR_NONE;
    strbuf_init(&sb, s->arena, TEXT_MAX);
    json_init(&j, &sb);
    json_object_begin(&j);
    json_put_bool(&j, "termsOfServiceAgreed", true);
    if (!str_is_empty(s->order->mail)) {
        TRY(str_fmt(s->arena, &mail, "mailto:%.*s", STR_ARG(s->order->mail)));
        json_key(&j, S("contact"));
        json_array_begin(&j);
        json_str(&j, mail);
        json_array_end(&j);
    }
    json_object_end(&j);
    TRY(json_finish(&j, &payload));
    TRY(post(s, member(s->directory, "newAccount"), payload, answer));
    s->account_url = fetch_header_of(&answer->http, S("location"));
    return str_is_absent(s->account_url) ? bad_answer(s, "an account without url") : NULL;
}

static const struct err *place_order(struct session *s, struct answer *answer, str *ret_url)
{
    struct strbuf sb;
    struct json j;
    str payload = STR_NONE;
    strbuf_init(&sb, s->arena, TEXT_MAX);
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("identifiers"));
    json_array_begin(&j);
    for (size_t i = 0; i < s->order->name_count; i++) {
        json_object_begin(&j);
        json_put_str(&j, "type", S("dns"));
        json_put_str(&j, "value", s->order->names[i]);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
    TRY(json_finish(&j, &payload));
    TRY(post(s, member(s->directory, "newOrder"), payload, answer));
    *ret_url = fetch_header_of(&answer->http, S("location"));
    return str_is_absent(*ret_url) ? bad_answer(s, "an order without url") : NULL;
}

/* Asks until the status is `wanted`; "invalid" ends it. */
static const struct err *wait_until(struct session *s, str url, str wanted, struct answer *answer)
{
    int wait_ms = POLL_MS;
    for (int waited_ms = 0; waited_ms < ACME_WAIT_MS; waited_ms += wait_ms) {
        TRY(post(s, url, S(""), answer));
        str status = member(answer->json, "status");
        if (str_eq(status, wanted))
            return NULL;
        if (str_eq(status, S("invalid")) || str_is_absent(status))
            return ERR(s->arena, ERR_UNAVAILABLE, "acme.challenge", "%.*s",
                       STR_ARG(str_sub(answer->http.body, 0, 600)));
        uint64_t asked_s = 0;
        if (str_to_uint(fetch_header_of(&answer->http, S("retry-after")), 60, &asked_s) &&
            asked_s * 1000 > POLL_MAX_MS)
            asked_s = POLL_MAX_MS / 1000;
        wait_ms = asked_s > 0 ? (int)asked_s * 1000 : POLL_MS;
        if (!s->order->wait(s->order->self, wait_ms))
            break;
    }
    return ERR(s->arena, ERR_UNAVAILABLE, "acme.late", "%.*s", STR_ARG(url));
}

static const json_t *http_challenge(const json_t *authorization)
{
    const json_t *list = json_object_get(authorization, "challenges");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (str_eq(member(json_array_get(list, i), "type"), S("http-01")))
            return json_array_get(list, i);
    return NULL;
}

static const struct err *prove(struct session *s, str url)
{
    struct answer answer = {0};
    str token = STR_NONE, at = STR_NONE, thumb = STR_NONE, text = STR_NONE;
    const struct err *e = post(s, url, S(""), &answer);
    bool is_proven = e == NULL && str_eq(member(answer.json, "status"), S("valid"));
    const json_t *challenge = http_challenge(answer.json);
    if (e == NULL && !is_proven)
        e = challenge == NULL ? bad_answer(s, "no http-01 challenge")
                              : str_dup(s->arena, member(challenge, "token"), &token);
    if (e == NULL && !is_proven)
        e = str_dup(s->arena, member(challenge, "url"), &at);
    if (e == NULL && !is_proven)
        e = es256_thumbprint(s->arena, s->order->account, &thumb);
    if (e == NULL && !is_proven)
        e = str_fmt(s->arena, &text, "%.*s.%.*s", STR_ARG(token), STR_ARG(thumb));
    if (e == NULL && !is_proven) {
        s->order->publish(s->order->self, token, text);
        e = post(s, at, S("{}"), &answer);
        if (e == NULL)
            e = wait_until(s, url, S("valid"), &answer);
        s->order->publish(s->order->self, token, STR_NONE);
    }
    json_decref(answer.json);
    return e;
}

static const struct err *finish(struct session *s, str order_url, str finalize,
                                struct answer *answer, str *ret_chain)
{
    str der = STR_NONE, der64 = STR_NONE, payload = STR_NONE, url = STR_NONE;
    TRY(es256_request(s->arena, s->order->key, s->order->names, s->order->name_count, &der));
    TRY(base64url_encode(s->arena, der, &der64));
    TRY(str_fmt(s->arena, &payload, "{\"csr\":\"%.*s\"}", STR_ARG(der64)));
    TRY(post(s, finalize, payload, answer));
    TRY(wait_until(s, order_url, S("valid"), answer));
    TRY(str_dup(s->arena, member(answer->json, "certificate"), &url));
    TRY(post(s, url, S(""), answer));
    *ret_chain = answer->http.body;
    return NULL;
}

static const struct err *run(struct session *s, struct answer *answer, str *ret_chain)
{
    str order_url = STR_NONE, finalize = STR_NONE;
    str proofs[ACME_NAMES_MAX];
    TRY(read_directory(s));
    TRY(enter(s, answer));
    TRY(place_order(s, answer, &order_url));
    TRY(str_dup(s->arena, member(answer->json, "finalize"), &finalize));
    const json_t *list = json_object_get(answer->json, "authorizations");
    size_t count = json_array_size(list);
    if (count == 0 || count > ACME_NAMES_MAX || str_is_absent(finalize))
        return bad_answer(s, "an order without authorizations");
    for (size_t i = 0; i < count; i++)
        TRY(str_dup(s->arena, str_c(json_string_value(json_array_get(list, i))), &proofs[i]));
    for (size_t i = 0; i < count; i++)
        TRY(prove(s, proofs[i]));
    return finish(s, order_url, finalize, answer, ret_chain);
}

const struct err *acme_run(struct arena *a, const struct acme_order *order, str *ret_chain)
{
    struct session s = {.arena = a, .order = order};
    struct answer answer = {0};
    ASSERT(order->name_count > 0 && order->name_count <= ACME_NAMES_MAX);
    const struct err *e = run(&s, &answer, ret_chain);
    json_decref(answer.json);
    json_decref(s.directory);
    return e;
}
