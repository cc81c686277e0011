/* Finding accounts, and making guests and members. */
#include "account/account.h"

#include "account/account_part.h"
#include "account/account_sql.h"
#include "base/utf8.h"
#include "core/secret.h"

enum { MERGE_CHAIN_MAX = 8, REFERRAL_LEN = 8 };
static const int64_t WELCOME_TTL_MS = 14 * 24 * 3600 * INT64_C(1000);

static const struct err *gone(struct arena *a, str what)
{
    return ERR(a, ERR_NOT_FOUND, "account.gone", "%.*s", STR_ARG(what));
}

const struct err *account_get(struct tx *tx, struct arena *a, struct account_id id,
                              struct account *ret)
{
    struct account_row_row row = {.merged_into = id};
    bool is_found = true;
    for (int i = 0; i < MERGE_CHAIN_MAX && is_found && row.merged_into.v != 0; i++)
        TRY(account_row(tx, a, row.merged_into, &row, &is_found));
    if (!is_found || row.merged_into.v != 0)
        return gone(a, S("id"));
    *ret = (struct account){.id = row.id,
                            .handle = row.handle,
                            .name = row.name,
                            .bio = row.bio,
                            .email = row.email,
                            .language = row.language,
                            .avatar_media_id = row.avatar_media_id,
                            .referral_code = row.referral_code,
                            .pending_email = row.pending_email,
                            .has_password = row.has_password,
                            .is_operator = row.is_operator,
                            .is_guest = str_is_absent(row.email) && !row.has_password,
                            .created_ms = row.created_ms};
    return NULL;
}

const struct err *account_by_handle(struct tx *tx, struct arena *a, str handle, struct account *ret)
{
    struct account_id_of_handle_row row;
    bool is_found;
    TRY(account_id_of_handle(tx, a, handle, &row, &is_found));
    return is_found ? account_get(tx, a, row.id, ret) : gone(a, handle);
}

const struct err *account_by_referral(struct tx *tx, struct arena *a, str code, bool *ret_found,
                                      struct account *ret)
{
    struct account_id_of_referral_row row;
    TRY(account_id_of_referral(tx, a, code, &row, ret_found));
    return *ret_found ? account_get(tx, a, row.id, ret) : NULL;
}

const struct err *account_by_email(struct tx *tx, struct arena *a, str email, bool *ret_found,
                                   struct account *ret)
{
    struct account_id_of_email_row row;
    str folded;
    TRY(utf8_lower_ascii(a, email, &folded));
    TRY(account_id_of_email(tx, a, folded, &row, ret_found));
    return *ret_found ? account_get(tx, a, row.id, ret) : NULL;
}

const struct err *account_name_check(struct arena *a, str name)
{
    if (str_is_empty(str_trim(name)) || utf8_count(name) > ACCOUNT_NAME_MAX || !utf8_is_title(name))
        return err_with_field(a, ERR(a, ERR_INVALID, "account.bad_name", "%zu bytes", name.len),
                              "name");
    return NULL;
}

const struct err *account_handle_check(struct arena *a, str handle)
{
    bool is_fit = handle.len >= 3 && handle.len <= ACCOUNT_HANDLE_MAX;
    for (size_t i = 0; is_fit && i < handle.len; i++) {
        char c = handle.ptr[i];
        is_fit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    return is_fit
               ? NULL
               : err_with_field(a,
                                ERR(a, ERR_INVALID, "account.bad_handle", "%.*s", STR_ARG(handle)),
                                "handle");
}

/* Eight of the id's base-32 characters, mixed by a random number, so that codes cannot be counted
 * up. */
static struct id_text make_code(struct turn *t)
{
    struct id_text text = id_format((int64_t)(rng_u64(t->platform->rng) >> 1));
    text.text[REFERRAL_LEN] = '\0';
    return text;
}

const struct err *account_create(struct turn *t, const struct account_new *n,
                                 struct account_id *ret)
{
    struct arena *a = t->arena;
    struct account_id id = {turn_new_id(t)};
    struct id_text code = make_code(t);
    str handle = n->handle, email = STR_NONE;
    int64_t added;
    TRY(account_name_check(a, n->name));
    if (str_is_absent(handle))
        TRY(str_fmt(a, &handle, "guest_%s", code.text));
    else
        TRY(account_handle_check(a, handle));
    if (n->email_verified && !str_is_empty(n->email))
        TRY(utf8_lower_ascii(a, n->email, &email));
    const struct err *e = account_insert(
        t->tx, a, id, handle, n->name, str_is_absent(n->bio) ? S("") : n->bio,
        str_eq(n->language, S("zh")) ? S("zh") : S("en"), email, n->password_hash, str_c(code.text),
        n->is_operator, t->now_ms, &added);
    if (e != NULL && e->kind == ERR_CONFLICT)
        return str_find(e->detail, S("mail")) >= 0
                   ? err_with_field(a, ERR(a, ERR_CONFLICT, "account.email_taken", "address"),
                                    "email")
                   : err_with_field(
                         a, ERR(a, ERR_CONFLICT, "account.handle_taken", "%.*s", STR_ARG(handle)),
                         "handle");
    TRY(e);
    *ret = id;
    return event_emit(t, &(struct event){.kind = "account.created", .version = 1, .account_id = id,
                                         .subject_id = id.v, .actor = t->actor});
}

const struct err *account_guest_make(struct turn *t, str display_name, str language,
                                     struct account_id *ret)
{
    return account_create(t, &(struct account_new){.name = display_name, .language = language},
                          ret);
}

const struct err *account_set_avatar(struct turn *t, struct account_id id, int64_t media_id)
{
    return account_avatar_update(t->tx, t->arena, id, media_id);
}

const struct err *account_welcome_path(struct turn *t, struct account_id id, str email, str next,
                                       str *ret_path)
{
    str token, folded;
    struct strbuf sb;
    TRY(utf8_lower_ascii(t->arena, email, &folded));
    TRY(secret_token_issue(t, "account.welcome", id, folded, WELCOME_TTL_MS, &token));
    strbuf_init(&sb, t->arena, KiB(4));
    strbuf_addf(&sb, "/welcome/%.*s?next=", STR_ARG(token));
    url_encode(&sb, next);
    return strbuf_finish(&sb, ret_path);
}
