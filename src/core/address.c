/* Duty: see address.h. The table is our own, after the habits of each post. */
#include "core/address.h"

#include "base/utf8.h"

/* `layout`: N name, 1 2 lines, C city, R region, P postcode, '/' ends a line; other characters
 * stand between two fields that are both present. `required` besides name and line 1: letters as
 * above, T phone. `postcodes`: A letter, 9 digit, X either, alternatives by '|'; blanks and hyphens
 * are written, not required. */
struct country_rule {
    const char *country, *layout, *required, *postcodes, *example, *region_key;
    bool country_first; /* large to small, as in Chinese, Japanese and Korean writing */
};

#define REGION "address.region"

static const struct country_rule rules[] = {
    {"", "N/1/2/P C/R", "C", "", "", REGION, false}, /* generic */
    {"AE", "N/1/2/R", "R", "", "", REGION ".emirate", false},
    {"AR", "N/1/2/P C/R", "CP", "9999|A9999|A9999AAA", "C1425", REGION ".province", false},
    {"AT", "N/1/2/P C", "CP", "9999", "1010", REGION, false},
    {"AU", "N/1/2/C R P", "CRP", "9999", "3000", REGION ".state", false},
    {"BE", "N/1/2/P C", "CP", "9999", "1000", REGION, false},
    {"BG", "N/1/2/P C", "CP", "9999", "1000", REGION, false},
    {"BR", "N/1/2/C-R/P", "CRP", "99999-999", "01310-100", REGION ".state", false},
    {"CA", "N/1/2/C R P", "CRP", "A9A 9A9", "M5V 2T6", REGION ".province", false},
    {"CH", "N/1/2/P C", "CP", "9999", "8001", REGION, false},
    {"CL", "N/1/2/P C/R", "CR", "9999999", "8340457", REGION, false},
    {"CN", "P/R C/1/2/N", "CRT", "999999", "610000", REGION ".province", true},
    {"CO", "N/1/2/C, R/P", "CR", "999999", "110111", REGION, false},
    {"CY", "N/1/2/P C", "CP", "9999", "1010", REGION, false},
    {"CZ", "N/1/2/P C", "CP", "999 99", "100 00", REGION, false},
    {"DE", "N/1/2/P C", "CP", "99999", "10115", REGION, false},
    {"DK", "N/1/2/P C", "CP", "9999", "8660", REGION, false},
    {"EE", "N/1/2/P C", "CP", "99999", "69501", REGION, false},
    {"EG", "N/1/2/C/R/P", "CR", "99999|9999999", "12411", REGION, false},
    {"ES", "N/1/2/P C/R", "CP", "99999", "28013", REGION ".province", false},
    {"FI", "N/1/2/P C", "CP", "99999", "00550", REGION, false},
    {"FR", "N/1/2/P C", "CP", "99999", "75001", REGION, false},
    {"GB", "N/1/2/C/P", "CP", "A9 9AA|A99 9AA|AA9 9AA|AA99 9AA|A9A 9AA|AA9A 9AA", "SW1A 1AA",
     REGION, false},
    {"GR", "N/1/2/P C", "CP", "999 99", "151 24", REGION, false},
    {"HK", "N/1/2/C/R", "R", "", "", REGION ".district", false},
    {"HR", "N/1/2/P C", "CP", "99999", "10000", REGION, false},
    {"HU", "N/C/1/2/P", "CP", "9999", "1037", REGION, false},
    {"ID", "N/1/2/C/R P", "CRP", "99999", "40115", REGION ".province", false},
    {"IE", "N/1/2/C/R/P", "C", "AXX XXXX", "D02 AF30", REGION, false},
    {"IL", "N/1/2/C P", "C", "9999999|99999", "9614303", REGION, false},
    {"IN", "N/1/2/C P/R", "CRP", "999999", "560001", REGION ".state", false},
    {"IT", "N/1/2/P C R", "CP", "99999", "00184", REGION ".province", false},
    {"JP", "P/R C/1/2/N", "RCP", "999-9999", "150-0002", REGION ".prefecture", true},
    {"KR", "R C/1/2/N/P", "CP", "99999", "04524", REGION ".province", true},
    {"LT", "N/1/2/P C", "CP", "99999", "04340", REGION, false},
    {"LU", "N/1/2/P C", "CP", "9999", "4750", REGION, false},
    {"LV", "N/1/2/C, P", "CP", "9999", "1073", REGION, false},
    {"MT", "N/1/2/C P", "CP", "AAA 9999", "NXR 1210", REGION, false},
    {"MX", "N/1/2/P C, R", "CRP", "99999", "06700", REGION ".state", false},
    {"MY", "N/1/2/P C/R", "CP", "99999", "43000", REGION ".state", false},
    {"NG", "N/1/2/C P/R", "CR", "999999", "930283", REGION ".state", false},
    {"NL", "N/1/2/P C", "CP", "9999 AA", "1012 JS", REGION, false},
    {"NO", "N/1/2/P C", "CP", "9999", "0025", REGION, false},
    {"NZ", "N/1/2/C P", "CP", "9999", "6001", REGION, false},
    {"PE", "N/1/2/C P/R", "CR", "99999", "15088", REGION, false},
    {"PH", "N/1/2/P C/R", "CR", "9999", "1008", REGION ".province", false},
    {"PK", "N/1/2/C-P", "C", "99999", "44000", REGION, false},
    {"PL", "N/1/2/P C", "CP", "99-999", "00-950", REGION, false},
    {"PT", "N/1/2/P C", "CP", "9999-999", "2725-079", REGION, false},
    {"RO", "N/1/2/P C/R", "CP", "999999", "060274", REGION, false},
    {"SA", "N/1/2/C P", "C", "99999", "11564", REGION, false},
    {"SE", "N/1/2/P C", "CP", "999 99", "114 55", REGION, false},
    {"SG", "N/1/2/C P", "P", "999999", "049315", REGION, false},
    {"SI", "N/1/2/P C", "CP", "9999", "4000", REGION, false},
    {"SK", "N/1/2/P C", "CP", "999 99", "010 01", REGION, false},
    {"TH", "N/1/2/C/R P", "CRP", "99999", "10110", REGION ".province", false},
    {"TR", "N/1/2/P C/R", "CRP", "99999", "34349", REGION ".province", false},
    {"TW", "P/R C/1/2/N", "RP", "999|99999|999999", "106", REGION ".county", true},
    {"UA", "N/1/2/C/R/P", "CP", "99999", "15432", REGION, false},
    {"US", "N/1/2/C, R P", "CRP", "99999|99999-9999", "94107", REGION ".state", false},
    {"VN", "N/1/2/C/R P", "R", "99999|999999", "100000", REGION ".province", false},
    {"ZA", "N/1/2/C/P", "CP", "9999", "0083", REGION, false},
};

