#include "base/timefmt.h"

#include <stdio.h>
#include <string.h>

static const char *const weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const int64_t DAYS_MIN = -719528, DAYS_MAX = 2932896; /* 0000-01-01 and 9999-12-31 */

int date_days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    ASSERT(month >= 1 && month <= 12);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool date_is_valid(struct date d)
{
    return d.year >= 0 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= date_days_in_month(d.year, d.month);
}

/* Years are counted from March, so that the leap day is the last; eras of 400 years repeat. */
int64_t date_to_days(struct date d)
{
    ASSERT(date_is_valid(d));
    int64_t year = d.year - (d.month <= 2) + 400, month = (d.month + 9) % 12;
    int64_t era = year / 400, of_era = year % 400;
    int64_t of_year = (153 * month + 2) / 5 + d.day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468 - 146097;
}

struct date date_from_days(int64_t days)
{
    days = days < DAYS_MIN ? DAYS_MIN : days > DAYS_MAX ? DAYS_MAX : days;
    int64_t shifted = days + 719468 + 146097;
    int64_t era = shifted / 146097, of_era = shifted % 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    return (struct date){
        .year = (int)(year + (era - 1) * 400 + (month >= 10)),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(of_year - (153 * month + 2) / 5 + 1),
    };
}

static int64_t floor_mod(int64_t x, int64_t by)
{
    return (x % by + by) % by;
}

int date_weekday(struct date d)
{
    return (int)floor_mod(date_to_days(d) + 4, 7);
}

int date_cmp(struct date x, struct date y)
{
    if (x.year != y.year)
        return x.year < y.year ? -1 : 1;
    if (x.month != y.month)
        return x.month < y.month ? -1 : 1;
    return x.day < y.day ? -1 : x.day > y.day;
}

struct date date_add_days(struct date d, int64_t days)
{
    int64_t sum;
    if (__builtin_add_overflow(date_to_days(d), days, &sum))
        sum = days < 0 ? DAYS_MIN : DAYS_MAX;
    return date_from_days(sum);
}

struct date date_add_months(struct date d, int64_t count)
{
    static const int64_t last = 9999 * 12 + 11;
    int64_t index;
    ASSERT(date_is_valid(d));
    if (__builtin_add_overflow(d.year * 12 + d.month - 1, count, &index))
        index = count < 0 ? 0 : last;
    index = index < 0 ? 0 : index > last ? last : index;
    struct date sum = {(int)(index / 12), (int)(index % 12) + 1, d.day};
    int days = date_days_in_month(sum.year, sum.month);
    if (sum.day > days)
        sum.day = days;
    return sum;
}

struct time_parts time_split(int64_t ms)
{
    if (ms < DAYS_MIN * DAY_MS)
        ms = DAYS_MIN * DAY_MS;
    if (ms > DAYS_MAX * DAY_MS + DAY_MS - 1)
        ms = DAYS_MAX * DAY_MS + DAY_MS - 1;
    int64_t of_day = floor_mod(ms, DAY_MS), days = (ms - of_day) / DAY_MS;
    return (struct time_parts){
        .date = date_from_days(days),
        .hour = (int)(of_day / HOUR_MS),
        .minute = (int)(of_day / MINUTE_MS % 60),
        .second = (int)(of_day / SECOND_MS % 60),
        .ms = (int)(of_day % 1000),
        .weekday = (int)floor_mod(days + 4, 7),
    };
}

int64_t time_join(const struct time_parts *p)
{
    return date_to_days(p->date) * DAY_MS + p->hour * (int64_t)HOUR_MS +
           p->minute * (int64_t)MINUTE_MS + p->second * (int64_t)SECOND_MS + p->ms;
}

struct time_text time_format_rfc3339(int64_t ms)
{
    struct time_text ret;
    struct time_parts p = time_split(ms);
    snprintf(ret.text, sizeof ret.text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", p.date.year % 10000,
             p.date.month % 100, p.date.day % 100, p.hour % 100, p.minute % 100, p.second % 100,
             p.ms % 1000);
    return ret;
}

static struct time_text format_named(int64_t ms, const char *zone)
{
    struct time_text ret;
    struct time_parts p = time_split(ms);
    snprintf(ret.text, sizeof ret.text, "%s, %02d %s %04d %02d:%02d:%02d %s", weekdays[p.weekday],
             p.date.day % 100, months[p.date.month - 1], p.date.year % 10000, p.hour % 100,
             p.minute % 100, p.second % 100, zone);
    return ret;
}

