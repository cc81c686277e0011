/* Finds who implements a port, and hands what the outside says to the feature that wants it. */
#include "core/feature.h"
#include "core/ports/channel_port.h"
#include "core/ports/mail_port.h"
#include "core/ports/payment_port.h"

const struct payment_gateway *payment_gateway_after(const struct platform *p,
                                                    const struct payment_gateway *before)
{
    bool is_past = before == NULL;
    for (size_t i = 0; i < p->feature_count; i++)
        for (const struct payment_gateway *g = p->features[i]->payment_gateway; g != NULL;
             g = g->next) {
            if (is_past)
                return g;
            is_past = g == before;
        }
    return NULL;
}

const struct payment_gateway *payment_gateway_find(const struct platform *p, str name)
{
    const struct payment_gateway *g = NULL;
    while ((g = payment_gateway_after(p, g)) != NULL)
        if (str_eq(str_c(g->name), name))
            return g;
    return NULL;
}

const struct err *payment_label_words(struct arena *a, const struct locale *l, str label, str *ret)
{
    *ret = label;
    if (str_is_empty(label))
        return NULL;
    str argument = label, word = str_cut(&argument, ' ');
    const char *key;
    TRY(str_to_c(a, word, &key));
    bool is_key = str_find_char(word, '.') > 0 &&
                  !str_is_absent(catalogue_text(l->texts, l->language, key));
    return is_key ? locale_format(a, l, key, &argument, 1, ret) : NULL;
}

static const struct err *add_if_on(struct tx *tx, struct arena *a, const struct platform *p,
                                   struct shop_id shop, const struct payment_gateway *gateway,
                                   const struct payment_gateway **ret, size_t *ret_count)
{
    bool is_on = true;
    if (gateway->is_on != NULL)
        TRY(gateway->is_on(tx, a, p, shop, &is_on));
    if (is_on && *ret_count < PAYMENT_GATEWAYS_MAX)
        ret[(*ret_count)++] = gateway;
    return NULL;
}

const struct err *payment_gateways(struct tx *tx, struct arena *a, const struct platform *p,
                                   struct shop_id shop, bool with_test,
                                   const struct payment_gateway **ret, size_t *ret_count)
{
    *ret_count = 0;
    for (int is_test = 0; is_test < 2; is_test++) {
        const struct payment_gateway *g = NULL;
        if (is_test == 1 && *ret_count > 0 && !with_test)
            break;
        while ((g = payment_gateway_after(p, g)) != NULL)
            if (g->is_test == (is_test == 1))
                TRY(add_if_on(tx, a, p, shop, g, ret, ret_count));
    }
    return NULL;
}

const struct err *payment_notify(struct turn *t, const struct payment_notice *n)
{
    for (size_t i = 0; i < t->platform->feature_count; i++)
        if (t->platform->features[i]->payment_inbox != NULL)
            return t->platform->features[i]->payment_inbox(t, n);
    return ERR(t->arena, ERR_BUG, "error.bug", "no feature takes notices of payments");
}

static const struct err *notify_turn(struct turn *t, void *arg)
{
    const struct payment_notice *const *notice = arg;
    return payment_notify(t, *notice);
}

const struct err *payment_tell(struct platform *p, struct arena *a, const struct payment_notice *n)
{
    return turn_run(p, a, (struct account_id){0}, notify_turn, &n);
}

const struct channel *channel_find(const struct platform *p, str name)
{
    for (size_t i = 0; i < p->feature_count; i++) {
        const struct channel *channel = p->features[i]->channel;
        if (channel != NULL && str_eq(str_c(channel->name), name))
            return channel;
    }
    return NULL;
}

const struct err *channel_links(const struct platform *p, struct tx *tx, struct arena *a,
                                struct shop_id shop, str payload, struct channel_link *ret,
                                size_t *ret_count)
{
    *ret_count = 0;
    for (size_t i = 0; i < p->feature_count && *ret_count < CHANNEL_LINKS_MAX; i++) {
        const struct channel *channel = p->features[i]->channel;
        struct channel_link link = {channel, STR_NONE};
        if (channel == NULL || channel->start_link == NULL)
            continue;
        TRY(channel->start_link(tx, a, shop, payload, &link.url));
        if (!str_is_absent(link.url))
            ret[(*ret_count)++] = link;
    }
    return NULL;
}

const struct err *channel_receive(struct turn *t, const struct channel_message_in *m)
{
    for (size_t i = 0; i < t->platform->feature_count; i++)
        if (t->platform->features[i]->channel_inbox != NULL)
            return t->platform->features[i]->channel_inbox(t, m);
    return ERR(t->arena, ERR_BUG, "error.bug", "no feature takes messages of channels");
}

const struct mailer *mailer_find(const struct platform *p)
{
    for (size_t i = 0; i < p->feature_count; i++)
        if (p->features[i]->mailer != NULL)
            return p->features[i]->mailer;
    return NULL;
}
