/* Proving who one is: passwords, proven addresses, merging of guests, and counting of tries. */
#include "account/account_part.h"
#include "account/account_sql.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "core/permission.h"
#include "core/session.h"
#include "sys/crypto.h"

enum { SHOPS_MAX = 200, HANDLE_WORD_MAX = 20, HANDLE_CODE_LEN = 6 };

const struct err *account_login_find(struct tx *tx, struct arena *a, str email,
                                     struct account_id *ret_id, str *ret_password_hash)
{
    struct account_login_of_row row = {0};
    bool is_found;
    str folded;
    TRY(utf8_lower_ascii(a, email, &folded));
    TRY(account_login_of(tx, a, folded, &row, &is_found));
    *ret_id = row.id;
    *ret_password_hash = row.password_hash;
    return NULL;
}

/* "Nina Alves" -> "nina_alves_7k2x"; a name without such letters -> "friend_7k2x". Unique by its
 * end. */
static const struct err *make_handle(struct turn *t, str name, str *ret)
{
    struct id_text code = id_format((int64_t)(rng_u64(t->platform->rng) >> 1));
    struct strbuf sb;
    bool is_gap = false;
    strbuf_init(&sb, t->arena, ACCOUNT_HANDLE_MAX);
    TRY(utf8_lower_ascii(t->arena, name, &name));
    for (size_t i = 0; i < name.len && sb.len < HANDLE_WORD_MAX; i++) {
        bool is_fit = (name.ptr[i] >= 'a' && name.ptr[i] <= 'z') ||
                      (name.ptr[i] >= '0' && name.ptr[i] <= '9');
        if (is_fit && is_gap && sb.len > 0)
            strbuf_add_char(&sb, '_');
        if (is_fit)
            strbuf_add_char(&sb, name.ptr[i]);
        is_gap = !is_fit;
    }
    if (sb.len < 2) {
        strbuf_clear(&sb);
        strbuf_add(&sb, S("friend"));
    }
    strbuf_addf(&sb, "_%.*s", HANDLE_CODE_LEN, code.text + ID_TEXT_LEN - HANDLE_CODE_LEN);
    return strbuf_finish(&sb, ret);
}

const struct err *account_sign_up(struct turn *t, const struct account_sign_up *s,
                                  struct account_id *ret)
{
    str email, handle;
    int64_t claimed = 0;
    TRY(utf8_lower_ascii(t->arena, s->email, &email));
    TRY(account_name_check(t->arena, s->name));
    TRY(make_handle(t, s->name, &handle));
    *ret = s->guest;
    if (s->guest.v != 0)
        TRY(account_guest_sign_up(t->tx, t->arena, s->guest, s->name, handle, email,
                                  s->password_hash, &claimed));
    if (claimed == 1)
        return NULL;
    TRY(account_create(t,
                       &(struct account_new){.handle = handle,
                                             .name = s->name,
                                             .language = s->language,
                                             .password_hash = s->password_hash},
                       ret));
    return account_pending_set(t->tx, t->arena, *ret, email);
}

/* ---- merging ---- */

/* Whoever has a role in a shop keeps it; the higher of two counts. */
static const struct err *move_roles(struct turn *t, struct account_id from, struct account_id into)
{
    struct shop_member *roles = NULL;
    size_t count = 0;
    TRY(permission_shops(t->tx, t->arena, from, &roles, &count));
    for (size_t i = 0; i < count; i++) {
        str has;
        TRY(permission_role(t->tx, t->arena, roles[i].shop_id, into, &has));
        if (str_is_absent(has) || str_eq(roles[i].role, S("owner")))
            TRY(permission_member_set(t, roles[i].shop_id, into, roles[i].role));
        TRY(permission_member_remove(t, roles[i].shop_id, from));
    }
    return NULL;
}

/* Sessions of `from` end and are not moved: they may be a stranger's who typed this person's
 * address. */
static const struct err *merge(struct turn *t, struct account_id from, struct account_id into)
{
    TRY(session_revoke_others(t, from, (struct session_id){0}));
    TRY(move_roles(t, from, into));
    TRY(account_merge_mark(t->tx, t->arena, from, into));
    return event_emit(t, &(struct event){.kind = "account.merged", .version = 1, .account_id = into,
                                         .subject_id = from.v, .object_id = into.v, .actor = into});
}

const struct err *account_guest_join(struct turn *t, struct account_id guest,
                                     struct account_id into)
{
    struct account found;
    if (guest.v == 0 || guest.v == into.v)
        return NULL;
    const struct err *e = account_get(t->tx, t->arena, guest, &found);
    if (e != NULL && e->kind == ERR_NOT_FOUND)
        return NULL;
    TRY(e);
    return found.is_guest && found.id.v != into.v ? merge(t, found.id, into) : NULL;
}

/* ---- an address is proven ---- */

static const struct err *claim(struct turn *t, const struct account *account, str email,
                               struct account_id viewer)
{
    if (viewer.v != account->id.v) {
        TRY(account_password_update(t->tx, t->arena, account->id, STR_NONE));
        TRY(session_revoke_others(t, account->id, (struct session_id){0}));
    }
    TRY(account_email_prove(t->tx, t->arena, account->id, email));
    return event_emit(t, &(struct event){.kind = "account.verified",
                                         .version = 1,
                                         .account_id = account->id,
                                         .subject_id = account->id.v,
                                         .actor = account->id});
}