struct time_text time_format_http(int64_t ms)
{
    return format_named(ms, "GMT");
}

struct time_text time_format_mail(int64_t ms)
{
    return format_named(ms, "+0000");
}

struct time_text date_format(struct date d)
{
    struct time_text ret;
    ASSERT(date_is_valid(d));
    snprintf(ret.text, sizeof ret.text, "%04d-%02d-%02d", d.year % 10000, d.month % 100,
             d.day % 100);
    return ret;
}

/* Takes exactly `count` digits, at most `max` in value. */
static bool take_number(str *rest, size_t count, int max, int *ret)
{
    uint64_t value;
    if (rest->len < count || !str_to_uint(str_sub(*rest, 0, count), (uint64_t)max, &value))
        return false;
    *rest = str_from(*rest, count);
    *ret = (int)value;
    return true;
}

static bool take(str *rest, str text)
{
    if (!str_starts(*rest, text))
        return false;
    *rest = str_from(*rest, text.len);
    return true;
}

static bool take_date(str *rest, struct date *ret)
{
    return take_number(rest, 4, 9999, &ret->year) && take(rest, S("-")) &&
           take_number(rest, 2, 12, &ret->month) && take(rest, S("-")) &&
           take_number(rest, 2, 31, &ret->day) && date_is_valid(*ret);
}

bool date_parse(str s, struct date *ret)
{
    struct date d;
    if (!take_date(&s, &d) || s.len != 0)
        return false;
    *ret = d;
    return true;
}

static bool take_clock(str *rest, struct time_parts *p)
{
    return take_number(rest, 2, 23, &p->hour) && take(rest, S(":")) &&
           take_number(rest, 2, 59, &p->minute) && take(rest, S(":")) &&
           take_number(rest, 2, 60, &p->second);
}

static bool take_fraction(str *rest, int *ret_ms)
{
    int scale = 100;
    *ret_ms = 0;
    if (!take(rest, S(".")))
        return true;
    size_t digits = 0;
    for (; rest->len > 0 && rest->ptr[0] >= '0' && rest->ptr[0] <= '9';
         *rest = str_from(*rest, 1)) {
        *ret_ms += (rest->ptr[0] - '0') * scale;
        scale /= 10;
        digits++;
    }
    return digits > 0;
}

static bool take_offset(str *rest, int *ret_minutes)
{
    int hours, minutes;
    *ret_minutes = 0;
    if (take(rest, S("Z")) || take(rest, S("z")))
        return true;
    int sign = str_starts(*rest, S("-")) ? -1 : 1;
    if (!take(rest, S("+")) && !take(rest, S("-")))
        return false;
    if (!take_number(rest, 2, 23, &hours) || !take(rest, S(":")) ||
        !take_number(rest, 2, 59, &minutes))
        return false;
    *ret_minutes = sign * (hours * 60 + minutes);
    return true;
}

bool time_parse_rfc3339(str s, int64_t *ret_ms)
{
    struct time_parts p = {0};
    int offset;
    if (!take_date(&s, &p.date) || !(take(&s, S("T")) || take(&s, S("t")) || take(&s, S(" "))) ||
        !take_clock(&s, &p) || !take_fraction(&s, &p.ms) || !take_offset(&s, &offset) || s.len != 0)
        return false;
    *ret_ms = time_join(&p) - offset * (int64_t)MINUTE_MS;
    return true;
}

static bool take_name(str *rest, const char *const *names, size_t count, int *ret)
{
    for (size_t i = 0; i < count; i++) {
        if (take(rest, str_c(names[i]))) {
            *ret = (int)i;
            return true;
        }
    }
    return false;
}

bool time_parse_http(str s, int64_t *ret_ms)
{
    struct time_parts p = {0};
    if (!take_name(&s, weekdays, COUNT(weekdays), &p.weekday) || !take(&s, S(", ")) ||
        !take_number(&s, 2, 31, &p.date.day) || !take(&s, S(" ")) ||
        !take_name(&s, months, COUNT(months), &p.date.month) || !take(&s, S(" ")) ||
        !take_number(&s, 4, 9999, &p.date.year) || !take(&s, S(" ")) || !take_clock(&s, &p) ||
        !str_eq(s, S(" GMT")))
        return false;
    p.date.month++;
    if (!date_is_valid(p.date) || date_weekday(p.date) != p.weekday)
        return false;
    *ret_ms = time_join(&p);
    return true;
}
