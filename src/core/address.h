/* Postal addresses: which fields a country asks for, in which order, checked and written as its
 * post reads them. One table for 60 countries and a generic one for the rest.
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
    const char *example;       /* of a postcode there; "" = none */
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

/* A phone number as it is dialled from anywhere, "+4915123456789": typed as at home, or with "+" or
 * "00" and the country in front. Its length must fit the country's plan; of a country whose plan we
 * do not know, and of a foreign one, 5 to 15 digits do. INVALID address.bad_phone (arg: an example,
 * where we know one). address_check asks this too, and leaves the number as it was typed. */
enum { PHONE_DIGITS_MAX = 20 };
const struct err *address_phone(struct arena *a, str country, str typed, str *ret) MUST_CHECK;
str address_phone_example(str country); /* absent when we know none */

/* Lines joined by '\n', as written on a parcel; the country's name comes last (first in Chinese
 * writing) unless it is `home_country`. The phone is not part of it. */
const struct err *address_lines(struct arena *a, const struct address *address,
                                enum language language, str home_country, str *ret) MUST_CHECK;
/* The same on one line, joined by ", ". */
const struct err *address_one_line(struct arena *a, const struct address *address,
                                   enum language language, str home_country, str *ret) MUST_CHECK;

#endif
