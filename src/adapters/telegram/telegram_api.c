/* Calls of the Bot API: see telegram_api.h. */
#include "telegram/telegram_api.h"

#include "core/feature.h"
#include "core/setting.h"
#include "http/json_body.h"
#include "sys/fetch.h"

enum { ANSWER_MAX = 1024 * 1024, WAIT_DEFAULT_S = 5, WAIT_MAX_S = 3600 };

/* How long Telegram asks to wait. */
static const struct err *wait_error(struct arena *a, const json_t *answer)
{
    json_int_t seconds =
        json_integer_value(json_object_get(json_object_get(answer, "parameters"), "retry_after"));
    str text;
    if (seconds < 1 || seconds > WAIT_MAX_S)
        seconds = WAIT_DEFAULT_S;
    TRY(str_fmt(a, &text, "%lld", (long long)seconds));
    return err_with_arg(
        a, ERR(a, ERR_LIMIT, "channel.wait", "telegram asks to wait %lld s", (long long)seconds),
        text);
}

static const struct err *refusal(struct arena *a, const char *method, int status,
                                 const json_t *answer)
{
    switch (status) {
    case 401: case 404:
        return ERR(a, ERR_DENIED, "telegram.bad_token", "%s: %d", method, status);
    case 403:
        return ERR(a, ERR_DENIED, "telegram.blocked", "%s: %d", method, status);
    case 409:
        return ERR(a, ERR_CONFLICT, "telegram.conflict", "%s: %d", method, status);
    case 429:
        return wait_error(a, answer);
    default:
        break;
    }
    if (status >= 500)
        return ERR(a, ERR_UNAVAILABLE, "telegram.unreachable", "%s: %d", method, status);
    return ERR(a, ERR_INVALID, "telegram.refused", "%s: %d", method, status);
}

const struct err *telegram_call(struct arena *a, str base, str token, const char *method, str body,
                                int64_t timeout_ms, const json_t **ret)
{
    return telegram_call_as(a, base, token, method, S("application/json"), body, timeout_ms, ret);
}

const struct err *telegram_call_as(struct arena *a, str base, str token, const char *method,
                                   str type, str body, int64_t timeout_ms, const json_t **ret)
{
    struct fetch_header headers[] = {{S("content-type"), type}};
    struct fetch_request request = {.method = "POST",
                                    .headers = headers,
                                    .header_count = COUNT(headers),
                                    .body = body,
                                    .timeout_ms = timeout_ms,
                                    .max_bytes = ANSWER_MAX,
                                    .trusted = true};
    struct fetch_response response;
    struct form answer = {0};
    TRY(str_fmt(a, &request.url, "%.*s/bot%.*s/%s", STR_ARG(base), STR_ARG(token), method));
    const struct err *e = fetch(a, &request, &response);
    if (e != NULL) /* its detail may hold the address, and with it the token */
        return ERR(a, ERR_UNAVAILABLE, "telegram.unreachable", "%s: %s", method, e->key);
    bool is_json = json_body_parse(a, response.body, &answer) == NULL && answer.json != NULL;
    if (response.status != 200 || !is_json || !json_is_true(json_object_get(answer.json, "ok")))
        return refusal(a, method, is_json || response.status != 200 ? response.status : 502,
                       answer.json);
    *ret = json_object_get(answer.json, "result");
    return NULL;
}

const struct err *telegram_settings(struct platform *p, struct arena *a, struct tx *tx,
                                    struct shop_id shop, str *ret_base, str *ret_token)
{
    TRY(setting_text(tx, a, p, (struct shop_id){0}, "telegram.api", ret_base));
    TRY(setting_text(tx, a, p, shop, "telegram.token", ret_token));
    while (str_ends(*ret_base, S("/")))
        ret_base->len--;
    return NULL;
}
