/* flow_party: see flow_party.h. */
#include "flow/flow_party.h"

#include "base/utf8.h"

enum { EMAIL_MAX = 254, ASKED_MAX = ADDRESS_FIELD_COUNT + 1 };

struct asked {
    enum address_field field; /* ADDRESS_UNSET: the mail address */
    const char *name, *label_key;
    size_t max_bytes;
};

/* Country first, for it decides the rest; then what is required there; then the mail address. */
static size_t asked_of(str country, struct asked *ret)
{
    struct address_input inputs[ADDRESS_FIELD_COUNT];
    size_t count = address_inputs(country, inputs), out = 0;
    for (size_t i = 0; i < count; i++) {
        if (inputs[i].is_required || inputs[i].field == ADDRESS_COUNTRY)
            ret[out++] = (struct asked){inputs[i].field, inputs[i].name, inputs[i].label_key,
                                        inputs[i].max_bytes};
    }
    ret[out++] = (struct asked){ADDRESS_UNSET, "email", "flow.ask.email", EMAIL_MAX};
    return out;
}

const char *flow_party_label(const struct order_party *party, int at)
{
    struct asked asked[ASKED_MAX];
    size_t count = asked_of(party->address.country, asked);
    return at >= 0 && (size_t)at < count ? asked[at].label_key : NULL;
}

static bool is_email(str s)
{
    ptrdiff_t at = str_find_char(s, '@');
    if (at < 1 || s.len > EMAIL_MAX || str_rfind_char(s, '@') != at || !utf8_is_title(s) ||
        str_find_char(s, ' ') >= 0)
        return false;
    ptrdiff_t dot = str_rfind_char(s, '.');
    return dot > at + 1 && (size_t)dot + 2 < s.len;
}

static const struct err *invalid(struct arena *a, const char *key, const char *field)
{
    return err_with_field(a, ERR(a, ERR_INVALID, key, "%s", field), field);
}

/* A code or a name of a country in either language. */
static const struct err *country_of(struct arena *a, str text, str *ret)
{
    static const enum language languages[] = {LANGUAGE_EN, LANGUAGE_ZH};
    str name = STR_NONE;
    *ret = text;
    if (text.len == 2) {
        TRY(country_name_of(a, LANGUAGE_EN, text, &name));
        if (!str_is_absent(name))
            return NULL;
    }
    for (size_t i = 0; i < COUNT(languages); i++) {
        struct country_name *list = NULL;
        size_t count = 0;
        TRY(country_list(a, languages[i], &list, &count));
        for (size_t k = 0; k < count; k++) {
            if (str_eq_nocase(list[k].name, text)) {
                *ret = str_c(list[k].code);
                return NULL;
            }
        }
    }
    return invalid(a, "address.bad_country", "country");
}

static const struct err *field_set(struct arena *a, struct order_party *party,
                                   const struct asked *asked, str line)
{
    if (line.len == 0)
        return invalid(a, "address.required", asked->name);
    if (line.len > asked->max_bytes && asked->field != ADDRESS_COUNTRY)
        return invalid(a, "address.too_long", asked->name);
    if (!utf8_is_title(line))
        return invalid(a, "address.bad_text", asked->name);
    if (asked->field == ADDRESS_UNSET) {
        if (!is_email(line))
            return invalid(a, "flow.error.bad_email", "email");
        party->email = line;
    } else if (asked->field == ADDRESS_COUNTRY) {
        TRY(country_of(a, line, &party->address.country));
    } else {
        address_set(&party->address, asked->field, line);
    }
    return NULL;
}

/* The number of the field an error is about, so that it is asked again. */
static int asked_by_name(const struct order_party *party, const char *name)
{
    struct asked asked[ASKED_MAX];
    size_t count = asked_of(party->address.country, asked);
    for (size_t i = 0; i < count && name != NULL; i++) {
        if (str_eq(str_c(asked[i].name), str_c(name)))
            return (int)i;
    }
    return 0;
}

const struct err *flow_party_take(struct arena *a, struct order_party *party, int *at, str text,
                                  bool *ret_done)
{
    *ret_done = false;
    str rest = str_trim(text);
    while (!str_is_absent(rest)) {
        struct asked asked[ASKED_MAX];
        size_t count = asked_of(party->address.country, asked);
        str line = str_trim(str_cut(&rest, '\n'));
        if (*at < 0 || (size_t)*at >= count)
            break;
        TRY(field_set(a, party, &asked[*at], line));
        (*at)++;
    }
    if (flow_party_label(party, *at) != NULL)
        return NULL;
    const struct err *e = address_check(a, &party->address);
    if (e != NULL) {
        *at = asked_by_name(party, e->field);
        return e;
    }
    *ret_done = true;
    return NULL;
}

const struct err *flow_party_from_form(struct arena *a, const struct form *form,
                                       struct order_party *ret)
{
    struct address_input inputs[ADDRESS_FIELD_COUNT];
    *ret = (struct order_party){0};
    TRY(form_get(a, form, S("email"), &ret->email));
    ret->email = str_trim(ret->email);
    if (!is_email(ret->email))
        return invalid(a, "flow.error.bad_email", "email");
    TRY(form_get(a, form, S("country"), &ret->address.country));
    size_t count = address_inputs(ret->address.country, inputs);
    for (size_t i = 0; i < count; i++) {
        str value = STR_NONE;
        TRY(form_get(a, form, str_c(inputs[i].name), &value));
        address_set(&ret->address, inputs[i].field, value);
    }
    return address_check(a, &ret->address);
}

enum { PARTY_FIELDS = 9 };

static void fields_of(struct order_party *party, str **ret)
{
    str *all[] = {&party->email,
                  &party->address.name,
                  &party->address.line1,
                  &party->address.line2,
                  &party->address.city,
                  &party->address.region,
                  &party->address.postcode,
                  &party->address.country,
                  &party->address.phone};
    for (size_t i = 0; i < COUNT(all); i++)
        ret[i] = all[i];
}

const struct err *flow_party_pack(struct arena *a, const struct order_party *party, str *ret)
{
    struct strbuf out;
    struct order_party copy = *party;
    str *fields[PARTY_FIELDS];
    fields_of(&copy, fields);
    strbuf_init(&out, a, 4096);
    for (size_t i = 0; i < PARTY_FIELDS; i++) {
        strbuf_add(&out, *fields[i]);
        strbuf_add_char(&out, '\n');
    }
    return strbuf_finish(&out, ret);
}

void flow_party_unpack(str packed, struct order_party *ret)
{
    str *fields[PARTY_FIELDS];
    *ret = (struct order_party){0};
    fields_of(ret, fields);
    for (size_t i = 0; i < PARTY_FIELDS && !str_is_absent(packed); i++)
        *fields[i] = str_cut(&packed, '\n');
}
