/* The gateway: hosted Checkout, a remembered card charged off-session with the hosted page as way
 * out, capture, cancel, refund, and asking how a payment stands. Every call that moves money
 * carries a key derived from our own id, so that asked twice it happens once. */
#include "stripe/stripe_api.h"

#define INTENTS "/v1/payment_intents/"
#define SESSIONS "/v1/checkout/sessions/"

enum { ID_BYTES_MAX = 100 };

static const struct err *is_on(struct tx *tx, struct arena *a, const struct platform *p,
                               struct shop_id shop, bool *ret)
{
    struct stripe_keys keys;
    TRY(stripe_keys_get(tx, a, p, shop, &keys));
    *ret = !str_is_empty(keys.secret_key) && !str_is_empty(keys.webhook_secret);
    return NULL;
}

/* The account that the secret key opened when it was saved. */
static const struct err *purse(struct tx *tx, struct arena *a, const struct platform *p,
                               struct shop_id shop, str *ret)
{
    struct stripe_keys keys;
    TRY(stripe_keys_get(tx, a, p, shop, &keys));
    *ret = STR_NONE;
    if (str_is_empty(keys.account))
        return NULL;
    return str_fmt(a, ret, "%s %.*s", keys.is_live ? "live" : "test", STR_ARG(keys.account));
}

/* "attempt-...-what": the same attempt, the same call. */
static const struct err *key_of(struct arena *a, const char *kind, int64_t id, const char *what,
                                str *ret)
{
    struct id_text text = id_format(id);
    return str_fmt(a, ret, "%s-%s-%s", kind, text.text, what);
}

/* before + id + after, as an address: an id of theirs is letters, digits and '_' only. */
static const struct err *path_of(struct arena *a, const char *before, str id, const char *after,
                                 const char **ret)
{
    str made;
    bool is_fit = id.len > 0 && id.len <= ID_BYTES_MAX;
    for (size_t i = 0; is_fit && i < id.len; i++) {
        char c = id.ptr[i];
        is_fit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '_';
    }
    if (!is_fit)
        return ERR(a, ERR_INVALID, "stripe.refused", "an id that is none");
    TRY(str_fmt(a, &made, "%s%.*s%s", before, STR_ARG(id), after));
    return str_to_c(a, made, ret);
}

const struct err *stripe_intent_get(struct arena *a, const struct stripe_keys *keys, str id,
                                    const json_t **ret)
{
    const char *path;
    int status;
    TRY(path_of(a, INTENTS, id, "?expand[]=payment_method", &path));
    return stripe_call(a, keys, path, NULL, STR_NONE, ret, &status);
}

const struct err *stripe_session_get(struct arena *a, const struct stripe_keys *keys, str id,
                                     const json_t **ret)
{
    const char *path;
    int status;
    TRY(path_of(a, SESSIONS, id, "?expand[]=payment_intent.payment_method", &path));
    return stripe_call(a, keys, path, NULL, STR_NONE, ret, &status);
}

static void add_metadata(struct stripe_form *f, const struct payment_attempt *x, const char *prefix)
{
    char name[60];
    struct id_text attempt = id_format(x->attempt_id), order = id_format(x->order_id);
    struct id_text shop = id_format(x->shop_id.v);
    snprintf(name, sizeof name, "%s[attempt]", prefix);
    stripe_form_add(f, name, id_str(&attempt));
    snprintf(name, sizeof name, "%s[order]", prefix);
    stripe_form_add(f, name, id_str(&order));
    snprintf(name, sizeof name, "%s[shop]", prefix);
    stripe_form_add(f, name, id_str(&shop));
}

static const struct err *begin_hosted(struct platform *p, struct arena *a,
                                      const struct stripe_keys *keys,
                                      const struct payment_attempt *x, struct payment_begin *ret)
{
    struct id_text attempt = id_format(x->attempt_id);
    struct stripe_form f;
    const json_t *session;
    str url, key;
    int status;
    stripe_form_init(&f, a);
    stripe_form_add(&f, "mode", S("payment"));
    stripe_form_add(&f, "client_reference_id", id_str(&attempt));
    stripe_form_add(&f, "line_items[0][quantity]", S("1"));
    stripe_form_add(&f, "line_items[0][price_data][currency]", currency_str(&x->amount.currency));
    stripe_form_add_int(&f, "line_items[0][price_data][unit_amount]", stripe_amount(x->amount));
    stripe_form_add(&f, "line_items[0][price_data][product_data][name]", x->description);
    TRY(str_fmt(a, &url, "%.*s%.*s", STR_ARG(p->base_url), STR_ARG(x->return_path)));
    stripe_form_add(&f, "success_url", url);
    TRY(str_fmt(a, &url, "%.*s%.*s", STR_ARG(p->base_url), STR_ARG(x->back_path)));
    stripe_form_add(&f, "cancel_url", url);
    add_metadata(&f, x, "metadata");
    add_metadata(&f, x, "payment_intent_data[metadata]");
    if (x->remember) {
        stripe_form_add(&f, "customer_creation", S("always"));
        stripe_form_add(&f, "payment_intent_data[setup_future_usage]", S("off_session"));
    }
    if (keys->is_later)
        stripe_form_add(&f, "payment_intent_data[capture_method]", S("manual"));
    TRY(key_of(a, "attempt", x->attempt_id, "hosted", &key));
    TRY(stripe_call(a, keys, "/v1/checkout/sessions", &f, key, &session, &status));
    if (status != 200)
        return ERR(a, ERR_INVALID, "stripe.refused", "session: %d", status);
    return stripe_read_session(a, keys, session, ret);
}

