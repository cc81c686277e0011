/* Customers and orders of another system: taken once, counted once, told in a person's story. */
#include "past/past.h"

#include "base/utf8.h"
#include "past/past_part.h"
#include "past/past_sql.h"

static const char consent_source[] = "a file of the shop before";

/* The id she is known by: her e-mail, else her phone; as identity writes it. */
static const struct err *id_of(struct arena *a, const struct past_person *p,
                               struct identity_id *ret)
{
    str email = str_trim(p->email);
    if (email.len > 0 && str_find_char(email, '@') > 0) {
        *ret = (struct identity_id){.kind = IDENTITY_EMAIL};
        return utf8_lower_ascii(a, email, &ret->value);
    }
    struct strbuf sb;
    strbuf_init(&sb, a, PAST_TEXT_MAX);
    for (size_t i = 0; i < p->phone.len && i < PAST_TEXT_MAX / 2; i++)
        if ((p->phone.ptr[i] >= '0' && p->phone.ptr[i] <= '9') ||
            (p->phone.ptr[i] == '+' && sb.len == 0))
            strbuf_add_char(&sb, p->phone.ptr[i]);
    if (sb.len < 6)
        return ERR(a, ERR_INVALID, "past.nobody", "neither e-mail nor phone");
    *ret = (struct identity_id){.kind = IDENTITY_PHONE};
    return strbuf_finish(&sb, &ret->value);
}

static const struct err *load(struct turn *t, struct shop_id shop, const struct identity_id *id,
                              struct past_customer_row_row *ret, bool *ret_found)
{
    *ret = (struct past_customer_row_row){.name = S("")};
    return past_customer_row(t->tx, t->arena, shop, (int64_t)id->kind, id->value, ret, ret_found);
}

/* Yes counts where nothing was said here. */
static const struct err *take_consent(struct turn *t, struct shop_id shop,
                                      struct contact_id contact, bool says_yes)
{
    struct contact c;
    if (!says_yes)
        return NULL;
    TRY(identity_contact(t->tx, t->arena, shop, contact, &c));
    return str_is_empty(c.mail_consent_source)
               ? identity_consent_set(t, shop, contact, true, consent_source)
               : NULL;
}

/* Brings the contact's totals to what her past says, and notes it. */
static const struct err *settle(struct turn *t, struct shop_id shop, const struct identity_id *id,
                                const struct past_person *p, struct past_customer_row_row *row,
                                bool says_yes)
{
    struct past_order_sums_row sums;
    struct contact_id contact;
    TRY(identity_observe(t, shop, id, 1, p->name, &contact));
    TRY(take_consent(t, shop, contact, says_yes));
    TRY(past_order_sums(t->tx, t->arena, shop, (int64_t)id->kind, id->value, &sums));
    int64_t orders = sums.orders > 0 ? sums.counted.v : row->told_orders;
    int64_t minor = sums.orders > 0 ? sums.minor.v : row->told_minor;
    if (orders != row->counted_orders || minor != row->counted_minor)
        TRY(identity_order_count(t, shop, contact, orders - row->counted_orders,
                                 minor - row->counted_minor));
    return past_customer_save(t->tx, t->arena, shop, (int64_t)id->kind, id->value, row->name,
                              row->mail_consent, row->is_told, row->told_orders, row->told_minor,
                              orders, minor);
}

const struct err *past_customer_take(struct turn *t, const struct shop *shop,
                                     const struct past_customer *c, bool is_dry,
                                     enum past_kind *ret)
{
    struct past_customer_row_row row;
    struct identity_id id;
    bool is_found;
    TRY(id_of(t->arena, &c->person, &id));
    TRY(load(t, shop->id, &id, &row, &is_found));
    bool is_same = is_found && row.is_told && str_eq(row.name, c->person.name) &&
                   row.mail_consent == c->mail_consent && row.told_orders == c->orders &&
                   row.told_minor == c->spent_minor;
    *ret = is_same ? PAST_SAME : is_found && row.is_told ? PAST_CHANGED : PAST_NEW;
    if (is_same || is_dry)
        return NULL;
    row.is_told = true;
    row.name = c->person.name;
    row.mail_consent = c->mail_consent;
    row.told_orders = c->orders;
    row.told_minor = c->spent_minor;
    return settle(t, shop->id, &id, &c->person, &row, c->mail_consent);
}

