/* Amounts: what is read is written and read again the same; parts of a split sum to the whole;
 * times and ids likewise survive the way through text.
 */
#include <string.h>

#include "base/id.h"
#include "base/money.h"
#include "base/timefmt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(struct arena *a, str text, struct currency currency)
{
    struct money m, again;
    str written;
    int64_t number, back;
    struct date d;
    if (money_parse(a, text, currency, &m) == NULL) {
        ASSERT(money_format(a, m, &written) == NULL);
        ASSERT(money_parse(a, written, currency, &again) == NULL && again.minor == m.minor);
    }
    if (time_parse_rfc3339(text, &number)) {
        struct time_parts parts = time_split(number);
        ASSERT(date_is_valid(parts.date));
    }
    if (time_parse_http(text, &number))
        ASSERT(str_eq(str_c(time_format_http(number).text), text) || str_find(text, S(":60 ")) > 0);
    if (date_parse(text, &d))
        ASSERT(str_eq(str_c(date_format(d).text), text));
    if (id_parse(text, &number)) {
        struct id_text id = id_format(number);
        ASSERT(number > 0 && id_parse(id_str(&id), &back) && back == number);
    }
}

static void check_numbers(struct arena *a, const int64_t *numbers, size_t count,
                          struct currency currency)
{
    int64_t weights[16], parts[16], sum = 0, total = 0;
    struct money x = {numbers[0], currency}, ret;
    for (size_t i = 1; i < count; i++) {
        weights[i - 1] = numbers[i] & INT64_MAX;
        total |= weights[i - 1];
    }
    if (count > 1 && total != 0) {
        ASSERT(money_split(a, x, weights, count - 1, parts) == NULL);
        for (size_t i = 0; i < count - 1; i++) {
            ASSERT(!__builtin_add_overflow(sum, parts[i], &sum));
            ASSERT(weights[i] != 0 || parts[i] == 0);
            ASSERT(parts[i] == 0 || (parts[i] < 0) == (x.minor < 0));
        }
        ASSERT(sum == x.minor);
    }
    if (count > 2 && weights[1] > 0 && money_ratio(a, x, weights[1], weights[1], &ret) == NULL)
        ASSERT(ret.minor == x.minor);
    struct time_parts p = time_split(numbers[0]);
    struct time_text text = time_format_rfc3339(numbers[0]);
    int64_t back;
    ASSERT(time_parse_rfc3339(str_c(text.text), &back) && back == time_join(&p));
    ASSERT(date_cmp(date_add_days(date_add_days(p.date, 1), -1), p.date) == 0 ||
           p.date.year == 9999);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const codes[] = {"EUR", "JPY", "KWD", "CLF"};
    struct arena a;
    struct currency currency;
    int64_t numbers[16];
    if (size < 1)
        return 0;
    arena_init(&a, MiB(1));
    if (currency_parse(&a, str_c(codes[data[0] % 4]), &currency) == NULL) {
        check_text(&a, (str){(const char *)data + 1, size - 1}, currency);
        size_t count = (size - 1) / sizeof numbers[0];
        count = count > COUNT(numbers) ? COUNT(numbers) : count;
        memcpy(numbers, data + 1, count * sizeof numbers[0]);
        if (count > 0)
            check_numbers(&a, numbers, count, currency);
    }
    arena_done(&a);
    return 0;
}