/* Charges the card that was remembered, while she looks elsewhere. *ret_done false: her bank wants
 * to see her, or refuses; then the hosted page must do. */
static const struct err *begin_saved(struct arena *a, const struct stripe_keys *keys,
                                     const struct payment_attempt *x, struct payment_begin *ret,
                                     bool *ret_done)
{
    str rest = x->saved_method, customer = str_cut(&rest, '/'), key;
    struct stripe_form f;
    const json_t *intent;
    int status;
    stripe_form_init(&f, a);
    stripe_form_add_int(&f, "amount", stripe_amount(x->amount));
    stripe_form_add(&f, "currency", currency_str(&x->amount.currency));
    stripe_form_add(&f, "customer", customer);
    stripe_form_add(&f, "payment_method", rest);
    stripe_form_add(&f, "off_session", S("true"));
    stripe_form_add(&f, "confirm", S("true"));
    stripe_form_add(&f, "description", x->description);
    stripe_form_add(&f, "expand[]", S("payment_method"));
    add_metadata(&f, x, "metadata");
    if (keys->is_later)
        stripe_form_add(&f, "capture_method", S("manual"));
    *ret_done = false;
    TRY(key_of(a, "attempt", x->attempt_id, "saved", &key));
    const struct err *e =
        stripe_call(a, keys, "/v1/payment_intents", &f, key, &intent, &status);
    if (e != NULL && e->kind == ERR_INVALID) /* the card is gone at Stripe */
        return NULL;
    TRY(e);
    if (status != 200)
        return NULL;
    TRY(stripe_read_intent(a, keys, intent, ret));
    *ret_done = ret->step != PAYMENT_STEP_PENDING ||
                str_eq(stripe_text(intent, "status"), S("processing"));
    return NULL;
}

static const struct err *begin_with(struct platform *p, struct arena *a,
                                    const struct stripe_keys *keys,
                                    const struct payment_attempt *x, struct payment_begin *ret)
{
    bool is_done = false;
    if (!str_is_empty(x->saved_method))
        TRY(begin_saved(a, keys, x, ret, &is_done));
    return is_done ? NULL : begin_hosted(p, a, keys, x, ret);
}

static const struct err *begin(struct platform *p, struct arena *a, const struct payment_attempt *x,
                               struct payment_begin *ret)
{
    struct stripe_keys keys;
    TRY(stripe_keys_load(p, a, x->shop_id, &keys));
    return begin_with(p, a, &keys, x, ret);
}

/* Without a name of theirs nobody knows whether they got it: the same call again answers the same.
 */
static const struct err *ask(struct platform *p, struct arena *a, const struct payment_attempt *x,
                             struct payment_begin *ret)
{
    struct stripe_keys keys;
    const json_t *object;
    TRY(stripe_keys_load(p, a, x->shop_id, &keys));
    if (str_starts(x->provider_ref, S("cs_"))) {
        TRY(stripe_session_get(a, &keys, x->provider_ref, &object));
        return stripe_read_session(a, &keys, object, ret);
    }
    if (str_is_empty(x->provider_ref))
        return begin_with(p, a, &keys, x, ret);
    TRY(stripe_intent_get(a, &keys, x->provider_ref, &object));
    return stripe_read_intent(a, &keys, object, ret);
}

static const struct err *on_intent(struct platform *p, struct arena *a,
                                   const struct payment_attempt *x, const char *what,
                                   struct payment_begin *ret)
{
    struct stripe_keys keys;
    struct stripe_form f;
    const json_t *intent;
    const char *path, *after;
    str made, key;
    int status;
    TRY(stripe_keys_load(p, a, x->shop_id, &keys));
    stripe_form_init(&f, a);
    stripe_form_add(&f, "expand[]", S("payment_method"));
    TRY(key_of(a, "attempt", x->attempt_id, what, &key));
    TRY(str_fmt(a, &made, "/%s", what));
    TRY(str_to_c(a, made, &after));
    TRY(path_of(a, INTENTS, x->provider_ref, after, &path));
    TRY(stripe_call(a, &keys, path, &f, key, &intent, &status));
    if (status != 200)
        return ERR(a, ERR_INVALID, "stripe.refused", "%s: %d", what, status);
    return stripe_read_intent(a, &keys, intent, ret);
}

