/* What a buyer told: e-mail and address, sealed with a key per shop and person, so that forgetting
 * the key forgets the person in every order at once. What she need not type again is kept under her
 * own account. */
#include "order/order_part.h"

#include "core/audit.h"
#include "core/secret.h"
#include "notify/notify.h"
#include "sys/crypto.h"

enum { PARTY_FIELDS = 10 }; /* VAT id last: parties of before end with the phone */
static const char key_purpose[] = "order.party_key", remembered_purpose[] = "order.remembered",
                  method_purpose[] = "order.method";

const struct err *order_party_check(struct arena *a, struct order_party *party, bool is_shipped)
{
    party->email = str_trim(party->email);
    if (!notify_address_is_fit(party->email))
        return err_with_field(
            a, ERR(a, ERR_INVALID, "order.bad_email", "%zu bytes", party->email.len), "email");
    if (!is_shipped && str_is_empty(party->address.line1)) {
        str name = str_sub(str_trim(party->address.name), 0, 100);
        for (size_t i = 0; i < name.len; i++)
            if ((unsigned char)name.ptr[i] < 0x20)
                return err_with_field(a, ERR(a, ERR_INVALID, "address.bad_text", "byte %zu", i),
                                      "name");
        party->address = (struct address){.name = name};
        return NULL;
    }
    return address_check(a, &party->address);
}

/* One field per line: checked fields hold no control characters. */
static const struct err *pack(struct arena *a, const struct order_party *party, str *ret)
{
    const struct address *to = &party->address;
    const str fields[PARTY_FIELDS] = {party->email, to->name,     to->line1,   to->line2, to->city,
                                      to->region,   to->postcode, to->country, to->phone,
                                      party->vat_id};
    struct strbuf sb;
    strbuf_init(&sb, a, KiB(8));
    for (size_t i = 0; i < PARTY_FIELDS; i++) {
        strbuf_add(&sb, fields[i]);
        strbuf_add_char(&sb, '\n');
    }
    return strbuf_finish(&sb, ret);
}

static void unpack(str text, struct order_party *ret)
{
    struct address *to = &ret->address;
    str *fields[PARTY_FIELDS] = {&ret->email, &to->name,     &to->line1,   &to->line2, &to->city,
                                 &to->region, &to->postcode, &to->country, &to->phone,
                                 &ret->vat_id};
    for (size_t i = 0; i < PARTY_FIELDS; i++) {
        str field = str_cut(&text, '\n');
        *fields[i] = str_is_empty(field) ? STR_NONE : field;
    }
}

static const struct err *context(struct arena *a, struct order_id id, str *ret)
{
    return str_fmt(a, ret, "order:%lld", (long long)id.v);
}

static const struct err *key_open(struct arena *a, const struct platform *p, str sealed,
                                  struct seal_key *ret)
{
    str bytes = STR_NONE;
    TRY(secret_open(p, a, key_purpose, sealed, &bytes));
    *ret = (struct seal_key){.id = 1};
    if (bytes.len != sizeof ret->bytes)
        return ERR(a, ERR_BUG, "error.bug", "a party key of %zu bytes", bytes.len);
    memcpy(ret->bytes, bytes.ptr, sizeof ret->bytes);
    return NULL;
}

static const struct err *key_ensure(struct turn *t, struct shop_id shop, struct account_id buyer,
                                    struct seal_key *ret)
{
    struct order_party_key_row row;
    bool is_found;
    TRY(order_party_key(t->tx, t->arena, shop, buyer, &row, &is_found));
    if (is_found)
        return key_open(t->arena, t->platform, row.sealed_key, ret);
    str sealed = STR_NONE;
    int64_t made = 0;
    *ret = (struct seal_key){.id = 1};
    t->platform->rng->fill(t->platform->rng->self, ret->bytes, sizeof ret->bytes);
    TRY(secret_seal(t->platform, t->arena, key_purpose,
                    (str){(const char *)ret->bytes, sizeof ret->bytes}, &sealed));
    TRY(order_party_key_insert(t->tx, t->arena, shop, buyer, sealed, &made));
    if (made == 1)
        return NULL;
    /* Another order of hers made it; if it is gone already, she was forgotten at that moment. */
    TRY(order_party_key(t->tx, t->arena, shop, buyer, &row, &is_found));
    return is_found ? key_open(t->arena, t->platform, row.sealed_key, ret)
                    : ERR(t->arena, ERR_UNAVAILABLE, "db.busy", "a party key made and forgotten");
}

