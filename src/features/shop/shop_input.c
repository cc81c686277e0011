/* Bytes from forms and JSON to what shop.c takes: one set of limits for pages and API. */
#include "core/text.h"
#include "shop/shop_part.h"

static const struct {
    str country, zone,
        currency; /* currency: of those that are offered, what its people count in, else dollars */
} homes[] = {
    {STR_INIT("AE"), STR_INIT("Asia/Dubai"), STR_INIT("USD")},
    {STR_INIT("AU"), STR_INIT("Australia/Sydney"), STR_INIT("AUD")},
    {STR_INIT("AT"), STR_INIT("Europe/Vienna"), STR_INIT("EUR")},
    {STR_INIT("BE"), STR_INIT("Europe/Brussels"), STR_INIT("EUR")},
    {STR_INIT("BR"), STR_INIT("America/Sao_Paulo"), STR_INIT("USD")},
    {STR_INIT("CA"), STR_INIT("America/Toronto"), STR_INIT("CAD")},
    {STR_INIT("CH"), STR_INIT("Europe/Zurich"), STR_INIT("CHF")},
    {STR_INIT("CN"), STR_INIT("Asia/Shanghai"), STR_INIT("CNY")},
    {STR_INIT("CZ"), STR_INIT("Europe/Prague"), STR_INIT("CZK")},
    {STR_INIT("DE"), STR_INIT("Europe/Berlin"), STR_INIT("EUR")},
    {STR_INIT("DK"), STR_INIT("Europe/Copenhagen"), STR_INIT("DKK")},
    {STR_INIT("ES"), STR_INIT("Europe/Madrid"), STR_INIT("EUR")},
    {STR_INIT("FI"), STR_INIT("Europe/Helsinki"), STR_INIT("EUR")},
    {STR_INIT("FR"), STR_INIT("Europe/Paris"), STR_INIT("EUR")},
    {STR_INIT("GB"), STR_INIT("Europe/London"), STR_INIT("GBP")},
    {STR_INIT("GR"), STR_INIT("Europe/Athens"), STR_INIT("EUR")},
    {STR_INIT("HK"), STR_INIT("Asia/Hong_Kong"), STR_INIT("HKD")},
    {STR_INIT("ID"), STR_INIT("Asia/Jakarta"), STR_INIT("USD")},
    {STR_INIT("IE"), STR_INIT("Europe/Dublin"), STR_INIT("EUR")},
    {STR_INIT("IN"), STR_INIT("Asia/Kolkata"), STR_INIT("INR")},
    {STR_INIT("IT"), STR_INIT("Europe/Rome"), STR_INIT("EUR")},
    {STR_INIT("JP"), STR_INIT("Asia/Tokyo"), STR_INIT("JPY")},
    {STR_INIT("KR"), STR_INIT("Asia/Seoul"), STR_INIT("KRW")},
    {STR_INIT("MX"), STR_INIT("America/Mexico_City"), STR_INIT("USD")},
    {STR_INIT("MY"), STR_INIT("Asia/Kuala_Lumpur"), STR_INIT("MYR")},
    {STR_INIT("NL"), STR_INIT("Europe/Amsterdam"), STR_INIT("EUR")},
    {STR_INIT("NO"), STR_INIT("Europe/Oslo"), STR_INIT("NOK")},
    {STR_INIT("NZ"), STR_INIT("Pacific/Auckland"), STR_INIT("NZD")},
    {STR_INIT("PH"), STR_INIT("Asia/Manila"), STR_INIT("USD")},
    {STR_INIT("PL"), STR_INIT("Europe/Warsaw"), STR_INIT("PLN")},
    {STR_INIT("PT"), STR_INIT("Europe/Lisbon"), STR_INIT("EUR")},
    {STR_INIT("SE"), STR_INIT("Europe/Stockholm"), STR_INIT("SEK")},
    {STR_INIT("SG"), STR_INIT("Asia/Singapore"), STR_INIT("SGD")},
    {STR_INIT("TH"), STR_INIT("Asia/Bangkok"), STR_INIT("THB")},
    {STR_INIT("TR"), STR_INIT("Europe/Istanbul"), STR_INIT("USD")},
    {STR_INIT("TW"), STR_INIT("Asia/Taipei"), STR_INIT("TWD")},
    {STR_INIT("US"), STR_INIT("America/New_York"), STR_INIT("USD")},
    {STR_INIT("VN"), STR_INIT("Asia/Ho_Chi_Minh"), STR_INIT("VND")},
    {STR_INIT("ZA"), STR_INIT("Africa/Johannesburg"), STR_INIT("USD")},
};
/* Zones beside the home of a country. */
static const str more_zones[] = {STR_INIT("UTC"),
                                 STR_INIT("America/Chicago"),
                                 STR_INIT("America/Denver"),
                                 STR_INIT("America/Los_Angeles"),
                                 STR_INIT("Australia/Perth"),
                                 STR_INIT("Atlantic/Azores")};

