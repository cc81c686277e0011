/* What the merchant sees of contacts: lists, suggestions, the log of merges, and their part of a
 * person's story. */
#include "core/audit.h"
#include "identity/identity.h"
#include "identity/identity_part.h"
#include "identity/identity_sql.h"

static const struct err *pattern_of(struct arena *a, str query, str *ret)
{
    struct strbuf out;
    strbuf_init(&out, a, 512);
    strbuf_add_char(&out, '%');
    for (size_t i = 0; i < query.len; i++) {
        char c = query.ptr[i];
        if (c == '%' || c == '_' || c == '\\')
            strbuf_add_char(&out, '\\');
        strbuf_add_char(&out, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
    if (query.len > 0)
        strbuf_add_char(&out, '%');
    return strbuf_finish(&out, ret);
}

const struct err *identity_contacts(struct tx *tx, struct arena *a, struct shop_id shop,
                                    const struct identity_filter *filter, struct contact **ret,
                                    size_t *ret_count, struct identity_cursor *ret_next)
{
    struct identity_list_row *rows;
    size_t count;
    str pattern;
    TRY(pattern_of(a, str_sub(filter->query, 0, IDENTITY_QUERY_MAX), &pattern));
    TRY(identity_list(tx, a, shop, pattern, filter->has_order, filter->consent,
                      filter->before.last_seen_ms, filter->before.id, IDENTITY_PAGE + 1, &rows,
                      &count));
    *ret_next = (struct identity_cursor){0};
    *ret_count = count > IDENTITY_PAGE ? IDENTITY_PAGE : count;
    if (count > IDENTITY_PAGE)
        *ret_next = (struct identity_cursor){rows[IDENTITY_PAGE - 1].last_seen_ms,
                                             rows[IDENTITY_PAGE - 1].id.v};
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = (struct contact){.id = rows[i].id,
                                     .shop_id = shop,
                                     .name = rows[i].name,
                                     .email = rows[i].email,
                                     .phone = rows[i].phone,
                                     .account_id = rows[i].account_id,
                                     .first_seen_ms = rows[i].first_seen_ms,
                                     .last_seen_ms = rows[i].last_seen_ms,
                                     .order_count = rows[i].order_count,
                                     .spent_minor = rows[i].spent_minor,
                                     .mail_consent = rows[i].mail_consent,
                                     .mail_consent_source = rows[i].mail_consent_source};
    return NULL;
}

const struct err *identity_contact_count(struct tx *tx, struct arena *a, struct shop_id shop,
                                         int64_t *ret)
{
    struct identity_count_of_shop_row row;
    TRY(identity_count_of_shop(tx, a, shop, &row));
    *ret = row.people;
    return NULL;
}

const struct err *identity_suggestions(struct tx *tx, struct arena *a, struct shop_id shop,
                                       struct contact_id contact, struct identity_suggestion **ret,
                                       size_t *ret_count)
{
    struct identity_suggestion_list_row *rows;
    TRY(identity_suggestion_list(tx, a, shop, contact, 50, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = (struct identity_suggestion){rows[i].one_id, rows[i].other_id, rows[i].evidence,
                                                 rows[i].at_ms};
    return NULL;
}

const struct err *identity_suggestion_refuse(struct turn *t, struct shop_id shop,
                                             struct contact_id x, struct contact_id y)
{
    struct contact_id one = x.v < y.v ? x : y;
    return identity_suggestion_close(t->tx, t->arena, shop, one, one.v == x.v ? y : x, 3);
}

const struct err *identity_merges(struct tx *tx, struct arena *a, struct shop_id shop,
                                  struct contact_id contact, struct identity_merged **ret,
                                  size_t *ret_count)
{
    struct identity_merge_list_row *rows;
    TRY(identity_merge_list(tx, a, shop, contact, 50, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = (struct identity_merged){
            rows[i].id,       rows[i].from_id, rows[i].from_name,     rows[i].evidence,
            rows[i].actor_id, rows[i].at_ms,   rows[i].undone_ms != 0};
    return NULL;
}

/* Consent as it was said, from the audit; merges and their undoing are shown beside the story. */
const struct err *identity_timeline(struct tx *tx, struct arena *a,
                                    const struct timeline_subject *who, size_t limit,
                                    struct timeline_entry **ret, size_t *ret_count)
{
    struct audit_row *rows;
    struct contact contact;
    size_t count;
    *ret_count = 0;
    TRY(identity_contact(tx, a, who->shop_id, (struct contact_id){who->contact_id}, &contact));
    TRY(audit_list(tx, a, who->shop_id, who->contact_id, &rows, &count));
    TRY_NEW_ARRAY(a, *ret, count + 1);
    (*ret)[(*ret_count)++] = (struct timeline_entry){
        .at_ms = contact.first_seen_ms, .kind = "contact", .text_key = "contact.timeline.first"};
    for (size_t i = 0; i < count && *ret_count < limit; i++) {
        bool is_yes = str_eq(rows[i].action, S("contact.consent_yes"));
        if (is_yes || str_eq(rows[i].action, S("contact.consent_no")))
            (*ret)[(*ret_count)++] = (struct timeline_entry){
                .at_ms = rows[i].at_ms,
                .kind = "consent",
                .args = {rows[i].why},
                .text_key = is_yes ? "contact.timeline.yes" : "contact.timeline.no"};
    }
    return NULL;
}
