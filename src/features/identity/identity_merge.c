/* Merging two contacts, undoing it, and suggestions. The merged row stays and redirects. */
#include "identity/identity.h"

#include "identity/identity_part.h"
#include "identity/identity_sql.h"

enum { IDS_MAX = 200 };

static str first_of(str kept, str other)
{
    return str_is_empty(kept) ? other : kept;
}

/* The stricter value: a no that was said outweighs a yes; a yes outweighs never having been asked.
 */
static void combine_consent(const struct contact *into, const struct contact *from,
                            struct contact *ret)
{
    bool into_asked = !str_is_empty(into->mail_consent_source),
         from_asked = !str_is_empty(from->mail_consent_source);
    const struct contact *rules = !into_asked           ? from
                                  : !from_asked         ? into
                                  : !into->mail_consent ? into
                                                        : from;
    ret->mail_consent = rules->mail_consent;
    ret->mail_consent_source = rules->mail_consent_source;
}

static const struct err *move_ids(struct turn *t, struct shop_id shop, int64_t merge_id,
                                  struct contact_id from, struct contact_id into)
{
    struct identity_ids_of_row *ids;
    size_t count;
    TRY(identity_ids_of(t->tx, t->arena, shop, from, IDS_MAX, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(identity_move(t->tx, t->arena, shop, ids[i].kind, ids[i].value, into));
        TRY(identity_moved_insert(t->tx, t->arena, shop, merge_id, ids[i].kind, ids[i].value));
    }
    return NULL;
}

const struct err *identity_merge(struct turn *t, struct shop_id shop, struct contact_id from_id,
                                 struct contact_id into_id, const char *evidence)
{
    struct contact from, into, sum;
    int64_t merge = turn_new_id(t);
    TRY(identity_contact(t->tx, t->arena, shop, from_id, &from));
    TRY(identity_contact(t->tx, t->arena, shop, into_id, &into));
    if (from.id.v == into.id.v)
        return NULL;
    TRY(identity_merge_insert(t->tx, t->arena, merge, shop, from.id, into.id, str_c(evidence),
                              t->actor, t->now_ms, into.name, into.email, into.phone,
                              into.account_id, into.first_seen_ms, into.mail_consent,
                              into.mail_consent_source));
    TRY(move_ids(t, shop, merge, from.id, into.id));
    sum = into;
    sum.name = first_of(into.name, from.name);
    sum.email = first_of(into.email, from.email);
    sum.phone = first_of(into.phone, from.phone);
    sum.account_id = into.account_id.v != 0 ? into.account_id : from.account_id;
    sum.first_seen_ms =
        from.first_seen_ms < into.first_seen_ms ? from.first_seen_ms : into.first_seen_ms;
    combine_consent(&into, &from, &sum);
    TRY(identity_contact_absorb(
        t->tx, t->arena, shop, into.id, sum.name, sum.email, sum.phone, sum.account_id,
        sum.first_seen_ms, t->now_ms, into.order_count + from.order_count,
        into.spent_minor + from.spent_minor, sum.mail_consent, sum.mail_consent_source));
    TRY(identity_redirect(t->tx, t->arena, shop, from.id, into.id));
    struct contact_id one = from.id.v < into.id.v ? from.id : into.id;
    TRY(identity_suggestion_close(t->tx, t->arena, shop, one,
                                  one.v == from.id.v ? into.id : from.id, 2));
    return event_emit(t, &(struct event){.kind = "contact.merged",
                                         .version = 1,
                                         .shop_id = shop,
                                         .subject_id = from.id.v,
                                         .object_id = into.id.v,
                                         .actor = t->actor});
}

static str undo_text(str now, str merged, str before)
{
    return str_eq(now, merged) ? before : now;
}

/* What changed after the merge stays; what the merge itself brought goes back. */
static const struct err *restore_facts(struct turn *t, struct shop_id shop,
                                       const struct identity_merge_row_row *row)
{
    struct identity_contact_row_row from, into;
    bool has_from, has_into;
    TRY(identity_contact_row(t->tx, t->arena, shop, row->from_id, &from, &has_from));
    TRY(identity_contact_row(t->tx, t->arena, shop, row->into_id, &into, &has_into));
    ASSERT(has_from && has_into);
    str name = undo_text(into.name, first_of(row->old_name, from.name), row->old_name);
    str email = undo_text(into.email, first_of(row->old_email, from.email), row->old_email);
    str phone = undo_text(into.phone, first_of(row->old_phone, from.phone), row->old_phone);
    struct account_id account =
        into.account_id.v == from.account_id.v ? row->old_account_id : into.account_id;
    bool said_after = !str_eq(into.mail_consent_source, row->old_consent_source) &&
                      !str_eq(into.mail_consent_source, from.mail_consent_source);
    return identity_contact_absorb(
        t->tx, t->arena, shop, into.id, name, email, phone, account, row->old_first_seen_ms,
        into.last_seen_ms, into.order_count - from.order_count, into.spent_minor - from.spent_minor,
        said_after ? into.mail_consent : row->old_consent,
        said_after ? into.mail_consent_source : row->old_consent_source);
}

const struct err *identity_merge_undo(struct turn *t, struct shop_id shop, int64_t merge_id)
{
    struct identity_merge_row_row row;
    struct identity_moved_rows_row *moved;
    struct identity_owner_row owner;
    size_t count;
    bool is_found;
    TRY(identity_merge_row(t->tx, t->arena, shop, merge_id, &row, &is_found));
    if (!is_found)
        return ERR(t->arena, ERR_NOT_FOUND, "contact.gone", "merge %lld", (long long)merge_id);
    if (row.undone_ms != 0)
        return NULL;
    TRY(identity_merge_undone(t->tx, t->arena, shop, merge_id, t->now_ms));
    TRY(restore_facts(t, shop, &row));
    TRY(identity_redirect(t->tx, t->arena, shop, row.from_id, (struct contact_id){0}));
    TRY(identity_moved_rows(t->tx, t->arena, shop, merge_id, IDS_MAX, &moved, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(identity_owner(t->tx, t->arena, shop, moved[i].kind, moved[i].value, &owner,
                           &is_found));
        if (is_found && owner.contact_id.v == row.into_id.v)
            TRY(identity_move(t->tx, t->arena, shop, moved[i].kind, moved[i].value, row.from_id));
    }
    struct contact_id one = row.from_id.v < row.into_id.v ? row.from_id : row.into_id;
    struct contact_id other = one.v == row.from_id.v ? row.into_id : row.from_id;
    TRY(identity_suggest(t->tx, t->arena, shop, one, other, S("undone merge"), t->now_ms));
    return identity_suggestion_close(t->tx, t->arena, shop, one, other, 3);
}

const struct err *identity_suggest_pair(struct turn *t, struct shop_id shop, struct contact_id x,
                                        struct contact_id y, str evidence)
{
    struct contact_id one = x.v < y.v ? x : y;
    return identity_suggest(t->tx, t->arena, shop, one, one.v == x.v ? y : x, evidence, t->now_ms);
}

const struct err *identity_account_merged(struct turn *t, const struct event *e)
{
    struct id_text from_text = id_format(e->subject_id), into_text = id_format(e->object_id);
    struct identity_contacts_of_account_row *rows;
    size_t count;
    TRY(identity_contacts_of_account(t->tx, t->arena, id_str(&from_text), 1000, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        struct identity_id into = {
            .kind = IDENTITY_ACCOUNT, .value = id_str(&into_text), .is_verified = true};
        struct contact_id other;
        bool is_known;
        TRY(identity_find(t->tx, t->arena, rows[i].shop_id, &into, &is_known, &other));
        TRY(identity_detach(t->tx, t->arena, rows[i].shop_id, IDENTITY_ACCOUNT,
                            id_str(&from_text)));
        if (is_known)
            TRY(identity_merge(t, rows[i].shop_id, rows[i].contact_id, other,
                               "proved the same address"));
        else
            TRY(identity_attach(t->tx, t->arena, rows[i].shop_id, IDENTITY_ACCOUNT, into.value,
                                rows[i].contact_id, true, t->now_ms));
    }
    return NULL;
}