/* May the reader of a mail to `email` become `account`, to whom nobody has proven an address yet?
 * Not when she could sign in by a password and gave another address for that: then this one may be
 * a slip of the pen. */
static bool may_claim(const struct account *account, str email, struct account_id viewer)
{
    return str_is_absent(account->email) && (!account->has_password || viewer.v == account->id.v ||
                                             str_eq(account->pending_email, email));
}

const struct err *account_prove(struct turn *t, struct account_id id, str email,
                                struct account_id viewer, struct account_id *ret_id)
{
    struct account account, owner;
    bool has_owner;
    TRY(utf8_lower_ascii(t->arena, email, &email));
    TRY(account_get(t->tx, t->arena, id, &account));
    TRY(account_by_email(t->tx, t->arena, email, &has_owner, &owner));
    bool is_claimable = may_claim(&account, email, viewer);
    *ret_id = has_owner ? owner.id : is_claimable ? account.id : (struct account_id){0};
    if (ret_id->v == 0)
        return NULL;
    if (!has_owner)
        TRY(claim(t, &account, email, viewer));
    else if (is_claimable)
        TRY(merge(t, account.id, owner.id));
    return account_guest_join(t, viewer, *ret_id);
}

const struct err *account_email_change(struct turn *t, struct account_id id, str email)
{
    struct account account, owner;
    bool has_owner;
    TRY(utf8_lower_ascii(t->arena, email, &email));
    TRY(account_get(t->tx, t->arena, id, &account));
    TRY(account_by_email(t->tx, t->arena, email, &has_owner, &owner));
    if (has_owner && owner.id.v == account.id.v)
        return NULL;
    if (has_owner)
        return err_with_field(
            t->arena, ERR(t->arena, ERR_CONFLICT, "account.email_taken", "address"), "email");
    return claim(t, &account, email, account.id);
}

/* ---- what a person changes ---- */

const struct err *account_password_set(struct turn *t, struct account_id id, str password_hash)
{
    return account_password_update(t->tx, t->arena, id, password_hash);
}

const struct err *account_password_hash(struct tx *tx, struct arena *a, struct account_id id,
                                        str *ret)
{
    struct account_password_of_row row;
    TRY(account_password_of(tx, a, id, &row));
    *ret = row.password_hash;
    return NULL;
}

const struct err *account_profile_set(struct turn *t, struct account_id id, str name, str handle,
                                      str bio)
{
    struct arena *a = t->arena;
    int64_t changed = 0;
    TRY(account_name_check(a, name));
    TRY(account_handle_check(a, handle));
    if (utf8_count(bio) > ACCOUNT_BIO_MAX || !utf8_is_comment(bio))
        return err_with_field(a, ERR(a, ERR_INVALID, "account.bad_bio", "%zu bytes", bio.len),
                              "bio");
    TRY(account_profile_update(t->tx, a, id, name, handle, str_is_absent(bio) ? S("") : bio,
                               &changed));
    return changed == 1
               ? NULL
               : err_with_field(
                     a, ERR(a, ERR_CONFLICT, "account.handle_taken", "%.*s", STR_ARG(handle)),
                     "handle");
}

const struct err *account_language_set(struct turn *t, struct account_id id, str language)
{
    return account_language_update(t->tx, t->arena, id,
                                   str_eq(language, S("zh")) ? S("zh") : S("en"));
}

/* ---- counting tries ---- */

static const struct err *try_key(struct arena *a, const char *what, str whom, struct digest *ret)
{
    str text, folded;
    TRY(utf8_lower_ascii(a, whom, &folded));
    TRY(str_fmt(a, &text, "%s\n%.*s", what, STR_ARG(folded)));
    *ret = crypto_sha256(text);
    return NULL;
}

const struct err *account_try_take(struct turn *t, const char *what, str whom, int64_t most,
                                   int64_t window_ms)
{
    struct digest key;
    struct sign_in_try_count_row row;
    TRY(try_key(t->arena, what, whom, &key));
    TRY(sign_in_try_count(t->tx, t->arena, digest_str(&key), t->now_ms, t->now_ms - window_ms,
                          &row));
    return row.tries <= most ? NULL
                             : ERR(t->arena, ERR_LIMIT, "account.too_many_tries", "%s", what);
}

const struct err *account_try_clear(struct turn *t, const char *what, str whom)
{
    struct digest key;
    TRY(try_key(t->arena, what, whom, &key));
    return sign_in_try_clear(t->tx, t->arena, digest_str(&key));
}

static const struct err *prune(struct turn *t, void *arg)
{
    int64_t removed;
    TRY(sign_in_try_prune(t->tx, t->arena, t->now_ms - DAY_MS, JOB_PRUNE_ROWS, &removed));
    *(bool *)arg = removed == JOB_PRUNE_ROWS;
    return NULL;
}

const struct err *account_job_prune(struct job_run *run)
{
    return job_prune_slices(run, prune);
}

const struct err *account_verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct account_merge_loops_row *rows;
    size_t count;
    TRY(account_merge_loops(tx, a, SHOPS_MAX, SHOPS_MAX, &rows, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "account.merged",
                         "account %lld leads nowhere or can still sign in",
                         (long long)rows[i].id.v);
    return NULL;
}