static const struct {
    char letter;
    const char *name, *label_key, *autocomplete;
    size_t max_bytes;
} fields[ADDRESS_FIELD_COUNT] = {
    [ADDRESS_UNSET] = {'\0', "", "", "", 0},
    [ADDRESS_NAME] = {'N', "name", "address.name", "name", 120},
    [ADDRESS_LINE1] = {'1', "line1", "address.line1", "address-line1", 240},
    [ADDRESS_LINE2] = {'2', "line2", "address.line2", "address-line2", 240},
    [ADDRESS_CITY] = {'C', "city", "address.city", "address-level2", 120},
    [ADDRESS_REGION] = {'R', "region", "address.region", "address-level1", 120},
    [ADDRESS_POSTCODE] = {'P', "postcode", "address.postcode", "postal-code", 16},
    [ADDRESS_COUNTRY] = {'K', "country", "address.country", "country", 2},
    [ADDRESS_PHONE] = {'T', "phone", "address.phone", "tel", 32},
};

static const struct country_rule *rule_of(str country)
{
    for (size_t i = 1; i < COUNT(rules); i++)
        if (str_eq_nocase(country, str_c(rules[i].country)))
            return &rules[i];
    return &rules[0];
}

static enum address_field field_of(char letter)
{
    for (int i = ADDRESS_NAME; i < ADDRESS_FIELD_COUNT; i++)
        if (fields[i].letter == letter)
            return (enum address_field)i;
    return ADDRESS_UNSET;
}