static const struct err *capture(struct platform *p, struct arena *a,
                                 const struct payment_attempt *x, struct account_id actor,
                                 struct payment_begin *ret)
{
    (void)actor;
    if (str_starts(x->provider_ref, S("pi_")))
        return on_intent(p, a, x, "capture", ret);
    return ERR(a, ERR_CONFLICT, "stripe.not_here_yet", "the payer is not done");
}

/* A page that is still open is closed; what was promised is let go of. */
static const struct err *cancel(struct platform *p, struct arena *a,
                                const struct payment_attempt *x, struct payment_begin *ret)
{
    struct stripe_keys keys;
    struct stripe_form f;
    const json_t *session;
    const char *path;
    str key;
    int status;
    if (str_starts(x->provider_ref, S("pi_")))
        return on_intent(p, a, x, "cancel", ret);
    TRY(ask(p, a, x, ret));
    if (ret->step == PAYMENT_STEP_AUTHORISED) {
        struct payment_attempt found = *x;
        found.provider_ref = ret->provider_ref;
        return on_intent(p, a, &found, "cancel", ret);
    }
    if (ret->step != PAYMENT_STEP_REDIRECT)
        return NULL;
    TRY(stripe_keys_load(p, a, x->shop_id, &keys));
    TRY(path_of(a, SESSIONS, ret->provider_ref, "/expire", &path));
    TRY(key_of(a, "attempt", x->attempt_id, "expire", &key));
    stripe_form_init(&f, a);
    TRY(stripe_call(a, &keys, path, &f, key, &session, &status));
    return stripe_read_session(a, &keys, session, ret);
}

static const struct err *read_refund(struct arena *a, const json_t *refund,
                                     struct payment_begin *ret)
{
    str status = stripe_text(refund, "status");
    *ret = (struct payment_begin){.step = PAYMENT_STEP_PENDING,
                                  .provider_ref = stripe_text(refund, "id")};
    if (str_eq(status, S("succeeded")))
        ret->step = PAYMENT_STEP_PAID;
    if (str_eq(status, S("failed")) || str_eq(status, S("canceled")))
        ret->step = PAYMENT_STEP_FAILED;
    return str_is_empty(ret->provider_ref) ? ERR(a, ERR_UNAVAILABLE, "stripe.unreachable",
                                                 "a refund without an id") : NULL;
}

static const struct err *refund(struct platform *p, struct arena *a,
                                const struct payment_refund *x, struct payment_begin *ret)
{
    struct id_text attempt = id_format(x->attempt_id), id = id_format(x->refund_id);
    struct stripe_keys keys;
    struct stripe_form f;
    const json_t *object;
    const char *path;
    str key;
    int status;
    TRY(stripe_keys_load(p, a, x->shop_id, &keys));
    if (str_starts(x->refund_ref, S("re_"))) {
        TRY(path_of(a, "/v1/refunds/", x->refund_ref, "", &path));
        TRY(stripe_call(a, &keys, path, NULL, STR_NONE, &object, &status));
        return read_refund(a, object, ret);
    }
    stripe_form_init(&f, a);
    stripe_form_add(&f, "payment_intent", x->payment_ref);
    stripe_form_add_int(&f, "amount", stripe_amount(x->amount));
    stripe_form_add(&f, "metadata[attempt]", id_str(&attempt));
    stripe_form_add(&f, "metadata[refund]", id_str(&id));
    TRY(key_of(a, "refund", x->refund_id, "1", &key));
    const struct err *e = stripe_call(a, &keys, "/v1/refunds", &f, key, &object, &status);
    if (e == NULL && status == 200)
        return read_refund(a, object, ret);
    if (e != NULL && e->kind != ERR_INVALID)
        return e;
    *ret = (struct payment_begin){.step = PAYMENT_STEP_FAILED, .failure_key = "stripe.refused"};
    return NULL;
}

const struct payment_gateway stripe_gateway = {.name = "stripe",
                                               .label_key = "stripe.label",
                                               .icon = "card",
                                               .is_of_shop = true,
                                               .purse = purse,
                                               .is_on = is_on,
                                               .begin = begin,
                                               .ask = ask,
                                               .capture = capture,
                                               .cancel = cancel,
                                               .refund = refund};
