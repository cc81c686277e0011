/* flow_tap: see flow_tap.h. Form: RUN.SERIAL.KIND[ID].SIGNATURE; the signature covers the
 * conversation too. */
#include "flow/flow_tap.h"

#include "base/strbuf.h"

enum { TOKEN_MAX = 64, SERIAL_MAX = 99999 };

static const struct err *sign(const struct platform *p, struct arena *a, int64_t conversation_id,
                              str body, str *ret)
{
    str message;
    TRY(str_fmt(a, &message, "%lld.%.*s", (long long)conversation_id, STR_ARG(body)));
    return secret_sign(p, a, "flow.tap", message, ret);
}

const struct err *flow_tap_token(const struct platform *p, struct arena *a,
                                 const struct flow_tap *tap, str *ret)
{
    str body, signature;
    struct id_text run = id_format(tap->run_id), id = id_format(tap->choice.id);
    ASSERT(tap->serial >= 0);
    if (tap->serial > SERIAL_MAX)
        return ERR(a, ERR_LIMIT, "error.too_much", "run %lld: too many prompts",
                   (long long)tap->run_id);
    TRY(str_fmt(a, &body, "%s.%d.%c%s", run.text, (int)tap->serial, (char)tap->choice.kind,
                tap->choice.id > 0 ? id.text : ""));
    TRY(sign(p, a, tap->conversation_id, body, &signature));
    TRY(str_fmt(a, ret, "%.*s.%.*s", STR_ARG(body), STR_ARG(signature)));
    ASSERT(ret->len <= TOKEN_MAX);
    return NULL;
}

const struct err *flow_tap_read(const struct platform *p, struct arena *a, int64_t conversation_id,
                                str token, struct flow_tap *ret, bool *ret_ok)
{
    str signature;
    ptrdiff_t dot = str_rfind_char(token, '.');
    *ret_ok = false;
    if (dot < 0 || token.len > TOKEN_MAX)
        return NULL;
    str body = str_sub(token, 0, (size_t)dot), given = str_from(token, (size_t)dot + 1);
    TRY(sign(p, a, conversation_id, body, &signature));
    if (!str_eq_secret(given, signature))
        return NULL;
    str rest = body, run = str_cut(&rest, '.'), serial = str_cut(&rest, '.');
    *ret = (struct flow_tap){.conversation_id = conversation_id};
    *ret_ok = id_parse(run, &ret->run_id) && str_to_int(serial, &ret->serial) && rest.len > 0 &&
              (rest.len == 1 || id_parse(str_from(rest, 1), &ret->choice.id));
    if (*ret_ok)
        ret->choice.kind = (enum flow_choice_kind)rest.ptr[0];
    return NULL;
}