static bool is_required(const struct country_rule *rule, enum address_field field)
{
    return field == ADDRESS_NAME || field == ADDRESS_LINE1 || field == ADDRESS_COUNTRY ||
           str_find_char(str_c(rule->required), fields[field].letter) >= 0;
}

static bool is_asked(const struct country_rule *rule, enum address_field field)
{
    return field == ADDRESS_COUNTRY || field == ADDRESS_PHONE ||
           str_find_char(str_c(rule->layout), fields[field].letter) >= 0;
}

static struct address_input input_of(const struct country_rule *rule, enum address_field field)
{
    return (struct address_input){
        .field = field, .name = fields[field].name, .autocomplete = fields[field].autocomplete,
        .label_key = field == ADDRESS_REGION ? rule->region_key : fields[field].label_key,
        .example = field == ADDRESS_POSTCODE ? rule->example : "",
        .is_required = is_required(rule, field), .max_bytes = fields[field].max_bytes};
}

size_t address_inputs(str country, struct address_input *ret)
{
    const struct country_rule *rule = rule_of(country);
    size_t count = 0;
    ret[count++] = input_of(rule, ADDRESS_COUNTRY);
    for (const char *c = rule->layout; *c != '\0'; c++)
        if (field_of(*c) != ADDRESS_UNSET)
            ret[count++] = input_of(rule, field_of(*c));
    ret[count++] = input_of(rule, ADDRESS_PHONE);
    return count;
}

static str *slot_of(struct address *address, enum address_field field)
{
    switch (field) {
    case ADDRESS_NAME: return &address->name;
    case ADDRESS_LINE1: return &address->line1;
    case ADDRESS_LINE2: return &address->line2;
    case ADDRESS_CITY: return &address->city;
    case ADDRESS_REGION: return &address->region;
    case ADDRESS_POSTCODE: return &address->postcode;
    case ADDRESS_COUNTRY: return &address->country;
    case ADDRESS_PHONE: return &address->phone;
    case ADDRESS_UNSET:
    case ADDRESS_FIELD_COUNT:
    default: UNREACHABLE();
    }
}

str address_get(const struct address *address, enum address_field field)
{
    struct address copy = *address;
    return *slot_of(&copy, field);
}

void address_set(struct address *address, enum address_field field, str value)
{
    *slot_of(address, field) = value;
}

static const struct err *wrong(struct arena *a, const char *key, enum address_field field)
{
    return err_with_field(a, ERR(a, ERR_INVALID, key, "address field %s", fields[field].name),
                          fields[field].name);
}

static bool is_mark(char c)
{
    return c == ' ' || c == '-';
}

static bool match_char(char pattern, char c)
{
    bool is_digit = c >= '0' && c <= '9', is_letter = c >= 'A' && c <= 'Z';
    return pattern == '9' ? is_digit : pattern == 'X' ? is_digit || is_letter : is_letter;
}

/* Writes what matches, with the pattern's blanks and hyphens. */
static bool match_postcode(str pattern, str text, struct strbuf *out)
{
    size_t at = 0;
    strbuf_clear(out);
    for (size_t i = 0; i < pattern.len; i++) {
        if (is_mark(pattern.ptr[i])) {
            strbuf_add_char(out, pattern.ptr[i]);
            continue;
        }
        while (at < text.len && is_mark(text.ptr[at]))
            at++;
        char c = at < text.len ? text.ptr[at++] : '\0';
        c = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
        if (!match_char(pattern.ptr[i], c))
            return false;
        strbuf_add_char(out, c);
    }
    return at == text.len;
}

