/* Duty: time zones and countries, out of ICU. Threads: the cache of zones is per thread. */
#include <unicode/ucal.h>
#include <unicode/ucol.h>
#include <unicode/uldnames.h>
#include <unicode/uloc.h>
#include <unicode/uregion.h>
#include <unicode/ustring.h>

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

enum { ZONE_MAX_BYTES = 48, ZONES_CACHED = 8 };

/* One offset of one zone and how long it holds. */
struct zone_span {
    char zone[ZONE_MAX_BYTES];
    int64_t since_ms, until_ms;
    int32_t offset_s;
};

/* Opens a calendar of the zone at that moment; NULL for a zone ICU does not know. */
static UCalendar *open_zone(str zone, int64_t ms)
{
    UChar id[ZONE_MAX_BYTES];
    UBool is_system = false;
    UErrorCode status = U_ZERO_ERROR;
    UChar canonical[ZONE_MAX_BYTES];
    if (zone.len == 0 || zone.len >= ZONE_MAX_BYTES)
        return NULL;
    for (size_t i = 0; i < zone.len; i++) {
        if ((unsigned char)zone.ptr[i] >= 0x80)
            return NULL;
        id[i] = (UChar)zone.ptr[i];
    }
    ucal_getCanonicalTimeZoneID(id, (int32_t)zone.len, canonical, ZONE_MAX_BYTES, &is_system,
                                &status);
    if (U_FAILURE(status) || !is_system)
        return NULL;
    UCalendar *calendar = ucal_open(id, (int32_t)zone.len, "en", UCAL_GREGORIAN, &status);
    if (calendar != NULL)
        ucal_setMillis(calendar, (UDate)ms, &status);
    if (U_FAILURE(status) && calendar != NULL) {
        ucal_close(calendar);
        return NULL;
    }
    return calendar;
}

bool zone_is_known(str zone)
{
    UCalendar *calendar = open_zone(zone, 0);
    if (calendar == NULL)
        return false;
    ucal_close(calendar);
    return true;
}

static void read_span(struct zone_span *span, int64_t ms)
{
    UErrorCode status = U_ZERO_ERROR;
    UDate edge;
    UCalendar *calendar = open_zone(str_c(span->zone), ms);
    span->since_ms = INT64_MIN;
    span->until_ms = INT64_MAX;
    span->offset_s = 0;
    if (calendar == NULL)
        return;
    span->offset_s = (ucal_get(calendar, UCAL_ZONE_OFFSET, &status) +
                      ucal_get(calendar, UCAL_DST_OFFSET, &status)) /
                     1000;
    if (ucal_getTimeZoneTransitionDate(calendar, UCAL_TZ_TRANSITION_PREVIOUS_INCLUSIVE, &edge,
                                       &status))
        span->since_ms = (int64_t)edge;
    if (ucal_getTimeZoneTransitionDate(calendar, UCAL_TZ_TRANSITION_NEXT, &edge, &status))
        span->until_ms = (int64_t)edge;
    ucal_close(calendar);
}

int32_t zone_offset_s(const char *zone, int64_t ms)
{
    static _Thread_local struct zone_span cache[ZONES_CACHED];
    static _Thread_local unsigned next_victim;
    size_t len = strlen(zone);
    if (len >= ZONE_MAX_BYTES || strcmp(zone, "UTC") == 0)
        return 0;
    for (size_t i = 0; i < ZONES_CACHED; i++)
        if (strcmp(cache[i].zone, zone) == 0 && cache[i].since_ms <= ms && ms < cache[i].until_ms)
            return cache[i].offset_s;
    struct zone_span *span = &cache[next_victim++ % ZONES_CACHED];
    memcpy(span->zone, zone, len + 1);
    read_span(span, ms);
    return span->offset_s;
}

bool country_is_day(str code, int64_t ms)
{
    enum { FROM_HOUR = 9, TO_HOUR = 21, DAY_S = 24 * 3600, HOUR_S = 3600 };
    char region[3] = "";
    const char *zone;
    bool is_day = true;
    UErrorCode status = U_ZERO_ERROR;
    if (code.len != 2)
        return true;
    memcpy(region, code.ptr, 2);
    UEnumeration *zones = ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL_LOCATION, region,
                                                         NULL, &status);
    while (U_SUCCESS(status) && is_day && (zone = uenum_next(zones, NULL, &status)) != NULL) {
        int64_t local_s = ms / 1000 + zone_offset_s(zone, ms);
        int64_t hour = local_s % DAY_S / HOUR_S;
        is_day = hour >= FROM_HOUR && hour < TO_HOUR;
    }
    uenum_close(zones);
    return is_day;
}

static const struct err *to_utf8(struct arena *a, const UChar *text, int32_t len, str *ret)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t bytes = 0;
    char *copy = arena_alloc(a, (size_t)len * 3 + 1);
    if (copy == NULL)
        return &err_out_of_memory;
    u_strToUTF8(copy, len * 3 + 1, &bytes, text, len, &status);
    if (U_FAILURE(status))
        return ERR(a, ERR_BUG, "error.bug", "u_strToUTF8: %s", u_errorName(status));
    *ret = (str){copy, (size_t)bytes};
    return NULL;
}

