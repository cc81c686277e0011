/* Observing people and looking contacts up. Merging is identity_merge.c, the decisions
 * identity_rules.c. */
#include "identity/identity.h"

#include "core/audit.h"

#include "base/utf8.h"
#include "identity/identity_part.h"
#include "identity/identity_rules.h"
#include "identity/identity_sql.h"

enum {
    REDIRECTS_MAX = 16,
    VALUE_MAX = 254,
    IDS_MAX = 200,
    CONTACT_SEEN_EVERY_MS = 60 * 1000,
    ID_SEEN_EVERY_MS = 3600 * 1000,
};

const struct err *identity_contact(struct tx *tx, struct arena *a, struct shop_id shop,
                                   struct contact_id id, struct contact *ret)
{
    struct identity_contact_row_row row = {.merged_into = id};
    bool is_found = true;
    for (int i = 0; i < REDIRECTS_MAX && is_found && row.merged_into.v != 0; i++)
        TRY(identity_contact_row(tx, a, shop, row.merged_into, &row, &is_found));
    if (!is_found || row.merged_into.v != 0)
        return ERR(a, ERR_NOT_FOUND, "contact.gone", "contact %lld", (long long)id.v);
    *ret = (struct contact){.id = row.id,
                            .shop_id = row.shop_id,
                            .name = row.name,
                            .email = row.email,
                            .phone = row.phone,
                            .account_id = row.account_id,
                            .first_seen_ms = row.first_seen_ms,
                            .last_seen_ms = row.last_seen_ms,
                            .order_count = row.order_count,
                            .spent_minor = row.spent_minor,
                            .mail_consent = row.mail_consent,
                            .mail_consent_source = row.mail_consent_source};
    return NULL;
}

/* Digits with a leading + when it had one; empty when fewer than 6 digits remain. */
static const struct err *normal_phone(struct arena *a, str phone, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, VALUE_MAX);
    for (size_t i = 0; i < phone.len; i++)
        if ((phone.ptr[i] >= '0' && phone.ptr[i] <= '9') || (phone.ptr[i] == '+' && sb.len == 0))
            strbuf_add_char(&sb, phone.ptr[i]);
    if (sb.len < 6)
        strbuf_clear(&sb);
    return strbuf_finish(&sb, ret);
}

static const struct err *normal_value(struct arena *a, const struct identity_id *id, str *ret)
{
    str trimmed = str_trim(id->value);
    if (trimmed.len > VALUE_MAX)
        return ERR(a, ERR_INVALID, "contact.bad_id", "kind %d, %zu bytes", id->kind, trimmed.len);
    if (id->kind == IDENTITY_EMAIL)
        return utf8_lower_ascii(a, trimmed, ret);
    if (id->kind == IDENTITY_PHONE)
        return normal_phone(a, trimmed, ret);
    *ret = trimmed;
    return NULL;
}

const struct err *identity_find(struct tx *tx, struct arena *a, struct shop_id shop,
                                const struct identity_id *id, bool *ret_found,
                                struct contact_id *ret)
{
    struct identity_owner_row row;
    str value;
    TRY(normal_value(a, id, &value));
    TRY(identity_owner(tx, a, shop, id->kind, value, &row, ret_found));
    if (*ret_found)
        *ret = row.contact_id;
    return NULL;
}