static const struct err *check_postcode(struct arena *a, const struct country_rule *rule,
                                        struct address *address)
{
    str rest = str_c(rule->postcodes);
    struct strbuf canonical;
    if (rest.len == 0 || address->postcode.len == 0)
        return NULL;
    strbuf_init(&canonical, a, 32);
    while (!str_is_absent(rest))
        if (match_postcode(str_cut(&rest, '|'), address->postcode, &canonical))
            return strbuf_finish(&canonical, &address->postcode);
    return err_with_arg(a, wrong(a, "address.bad_postcode", ADDRESS_POSTCODE),
                        str_c(rule->example));
}

static const struct err *check_country(struct arena *a, struct address *address)
{
    str upper;
    if (!country_exists(address->country))
        return wrong(a, "address.bad_country", ADDRESS_COUNTRY);
    TRY(str_fmt(a, &upper, "%c%c", address->country.ptr[0] & ~0x20,
                address->country.ptr[1] & ~0x20));
    address->country = upper;
    return NULL;
}

const struct err *address_check(struct arena *a, struct address *address)
{
    for (int i = ADDRESS_NAME; i < ADDRESS_FIELD_COUNT; i++) {
        str *slot = slot_of(address, (enum address_field)i);
        *slot = str_trim(*slot);
    }
    if (address->country.len == 0)
        return wrong(a, "address.required", ADDRESS_COUNTRY);
    TRY(check_country(a, address));
    const struct country_rule *rule = rule_of(address->country);
    for (int i = ADDRESS_NAME; i < ADDRESS_FIELD_COUNT; i++) {
        enum address_field field = (enum address_field)i;
        str value = *slot_of(address, field);
        if (value.len == 0 && is_asked(rule, field) && is_required(rule, field))
            return wrong(a, "address.required", field);
        if (value.len > fields[field].max_bytes)
            return wrong(a, "address.too_long", field);
        if (!utf8_is_title(value))
            return wrong(a, "address.bad_text", field);
    }
    TRY(check_postcode(a, rule, address));
    str dialled;
    return address->phone.len == 0 ? NULL
                                   : address_phone(a, address->country, address->phone, &dialled);
}

/* One line of the layout, up to '/' or the end; moves *at behind it. */
static void add_line(struct strbuf *out, const struct address *address, const char **at,
                     str separator)
{
    bool line_is_empty = true;
    const char *mark = NULL;
    size_t mark_len = 0;
    const char *c = *at;
    for (; *c != '\0' && *c != '/'; c++) {
        enum address_field field = field_of(*c);
        if (field == ADDRESS_UNSET) {
            mark = mark_len == 0 ? c : mark;
            mark_len++;
            continue;
        }
        str value = address_get(address, field);
        if (value.len > 0) {
            if (!line_is_empty)
                strbuf_add(out, (str){mark, mark_len});
            else if (out->len > 0)
                strbuf_add(out, separator);
            strbuf_add(out, value);
            line_is_empty = false;
        }
        mark_len = 0;
    }
    *at = *c == '/' ? c + 1 : c;
}

static const struct err *write_address(struct arena *a, const struct address *address,
                                       enum language language, str home_country, str separator,
                                       str *ret)
{
    const struct country_rule *rule = rule_of(address->country);
    struct strbuf out;
    str country = STR_NONE;
    strbuf_init(&out, a, KiB(4));
    if (!str_eq_nocase(address->country, home_country))
        TRY(country_name_of(a, language, address->country, &country));
    if (rule->country_first)
        strbuf_add(&out, country);
    for (const char *at = rule->layout; *at != '\0';)
        add_line(&out, address, &at, separator);
    if (!rule->country_first && country.len > 0) {
        if (out.len > 0)
            strbuf_add(&out, separator);
        strbuf_add(&out, country);
    }
    return strbuf_finish(&out, ret);
}

const struct err *address_lines(struct arena *a, const struct address *address,
                                enum language language, str home_country, str *ret)
{
    return write_address(a, address, language, home_country, S("\n"), ret);
}

const struct err *address_one_line(struct arena *a, const struct address *address,
                                   enum language language, str home_country, str *ret)
{
    return write_address(a, address, language, home_country, S(", "), ret);
}