static ULocaleDisplayNames *open_names(enum language language, UErrorCode *status)
{
    UDisplayContext contexts[] = {UDISPCTX_LENGTH_FULL,
                                  UDISPCTX_CAPITALIZATION_FOR_UI_LIST_OR_MENU};
    return uldn_openForContext(language == LANGUAGE_ZH ? "zh" : "en", contexts, 2, status);
}

/* An inhabited or at least listed territory of today, not a group, a removed code or "unknown". */
static bool is_country(const char *code)
{
    UErrorCode status = U_ZERO_ERROR;
    const URegion *region = uregion_getRegionFromCode(code, &status);
    return U_SUCCESS(status) && uregion_getType(region) == URGN_TERRITORY &&
           strcmp(code, "ZZ") != 0 && strcmp(uregion_getRegionCode(region), code) == 0;
}

static const struct err *read_name(struct arena *a, const ULocaleDisplayNames *names,
                                   const char *code, str *ret)
{
    UChar name[128];
    UErrorCode status = U_ZERO_ERROR;
    int32_t len = uldn_regionDisplayName(names, code, name, 128, &status);
    if (U_FAILURE(status) || len > 128)
        return ERR(a, ERR_BUG, "error.bug", "name of country %s: %s", code, u_errorName(status));
    return to_utf8(a, name, len, ret);
}

static bool find_country(str code, char *ret_upper)
{
    if (code.len != 2)
        return false;
    for (size_t i = 0; i < 2; i++)
        ret_upper[i] =
            (char)(code.ptr[i] >= 'a' && code.ptr[i] <= 'z' ? code.ptr[i] - 32 : code.ptr[i]);
    return is_country(ret_upper);
}

bool country_exists(str code)
{
    char upper[3] = "";
    return find_country(code, upper);
}

const struct err *country_name_of(struct arena *a, enum language language, str code, str *ret)
{
    char upper[3] = "";
    UErrorCode status = U_ZERO_ERROR;
    *ret = STR_NONE;
    if (!find_country(code, upper))
        return NULL;
    ULocaleDisplayNames *names = open_names(language, &status);
    if (U_FAILURE(status))
        return ERR(a, ERR_BUG, "error.bug", "uldn_open: %s", u_errorName(status));
    const struct err *e = read_name(a, names, upper, ret);
    uldn_close(names);
    return e;
}

/* ICU's collator is a C object that qsort cannot be handed, so names are sorted by their sort keys.
 */
struct sortable {
    struct country_name country;
    uint8_t key[96];
};

static int by_sort_key(const void *x, const void *y)
{
    const struct sortable *a = x, *b = y;
    return memcmp(a->key, b->key, sizeof a->key);
}

static const struct err *add_countries(struct arena *a, const ULocaleDisplayNames *names,
                                       const UCollator *order, struct sortable *all, size_t space,
                                       size_t *ret_count)
{
    const char *const *codes = uloc_getISOCountries();
    for (size_t i = 0; codes[i] != NULL && *ret_count < space; i++) {
        UChar name[128];
        UErrorCode status = U_ZERO_ERROR;
        struct sortable *one = &all[*ret_count];
        if (!is_country(codes[i]))
            continue;
        memcpy(one->country.code, codes[i], 3);
        int32_t len = uldn_regionDisplayName(names, codes[i], name, 128, &status);
        if (U_FAILURE(status) || len > 128)
            continue;
        TRY(to_utf8(a, name, len, &one->country.name));
        ucol_getSortKey(order, name, len, one->key, (int32_t)sizeof one->key);
        (*ret_count)++;
    }
    return NULL;
}

const struct err *country_list(struct arena *a, enum language language, struct country_name **ret,
                               size_t *ret_count)
{
    enum { SPACE = 300 };
    struct sortable *all;
    UErrorCode status = U_ZERO_ERROR;
    size_t count = 0;
    TRY_NEW_ARRAY(a, all, SPACE);
    TRY_NEW_ARRAY(a, *ret, SPACE);
    ULocaleDisplayNames *names = open_names(language, &status);
    UCollator *order = ucol_open(language == LANGUAGE_ZH ? "zh" : "en", &status);
    const struct err *e = U_FAILURE(status)
        ? ERR(a, ERR_BUG, "error.bug", "country names: %s", u_errorName(status))
        : add_countries(a, names, order, all, SPACE, &count);
    if (names != NULL)
        uldn_close(names);
    if (order != NULL)
        ucol_close(order);
    if (e != NULL)
        return e;
    qsort(all, count, sizeof *all, by_sort_key);
    for (size_t i = 0; i < count; i++)
        (*ret)[i] = all[i].country;
    *ret_count = count;
    return NULL;
}

str country_eu_list(void)
{
    return S(" AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK ");
}

bool country_is_eu(str code)
{
    const char padded[4] = {' ', code.len == 2 ? code.ptr[0] : '?',
                            code.len == 2 ? code.ptr[1] : '?', ' '};
    return str_find(country_eu_list(), (str){padded, sizeof padded}) >= 0;
}