str shop_zone_of_country(str country)
{
    for (size_t i = 0; i < COUNT(homes); i++)
        if (str_eq(homes[i].country, country))
            return homes[i].zone;
    return S("UTC");
}

/* "zh-CN,zh;q=0.9": the first country that a browser names and we know. */
static str country_of_browser(struct web *w)
{
    str rest = http_request_header(w->rq, S("accept-language"));
    while (!str_is_empty(rest)) {
        str tag = str_trim(str_cut(&rest, ','));
        tag = str_cut(&tag, ';');
        for (size_t i = 0; tag.len > 3 && i < COUNT(homes); i++)
            if (tag.ptr[tag.len - 3] == '-' && str_ends(tag, homes[i].country))
                return homes[i].country;
    }
    return STR_NONE;
}

void shop_guess_home(struct web *w, str *ret_country, str *ret_currency)
{
    bool is_chinese = w->locale->language == LANGUAGE_ZH;
    *ret_country = country_of_browser(w);
    if (str_is_absent(*ret_country))
        *ret_country = is_chinese ? S("CN") : S("NL");
    for (size_t i = 0; i < COUNT(homes); i++)
        if (str_eq(homes[i].country, *ret_country))
            *ret_currency = homes[i].currency;
}

bool shop_zone(size_t n, str *ret)
{
    _Static_assert(COUNT(homes) + COUNT(more_zones) <= SHOP_ZONES_MAX, "room for all zones");
    if (n >= COUNT(homes) + COUNT(more_zones))
        return false;
    *ret = n < COUNT(homes) ? homes[n].zone : more_zones[n - COUNT(homes)];
    return true;
}

static const struct err *read_amount(struct web *w, const char *field, struct currency currency,
                                     int64_t *ret)
{
    struct money money;
    str text;
    *ret = 0;
    TRY(web_text(w, field, 0, 20, &text));
    if (str_is_absent(text))
        return NULL;
    if (money_parse(w->arena, str_trim(text), currency, &money) != NULL || money.minor < 0)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "shop.bad_amount", "%s", field),
                              field);
    *ret = money.minor;
    return NULL;
}

/* "21" or "5.5": percent with at most two decimals, which is what an amount of euros looks like. */
static const struct err *read_tax(struct web *w, int *ret)
{
    static const struct currency two_decimals = {"EUR"};
    int64_t points;
    if (read_amount(w, "tax", two_decimals, &points) != NULL || points > 10000)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "shop.bad_tax", "tax"), "tax");
    *ret = (int)points;
    return NULL;
}

const struct err *shop_read_settings(struct web *w, struct currency currency, struct shop_new *ret)
{
    struct shop_new n = {0};
    TRY(web_text(w, "name", 1, SHOP_NAME_MAX, &n.name));
    TRY(web_text(w, "tagline", 0, 200, &n.tagline));
    TRY(web_text(w, "about", 0, SHOP_TEXT_MAX, &n.about));
    TRY(web_text(w, "contact_email", 0, 254, &n.contact_email));
    TRY(web_text(w, "delivery_text", 0, SHOP_TEXT_MAX, &n.delivery_text));
    TRY(web_text(w, "returns_text", 0, SHOP_TEXT_MAX, &n.returns_text));
    TRY(web_text(w, "country", 2, 2, &n.country));
    TRY(web_text(w, "language", 0, 10, &n.language));
    TRY(web_text(w, "zone", 0, 60, &n.zone));
    TRY(web_text(w, "accent", 0, 20, &n.accent));
    TRY(read_amount(w, "shipping", currency, &n.shipping_minor));
    TRY(read_amount(w, "free_shipping_from", currency, &n.free_shipping_from_minor));
    TRY(read_tax(w, &n.tax_basis_points));
    n.tax_included = web_has(w, "tax_included");
    *ret = n;
    return NULL;
}

const struct err *shop_read_new(struct web *w, struct shop_new *ret)
{
    struct shop_new n = {.tax_included = true};
    TRY(web_text(w, "name", 1, SHOP_NAME_MAX, &n.name));
    TRY(web_text(w, "handle", 0, SHOP_HANDLE_MAX, &n.handle));
    TRY(web_text(w, "currency", 3, 3, &n.currency));
    TRY(web_text(w, "country", 2, 2, &n.country));
    TRY(web_text(w, "language", 0, 10, &n.language));
    if (str_is_absent(n.handle))
        TRY(text_slug(w->arena, n.name, SHOP_HANDLE_MAX, &n.handle));
    if (!web_has(w, "handle") && !str_is_empty(n.handle) && n.handle.len < SHOP_HANDLE_MIN)
        TRY(str_fmt(w->arena, &n.handle, "shop-%.*s", STR_ARG(n.handle)));
    n.zone = shop_zone_of_country(n.country);
    *ret = n;
    return NULL;
}