const struct err *past_order_take(struct turn *t, const struct shop *shop,
                                  const struct past_order *o, bool is_dry, enum past_kind *ret)
{
    struct past_customer_row_row row;
    struct past_order_row_row old;
    struct identity_id id, before;
    bool is_known, is_found;
    TRY(id_of(t->arena, &o->person, &id));
    bool counts = o->is_paid && currency_eq(o->total.currency, shop->currency);
    str currency = currency_str(&o->total.currency);
    TRY(past_order_row(t->tx, t->arena, shop->id, o->source, o->number, &old, &is_found));
    bool is_same = is_found && old.kind == (int64_t)id.kind && str_eq(old.value, id.value) &&
                   old.placed_ms == o->placed_ms && old.total_minor == o->total.minor &&
                   old.refunded_minor == o->refunded_minor && str_eq(old.currency, currency) &&
                   old.counts == counts && str_eq(old.items, o->items);
    *ret = is_same ? PAST_SAME : is_found ? PAST_CHANGED : PAST_NEW;
    if (is_same || is_dry)
        return NULL;
    TRY(past_order_save(t->tx, t->arena, shop->id, o->source, o->number, (int64_t)id.kind, id.value,
                        o->placed_ms, o->total.minor, o->refunded_minor, currency, counts,
                        o->items));
    TRY(load(t, shop->id, &id, &row, &is_known));
    if (!is_known)
        row.name = o->person.name;
    TRY(settle(t, shop->id, &id, &o->person, &row, o->mail_consent));
    before = (struct identity_id){.kind = (enum identity_kind)(is_found ? old.kind : 0),
                                  .value = is_found ? old.value : S("")};
    if (!is_found || (before.kind == id.kind && str_eq(before.value, id.value)))
        return NULL;
    /* It was another person's: hers no longer. */
    TRY(load(t, shop->id, &before, &row, &is_known));
    return settle(t, shop->id, &before, &(struct past_person){.name = row.name}, &row, false);
}

/* ---- in a person's story ---- */

static const struct err *tell(struct arena *a, const struct past_orders_of_row *o,
                              struct timeline_entry *ret)
{
    struct money total = {.minor = o->total_minor};
    str amount;
    TRY(currency_parse(a, o->currency, &total.currency));
    TRY(money_format(a, total, &amount));
    *ret = (struct timeline_entry){.at_ms = o->placed_ms,
                                   .kind = "order",
                                   .text_key =
                                       o->counts ? "past.timeline" : "past.timeline_uncounted"};
    ret->args[1] = o->number;
    ret->args[2] = o->items;
    return str_fmt(a, &ret->args[0], "%.*s %.*s", STR_ARG(amount), STR_ARG(o->currency));
}

const struct err *past_timeline(struct tx *tx, struct arena *a, const struct timeline_subject *who,
                                size_t limit, struct timeline_entry **ret, size_t *ret_count)
{
    struct identity_id *ids;
    size_t id_count, used = 0;
    TRY(identity_ids(tx, a, who->shop_id, (struct contact_id){who->contact_id}, &ids, &id_count));
    TRY_NEW_ARRAY(a, *ret, limit);
    for (size_t i = 0; i < id_count && used < limit; i++) {
        struct past_orders_of_row *rows;
        size_t count;
        if (ids[i].kind != IDENTITY_EMAIL && ids[i].kind != IDENTITY_PHONE)
            continue;
        TRY(past_orders_of(tx, a, who->shop_id, (int64_t)ids[i].kind, ids[i].value,
                           (int64_t)(limit - used), limit - used, &rows, &count));
        for (size_t k = 0; k < count; k++)
            TRY(tell(a, &rows[k], &(*ret)[used++]));
    }
    *ret_count = used;
    return NULL;
}

const struct err *past_check(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct past_verify_row *rows;
    size_t count;
    TRY(past_verify(tx, a, 20, &rows, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "past",
                         "shop %lld: %lld orders counted for a customer of whom %lld are known",
                         (long long)rows[i].shop_id.v, (long long)rows[i].counted_orders,
                         (long long)rows[i].orders);
    return NULL;
}
