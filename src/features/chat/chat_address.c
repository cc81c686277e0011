/* The inline address form of a conversation: its fields by country, what was typed, and what is
 * remembered. The remembered address is sealed, one per account; nobody but she is shown it.
 */
#include "chat/chat_sql.h"
#include "chat/chat_view.h"
#include "core/secret.h"

enum { EMAIL_BYTES_MAX = 254, PACKED_MAX = 8192, FIELDS = ADDRESS_FIELD_COUNT };
static const char purpose[] = "chat.address";

/* ---- remembering ---- */

static const struct err *remembered(struct web *w, struct tx *tx, struct address *ret,
                                    str *ret_email)
{
    struct chat_address_get_row row;
    bool is_found;
    str plain;
    TRY(chat_address_get(tx, w->arena, w->viewer.account_id, &row, &is_found));
    if (!is_found || secret_open(w->platform, w->arena, purpose, row.sealed, &plain) != NULL)
        return NULL;
    *ret_email = str_cut(&plain, '\n');
    for (int field = ADDRESS_UNSET + 1; field < FIELDS; field++)
        address_set(ret, (enum address_field)field, str_cut(&plain, '\n'));
    return NULL;
}

const struct err *chat_address_keep(struct turn *t, struct account_id account,
                                    const struct address *address, str email)
{
    struct strbuf packed;
    str plain, sealed;
    strbuf_init(&packed, t->arena, PACKED_MAX);
    strbuf_addf(&packed, "%.*s\n", STR_ARG(email));
    for (int field = ADDRESS_UNSET + 1; field < FIELDS; field++)
        strbuf_addf(&packed, "%.*s\n", STR_ARG(address_get(address, (enum address_field)field)));
    TRY(strbuf_finish(&packed, &plain));
    TRY(secret_seal(t->platform, t->arena, purpose, plain, &sealed));
    return chat_address_set(t->tx, t->arena, account, sealed, t->now_ms);
}

/* ---- the form ---- */

static const struct err *typed(struct web *w, const struct form *form, struct address *ret,
                               str *ret_email)
{
    struct address_input inputs[ADDRESS_FIELD_COUNT];
    TRY(form_get(w->arena, form, S("email"), ret_email));
    TRY(form_get(w->arena, form, S("country"), &ret->country));
    size_t count = address_inputs(ret->country, inputs);
    for (size_t i = 0; i < count; i++) {
        str value = STR_NONE;
        TRY(form_get(w->arena, form, str_c(inputs[i].name), &value));
        address_set(ret, inputs[i].field, value);
    }
    return NULL;
}

const struct err *chat_view_address(struct web *w, struct tx *tx, str home_country,
                                    const struct form *form, struct chat_address_view *ret)
{
    struct address address = {0};
    struct country_name *countries;
    *ret = (struct chat_address_view){0};
    TRY(form == NULL ? remembered(w, tx, &address, &ret->email)
                     : typed(w, form, &address, &ret->email));
    ret->country = str_is_empty(address.country) ? home_country : address.country;
    ret->count = address_inputs(ret->country, ret->inputs);
    for (size_t i = 0; i < ret->count; i++)
        ret->values[i] = address_get(&address, ret->inputs[i].field);
    TRY(country_list(w->arena, w->locale->language, &countries, &ret->country_count));
    ret->countries = countries;
    return NULL;
}

static const struct err *check_email(struct web *w, str email)
{
    ptrdiff_t at = str_find_char(email, '@');
    bool is_ok = at > 0 && email.len <= EMAIL_BYTES_MAX &&
                 str_find_char(str_from(email, (size_t)at), '.') > 1 &&
                 str_find_char(email, ' ') < 0 && !str_ends(email, S("."));
    return is_ok
               ? NULL
               : err_with_field(
                     w->arena, ERR(w->arena, ERR_INVALID, "chat.bad_email", "%zu bytes", email.len),
                     "email");
}

const struct err *chat_address_read(struct web *w, const struct form *form, struct address *ret,
                                    str *ret_email, str *ret_text)
{
    *ret = (struct address){0};
    TRY(typed(w, form, ret, ret_email));
    *ret_email = str_trim(*ret_email);
    TRY(check_email(w, *ret_email));
    TRY(address_check(w->arena, ret));
    return address_lines(w->arena, ret, w->locale->language, STR_NONE, ret_text);
}