const struct err *identity_ids(struct tx *tx, struct arena *a, struct shop_id shop,
                               struct contact_id contact, struct identity_id **ret,
                               size_t *ret_count)
{
    struct identity_ids_of_row *rows;
    TRY(identity_ids_of(tx, a, shop, contact, IDS_MAX, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = (struct identity_id){.kind = (enum identity_kind)rows[i].kind,
                                         .value = rows[i].value,
                                         .is_verified = rows[i].is_verified};
    return NULL;
}

/* "telegram:12345" -> "telegram:" */
static str channel_of(str value)
{
    return str_sub(value, 0, (size_t)(str_find_char(value, ':') + 1));
}

/* Has this contact an id that excludes the observed one: another account, another person of that
 * channel? */
static bool excludes(const struct identity_id *has, const struct identity_id *observed)
{
    if (has->kind != observed->kind || str_eq(has->value, observed->value))
        return false;
    return has->kind == IDENTITY_ACCOUNT ||
           (has->kind == IDENTITY_CHANNEL &&
            str_eq(channel_of(has->value), channel_of(observed->value)));
}

static const struct err *look_at_owner(struct tx *tx, struct arena *a, struct shop_id shop,
                                       const struct identity_id *ids, size_t count,
                                       struct identity_seen *seen)
{
    struct identity_strong_ids_of_row *rows;
    size_t row_count = 0;
    TRY(identity_strong_ids_of(tx, a, shop, (struct contact_id){seen->owner}, IDS_MAX, &rows,
                               &row_count));
    seen->owner_is_identified = row_count > 0;
    for (size_t i = 0; i < row_count; i++) {
        struct identity_id has = {.kind = (enum identity_kind)rows[i].kind, .value = rows[i].value};
        for (size_t j = 0; j < count; j++)
            seen->owner_conflicts = seen->owner_conflicts || excludes(&has, &ids[j]);
    }
    return NULL;
}

/* Is all that an observation could tell of it written already? */
static bool is_news(const struct turn *t, const struct identity_id *id,
                    const struct identity_owner_row *owner)
{
    return (id->is_verified && !owner->is_verified) ||
           owner->seen_ms + ID_SEEN_EVERY_MS <= t->now_ms;
}

static const struct err *look_at_owners(struct turn *t, struct shop_id shop,
                                        const struct identity_id *ids, size_t count,
                                        struct identity_seen *seen)
{
    for (size_t i = 0; i < count; i++) {
        size_t same = 0;
        while (seen[same].owner != seen[i].owner)
            same++;
        seen[i].owner_is_identified = seen[same].owner_is_identified;
        seen[i].owner_conflicts = seen[same].owner_conflicts;
        if (same == i && seen[i].owner != 0)
            TRY(look_at_owner(t->tx, t->arena, shop, ids, count, &seen[i]));
    }
    return NULL;
}

/* One contact that owns all of them conflicts with none: nothing else of it need be looked at. */
static const struct err *see(struct turn *t, struct shop_id shop, const struct identity_id *ids,
                             size_t count, struct identity_seen *ret, bool *ret_is_news)
{
    bool is_one = true;
    for (size_t i = 0; i < count; i++) {
        struct identity_owner_row owner;
        bool is_owned = false;
        ret[i] = (struct identity_seen){.kind = ids[i].kind, .is_verified = ids[i].is_verified};
        ret_is_news[i] = true;
        TRY(identity_owner(t->tx, t->arena, shop, ids[i].kind, ids[i].value, &owner, &is_owned));
        if (is_owned) {
            ret_is_news[i] = is_news(t, &ids[i], &owner);
            ret[i].owner = owner.contact_id.v;
            ret[i].is_verified = ret[i].is_verified || owner.is_verified;
        }
        is_one = is_one && ret[i].owner != 0 && ret[i].owner == ret[0].owner;
    }
    return is_one ? NULL : look_at_owners(t, shop, ids, count, ret);
}

static int limit_of(enum identity_kind kind)
{
    return kind == IDENTITY_VISITOR ? IDENTITY_VISITORS_MAX
           : kind == IDENTITY_EMAIL ? IDENTITY_EMAILS_MAX
                                    : IDS_MAX;
}

/* The oldest of a kind makes room for a new one. */
static const struct err *make_room(struct turn *t, struct shop_id shop, struct contact_id contact,
                                   enum identity_kind kind)
{
    struct identity_surplus_row *rows;
    size_t count = 0;
    TRY(identity_surplus(t->tx, t->arena, shop, contact, kind, limit_of(kind) - 1, IDS_MAX, &rows,
                         &count));
    for (size_t i = 0; i < count; i++)
        TRY(identity_detach(t->tx, t->arena, shop, kind, rows[i].value));
    return NULL;
}

/* Adds what the ids and the name tell; says whether that changed anything. */
static bool take_facts(struct contact *c, const struct identity_id *ids, size_t count, str name)
{
    struct contact before = *c;
    if (str_is_empty(c->name) && !str_is_empty(name))
        c->name = name;
    for (size_t i = 0; i < count; i++) {
        int64_t account;
        if (ids[i].kind == IDENTITY_EMAIL && (str_is_empty(c->email) || ids[i].is_verified))
            c->email = ids[i].value;
        else if (ids[i].kind == IDENTITY_PHONE && str_is_empty(c->phone))
            c->phone = ids[i].value;
        else if (ids[i].kind == IDENTITY_ACCOUNT && c->account_id.v == 0 &&
                 id_parse(ids[i].value, &account))
            c->account_id.v = account;
    }
    return !str_eq(c->name, before.name) || !str_eq(c->email, before.email) ||
           !str_eq(c->phone, before.phone) || c->account_id.v != before.account_id.v;
}

static const struct err *update_facts(struct turn *t, struct shop_id shop, struct contact_id id,
                                      const struct identity_id *ids, size_t count, str name)
{
    struct contact c;
    TRY(identity_contact(t->tx, t->arena, shop, id, &c));
    if (!take_facts(&c, ids, count, name) && c.last_seen_ms + CONTACT_SEEN_EVERY_MS > t->now_ms)
        return NULL;
    return identity_contact_facts(t->tx, t->arena, shop, c.id, c.name, c.email, c.phone,
                                  c.account_id, t->now_ms);
}

static const struct err *make_contact(struct turn *t, struct shop_id shop,
                                      const struct identity_id *ids, size_t count, str name,
                                      struct contact_id *ret)
{
    struct contact c = {.name = S(""), .email = S(""), .phone = S("")};
    (void)take_facts(&c, ids, count, name);
    *ret = (struct contact_id){turn_new_id(t)};
    TRY(identity_contact_insert(t->tx, t->arena, *ret, shop, c.name, c.email, c.phone, c.account_id,
                                t->now_ms));
    return event_emit(t, &(struct event){.kind = "contact.created", .version = 1, .shop_id = shop,
                                         .subject_id = ret->v, .actor = t->actor});
}

static const struct err *normalise(struct arena *a, const struct identity_id *ids, size_t count,
                                   struct identity_id *ret, size_t *ret_count)
{
    if (count > IDENTITY_IDS_MAX)
        return ERR(a, ERR_INVALID, "contact.bad_id", "%zu ids", count);
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct identity_id *id = &ret[*ret_count];
        ASSERT(ids[i].kind > IDENTITY_UNSET && ids[i].kind < IDENTITY_KIND_COUNT);
        *id = ids[i];
        TRY(normal_value(a, &ids[i], &id->value));
        *ret_count += !str_is_empty(id->value);
    }
    if (*ret_count == 0)
        return ERR(a, ERR_INVALID, "contact.bad_id", "nothing to know her by");
    return NULL;
}

const struct err *identity_observe(struct turn *t, struct shop_id shop,
                                   const struct identity_id *raw, size_t raw_count, str name,
                                   struct contact_id *ret)
{
    struct identity_id ids[IDENTITY_IDS_MAX];
    struct identity_seen seen[IDENTITY_IDS_MAX];
    struct identity_decision decision;
    bool is_unwritten[IDENTITY_IDS_MAX];
    size_t count;
    TRY(normalise(t->arena, raw, raw_count, ids, &count));
    TRY(see(t, shop, ids, count, seen, is_unwritten));
    identity_decide(seen, count, &decision);
    struct contact_id target = {decision.target};
    bool is_new = target.v == 0;
    if (is_new)
        TRY(make_contact(t, shop, ids, count, name, &target));
    for (size_t i = 0; i < decision.merge_count; i++)
        TRY(identity_merge(t, shop, (struct contact_id){decision.merge[i]}, target,
                           "observed together"));
    for (size_t i = 0; i < count; i++) {
        if (decision.attach[i] && !is_new)
            TRY(make_room(t, shop, target, ids[i].kind));
        if (decision.attach[i] || (seen[i].owner == target.v && is_unwritten[i]))
            TRY(identity_attach(t->tx, t->arena, shop, ids[i].kind, ids[i].value, target,
                                ids[i].is_verified, t->now_ms));
    }
    for (size_t i = 0; i < decision.suggest_count; i++)
        TRY(identity_suggest_pair(t, shop, target, (struct contact_id){decision.suggest[i]},
                                  S("same address or phone")));
    *ret = target;
    return is_new ? NULL : update_facts(t, shop, target, ids, count, name);
}

const struct err *identity_consent_set(struct turn *t, struct shop_id shop,
                                       struct contact_id contact, bool mail, const char *source)
{
    struct contact c;
    TRY(identity_contact(t->tx, t->arena, shop, contact, &c));
    if (c.mail_consent == mail && !str_is_empty(c.mail_consent_source))
        return NULL;
    TRY(identity_consent_update(t->tx, t->arena, shop, c.id, mail, str_c(source)));
    TRY(audit_write(
        t, &(struct audit){.shop_id = shop,
                           .subject_id = c.id.v,
                           .why = str_c(source),
                           .action = mail ? "contact.consent_yes" : "contact.consent_no"}));
    return event_emit(t, &(struct event){.kind = "contact.consent",
                                         .version = 1,
                                         .shop_id = shop,
                                         .subject_id = c.id.v,
                                         .number = mail,
                                         .text = str_c(source),
                                         .actor = t->actor});
}

const struct err *identity_order_count(struct turn *t, struct shop_id shop,
                                       struct contact_id contact, int64_t orders, int64_t minor)
{
    struct contact c;
    TRY(identity_contact(t->tx, t->arena, shop, contact, &c));
    return identity_order_counted(t->tx, t->arena, shop, c.id, orders, minor);
}
