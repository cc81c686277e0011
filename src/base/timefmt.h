/* Time as text and as calendar dates, in UTC, of the proleptic Gregorian calendar, years 0 to 9999.
 *
 * Time is int64 UTC milliseconds since 1970 everywhere; here it becomes RFC 3339 (JSON, CSV), HTTP
 * and mail dates, and back. Not its duty: zones and what people read (ICU, in core/i18n). No libc
 * zone data, no state, all functions pure; out of range is clamped when formatting, refused when
 * parsing.
 */
#ifndef BASE_TIMEFMT_H
#define BASE_TIMEFMT_H

#include "base/str.h"

enum {
    SECOND_MS = 1000,
    MINUTE_MS = 60 * SECOND_MS,
    HOUR_MS = 60 * MINUTE_MS,
    DAY_MS = 24 * HOUR_MS
};

struct date {
    int year;  /* 0..9999 */
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

struct time_parts {
    struct date date;
    int hour, minute, second, ms;
    int weekday; /* 0 = Sunday */
};

struct time_text {
    char text[36]; /* NUL-terminated */
};

bool date_is_valid(struct date d);
int date_days_in_month(int year, int month);
int64_t date_to_days(struct date d);          /* since 1970-01-01; d must be valid */
struct date date_from_days(int64_t days);
int date_weekday(struct date d);              /* 0 = Sunday */
int date_cmp(struct date x, struct date y);
struct date date_add_days(struct date d, int64_t days);
struct date date_add_months(struct date d,
                            int64_t months); /* 31 January + 1 = the last of February */

struct time_parts time_split(int64_t ms);
int64_t time_join(const struct time_parts *parts);            /* weekday is not read */

struct time_text time_format_rfc3339(int64_t ms); /* "2026-11-21T20:16:06.123Z" */
struct time_text time_format_http(int64_t ms);    /* "Sat, 21 Nov 2026 20:16:06 GMT" */
struct time_text time_format_mail(int64_t ms);    /* "Sat, 21 Nov 2026 20:16:06 +0000" */
struct time_text date_format(struct date d);      /* "2026-11-21" */

/* With any offset and any number of decimals (those after the third are dropped); second 60 is read
 * as the next minute's 0; 'T' or a space between. False for anything else. */
bool time_parse_rfc3339(str s, int64_t *ret_ms);
/* IMF-fixdate only: what every client of this century sends. The weekday must be right. */
bool time_parse_http(str s, int64_t *ret_ms);
bool date_parse(str s, struct date *ret);         /* "2026-11-21" */

#endif
