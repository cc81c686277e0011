/* Postal addresses: which fields a country asks for, in which order, checked and written as its
 * post reads them. One table for 20 countries and a generic one for the rest.
 *
 * Not its duty: whether the place exists. Threads: pure functions over constant tables.
 */
#ifndef CORE_ADDRESS_H
#define CORE_ADDRESS_H

#include "core/i18n.h"

struct address {
    str name;
    str line1, line2;
    str city, region, postcode;
    str country;               /* ISO 3166 alpha-2, upper case after address_check */
    str phone;
};

enum address_field {
    ADDRESS_UNSET = 0,
    ADDRESS_NAME, ADDRESS_LINE1, ADDRESS_LINE2, ADDRESS_CITY, ADDRESS_REGION, ADDRESS_POSTCODE,
    ADDRESS_COUNTRY, ADDRESS_PHONE,
    ADDRESS_FIELD_COUNT
};

/* One field of a form, in the order the country is used to. */
struct address_input {
    enum address_field field;
    const char *name;          /* of the form field and of errors: "postcode" */
    const char *label_key;     /* i18n: "address.postcode", "address.region.state" */
    const char *autocomplete;  /* "postal-code" */
    bool is_required;
    size_t max_bytes;
};

/* Country first, then the country's fields, then the phone. An unknown country gives the generic
 * form. *ret has room for ADDRESS_FIELD_COUNT; returns how many were set. */
size_t address_inputs(str country, struct address_input *ret);

str address_get(const struct address *address, enum address_field field);
void address_set(struct address *address, enum address_field field, str value);

/* Trims, fills in the canonical postcode ("sw1a1aa" -> "SW1A 1AA") and country, and checks
 * presence, lengths, control characters, postcode and phone. INVALID with the field's name:
 * address.required, address.too_long, address.bad_text, address.bad_country,
 * address.bad_postcode (arg: an example), address.bad_phone. */
const struct err *address_check(struct arena *a, struct address *address) MUST_CHECK;

/* Lines joined by '\n', as written on a parcel; the country's name comes last (first in Chinese
 * writing) unless it is `home_country`. The phone is not part of it. */
const struct err *address_lines(struct arena *a, const struct address *address,
                                enum language language, str home_country, str *ret) MUST_CHECK;
/* The same on one line, joined by ", ". */
const struct err *address_one_line(struct arena *a, const struct address *address,
                                   enum language language, str home_country, str *ret) MUST_CHECK;

#endif