const struct err *order_party_seal(struct turn *t, struct shop_id shop, struct account_id buyer,
                                   struct order_id id, const struct order_party *party, str *ret)
{
    struct seal_key key;
    str plain, row_context;
    TRY(key_ensure(t, shop, buyer, &key));
    TRY(pack(t->arena, party, &plain));
    TRY(context(t->arena, id, &row_context));
    return crypto_seal(t->arena, t->platform->rng, &key, row_context, plain, ret);
}

const struct err *order_party_open(struct tx *tx, struct arena *a, struct platform *p,
                                   struct shop_id shop, struct account_id buyer, struct order_id id,
                                   str sealed, struct order_party *ret)
{
    struct order_party_key_row row;
    struct seal_key key;
    bool is_found;
    str plain, row_context;
    *ret = (struct order_party){0};
    if (str_is_absent(sealed))
        return NULL;
    TRY(order_party_key(tx, a, shop, buyer, &row, &is_found));
    if (!is_found)
        return NULL;
    TRY(key_open(a, p, row.sealed_key, &key));
    TRY(context(a, id, &row_context));
    /* Sealed under a key that was erased and made anew: as good as gone. */
    if (crypto_open(a, &key, 1, row_context, sealed, &plain) == NULL)
        unpack(plain, ret);
    return NULL;
}

const struct err *order_party_forget(struct turn *t, struct shop_id shop, struct account_id buyer)
{
    TRY(order_party_key_delete(t->tx, t->arena, shop, buyer));
    return audit_write(
        t,
        &(struct audit){.shop_id = shop, .action = "order.party_forgotten", .subject_id = buyer.v});
}

const struct err *order_remember(struct turn *t, struct account_id buyer,
                                 const struct order_party *party)
{
    struct order_remembered_row_row row;
    str plain, before = STR_NONE, sealed = STR_NONE;
    bool is_found;
    TRY(pack(t->arena, party, &plain));
    TRY(order_remembered_row(t->tx, t->arena, buyer, &row, &is_found));
    if (is_found && !str_is_absent(row.party) &&
        secret_open(t->platform, t->arena, remembered_purpose, row.party, &before) == NULL &&
        str_eq(plain, before))
        return NULL;
    TRY(secret_seal(t->platform, t->arena, remembered_purpose, plain, &sealed));
    return order_remember_party(t->tx, t->arena, buyer, sealed);
}

const struct err *order_remembered_get(struct tx *tx, struct arena *a, struct platform *p,
                                       struct account_id buyer, struct order_remembered *ret)
{
    struct order_remembered_row_row row;
    bool is_found;
    str plain;
    *ret = (struct order_remembered){0};
    TRY(order_remembered_row(tx, a, buyer, &row, &is_found));
    if (!is_found)
        return NULL;
    if (!str_is_absent(row.party) &&
        secret_open(p, a, remembered_purpose, row.party, &plain) == NULL) {
        ret->has_party = true;
        unpack(plain, &ret->party);
    }
    ret->has_method = !str_is_absent(row.method);
    ret->method_label = row.method_label;
    ret->method_gateway = row.method_gateway;
    return NULL;
}

/* A method that only one shop may use is kept under "gateway:shop". */
const struct err *order_method_place(struct arena *a, struct shop_id shop,
                                     const struct payment_gateway *gateway, str *ret)
{
    struct id_text text = id_format(shop.v);
    return str_fmt(a, ret, "%s%s%s", gateway->name, gateway->is_of_shop ? ":" : "",
                   gateway->is_of_shop ? text.text : "");
}

bool order_method_works(const struct order_remembered *known, struct arena *a, struct shop_id shop,
                        const struct payment_gateway *gateway)
{
    str place = STR_NONE;
    return known->has_method && order_method_place(a, shop, gateway, &place) == NULL &&
           str_eq(known->method_gateway, place);
}

const struct err *order_saved_method(struct tx *tx, struct arena *a, struct platform *p,
                                     struct account_id buyer, str gateway, str *ret_token)
{
    struct order_remembered_row_row row;
    bool is_found;
    *ret_token = STR_NONE;
    TRY(order_remembered_row(tx, a, buyer, &row, &is_found));
    if (!is_found || str_is_absent(row.method) || !str_eq(row.method_gateway, gateway))
        return NULL;
    return secret_open(p, a, method_purpose, row.method, ret_token);
}

const struct err *order_method_keep(struct turn *t, struct account_id buyer, str gateway, str token,
                                    str label)
{
    str sealed = STR_NONE;
    TRY(secret_seal(t->platform, t->arena, method_purpose, token, &sealed));
    return order_remember_method(t->tx, t->arena, buyer, sealed, gateway, label);
}

const struct err *order_remembered_forget(struct turn *t, struct account_id buyer)
{
    return order_remembered_delete(t->tx, t->arena, buyer);
}
