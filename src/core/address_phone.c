/* Phone numbers per country: a small table of our own, after each country's numbering plan. Lengths
 * only: whether a number is in use is not our business. */
#include "core/address.h"

/* `trunk`: what is dialled before a number inside the country and left out from abroad; digits of
 * the number without it. */
static const struct plan {
    const char *country, *calling, *trunk;
    size_t digits_min, digits_max;
    const char *example;
} plans[] = {
    {"AE", "971", "0", 8, 9, "050 123 4567"},
    {"AR", "54", "0", 10, 11, "011 2345-6789"},
    {"AT", "43", "0", 4, 13, "01 234567890"},
    {"AU", "61", "0", 9, 9, "02 1234 5678"},
    {"BE", "32", "0", 8, 9, "0470 12 34 56"},
    {"BG", "359", "0", 7, 9, "048 123 456"},
    {"BR", "55", "0", 10, 11, "(11) 96123-4567"},
    {"CA", "1", "1", 10, 10, "(506) 234-5678"},
    {"CH", "41", "0", 9, 9, "078 123 45 67"},
    {"CL", "56", "", 9, 9, "2 2123 4567"},
    {"CN", "86", "0", 10, 11, "131 2345 6789"},
    {"CO", "57", "", 10, 10, "321 1234567"},
    {"CY", "357", "", 8, 8, "96 123456"},
    {"CZ", "420", "", 9, 9, "601 123 456"},
    {"DE", "49", "0", 6, 11, "0151 23456789"},
    {"DK", "45", "", 8, 8, "32 12 34 56"},
    {"EE", "372", "", 7, 8, "5123 4567"},
    {"EG", "20", "0", 9, 10, "0100 123 4567"},
    {"ES", "34", "", 9, 9, "612 34 56 78"},
    {"FI", "358", "0", 5, 12, "041 2345678"},
    {"FR", "33", "0", 9, 9, "06 12 34 56 78"},
    {"GB", "44", "0", 9, 10, "07400 123456"},
    {"GR", "30", "", 10, 10, "691 234 5678"},
    {"HK", "852", "", 8, 8, "5123 4567"},
    {"HR", "385", "0", 8, 9, "092 123 4567"},
    {"HU", "36", "06", 8, 9, "06 20 123 4567"},
    {"ID", "62", "0", 8, 12, "0812-345-678"},
    {"IE", "353", "0", 7, 9, "085 012 3456"},
    {"IL", "972", "0", 8, 9, "050-234-5678"},
    {"IN", "91", "0", 10, 10, "081234 56789"},
    {"IT", "39", "", 6, 11, "312 345 6789"},
    {"JP", "81", "0", 9, 10, "090-1234-5678"},
    {"KR", "82", "0", 8, 10, "010-2000-0000"},
    {"LT", "370", "0", 8, 8, "0612 34567"},
    {"LU", "352", "", 4, 11, "628 123 456"},
    {"LV", "371", "", 8, 8, "21 234 567"},
    {"MT", "356", "", 8, 8, "9696 1234"},
    {"MX", "52", "", 10, 10, "222 123 4567"},
    {"MY", "60", "0", 8, 10, "012-345 6789"},
    {"NG", "234", "0", 8, 10, "0802 123 4567"},
    {"NL", "31", "0", 9, 9, "06 12345678"},
    {"NO", "47", "", 8, 8, "406 12 345"},
    {"NZ", "64", "0", 8, 10, "021 123 4567"},
    {"PE", "51", "0", 8, 9, "912 345 678"},
    {"PH", "63", "0", 8, 10, "0905 123 4567"},
    {"PK", "92", "0", 9, 10, "0301 2345678"},
    {"PL", "48", "", 9, 9, "512 345 678"},
    {"PT", "351", "", 9, 9, "912 345 678"},
    {"RO", "40", "0", 9, 9, "0712 034 567"},
    {"SA", "966", "0", 8, 9, "051 234 5678"},
    {"SE", "46", "0", 7, 9, "070-123 45 67"},
    {"SG", "65", "", 8, 8, "8123 4567"},
    {"SI", "386", "0", 8, 8, "031 234 567"},
    {"SK", "421", "0", 9, 9, "0912 123 456"},
    {"TH", "66", "0", 8, 9, "081 234 5678"},
    {"TR", "90", "0", 10, 10, "0501 234 56 78"},
    {"TW", "886", "0", 8, 9, "0912 345 678"},
    {"UA", "380", "0", 9, 9, "050 123 4567"},
    {"US", "1", "1", 10, 10, "(201) 555-0123"},
    {"VN", "84", "0", 9, 10, "0912 345 678"},
    {"ZA", "27", "0", 9, 9, "071 123 4567"},
};

static const struct plan *plan_of(str country)
{
    for (size_t i = 0; i < COUNT(plans); i++)
        if (str_eq_nocase(country, str_c(plans[i].country)))
            return &plans[i];
    return NULL;
}

str address_phone_example(str country)
{
    const struct plan *plan = plan_of(country);
    return plan == NULL ? STR_NONE : str_c(plan->example);
}

/* Digits alone, "+" or "00" in front told apart; false: something that no phone number holds. */
static bool compact(str typed, char *digits, size_t *ret_count, bool *ret_is_abroad)
{
    *ret_count = 0;
    *ret_is_abroad = str_starts(typed, S("+"));
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.ptr[i];
        if (c >= '0' && c <= '9') {
            if (*ret_count == PHONE_DIGITS_MAX)
                return false;
            digits[(*ret_count)++] = c;
        } else if (c == '+' ? i > 0 : str_find_char(S(" -()./"), c) < 0)
            return false;
    }
    return true;
}

/* Without the trunk prefix. */
static str national(const struct plan *plan, str digits)
{
    str trunk = str_c(plan->trunk);
    return trunk.len > 0 && str_starts(digits, trunk) ? str_from(digits, trunk.len) : digits;
}

const struct err *address_phone(struct arena *a, str country, str typed, str *ret)
{
    const struct plan *plan = plan_of(country);
    char buffer[PHONE_DIGITS_MAX];
    size_t count;
    bool is_abroad, fits;
    bool is_phone = compact(str_trim(typed), buffer, &count, &is_abroad);
    str digits = {buffer, count};
    if (is_phone && !is_abroad && str_starts(digits, S("00"))) {
        digits = str_from(digits, 2);
        is_abroad = true;
    }
    bool is_home = plan != NULL && (!is_abroad || str_starts(digits, str_c(plan->calling)));
    if (is_home && is_abroad)
        digits = str_from(digits, strlen(plan->calling));
    if (is_home) {
        digits = national(plan, digits);
        fits = digits.len >= plan->digits_min && digits.len <= plan->digits_max;
    } else {
        fits = digits.len >= 5 && digits.len <= 15;
    }
    if (!is_phone || !fits) {
        const struct err *e = err_with_field(
            a, ERR(a, ERR_INVALID, "address.bad_phone", "%zu bytes", typed.len), "phone");
        return err_with_arg(a, e, plan == NULL ? S("+44 7400 123456") : str_c(plan->example));
    }
    return is_home ? str_fmt(a, ret, "+%s%.*s", plan->calling, STR_ARG(digits))
                   : str_fmt(a, ret, "%s%.*s", is_abroad ? "+" : "", STR_ARG(digits));
}
