#include "delivery/delivery_rules.h"

#include "base/utf8.h"
#include "core/i18n.h"

enum { AMOUNT_MAX = 1000000000, WEIGHT_MAX_G = 100000000, DIVISOR_MAX = 100000 };

static const struct err *refuse(struct arena *a, const char *key, const char *field)
{
    return err_with_field(a, ERR(a, ERR_INVALID, key, "%s", field), field);
}

/* ---- countries ---- */

bool delivery_names(str countries, str country)
{
    char padded[4] = {' ', '\0', '\0', ' '};
    if (country.len != 2)
        return false;
    padded[1] = country.ptr[0];
    padded[2] = country.ptr[1];
    return str_find(countries, (str){padded, sizeof padded}) >= 0;
}

str delivery_in_both(str countries, str others)
{
    if (str_eq(countries, S("*")) && str_eq(others, S("*")))
        return S("*");
    while (!str_is_absent(countries)) {
        str country = str_cut(&countries, ' ');
        if (delivery_names(others, country))
            return country;
    }
    return STR_NONE;
}

static bool is_gap(char c)
{
    return c == ' ' || c == ',' || c == ';' || c == '\n' || c == '\r' || c == '\t';
}

static str next_word(str *rest)
{
    size_t from = 0, to;
    while (from < rest->len && is_gap(rest->ptr[from]))
        from++;
    for (to = from; to < rest->len && !is_gap(rest->ptr[to]);)
        to++;
    str word = str_sub(*rest, from, to - from);
    *rest = str_from(*rest, to);
    return word;
}

const struct err *delivery_countries_read(struct arena *a, str typed, str *ret)
{
    struct strbuf out;
    typed = str_trim(typed);
    if (str_eq(typed, S("*"))) {
        *ret = S("*");
        return NULL;
    }
    strbuf_init(&out, a, 4 * (DELIVERY_COUNTRIES_MAX + 1));
    strbuf_add_char(&out, ' ');
    for (str word = next_word(&typed); word.len > 0; word = next_word(&typed)) {
        if (!country_exists(word))
            return err_with_arg(a, refuse(a, "delivery.bad_countries", "countries"),
                                str_sub(word, 0, 20));
        char code[2] = {(char)(word.ptr[0] & ~0x20), (char)(word.ptr[1] & ~0x20)};
        if (delivery_names(strbuf_view(&out), (str){code, 2}))
            continue;
        strbuf_add(&out, (str){code, 2});
        strbuf_add_char(&out, ' ');
    }
    TRY(strbuf_finish(&out, ret));
    return ret->len > 1 ? NULL : refuse(a, "delivery.no_countries", "countries");
}

/* ---- methods ---- */

bool delivery_steps_parse(str text, struct delivery_step *ret, size_t *ret_count)
{
    *ret_count = 0;
    if (str_is_empty(text))
        return true;
    while (!str_is_absent(text)) {
        str pair = str_cut(&text, ';'), up_to = str_cut(&pair, '=');
        if (*ret_count == DELIVERY_STEPS_MAX || str_is_absent(pair) ||
            !str_to_int(up_to, &ret[*ret_count].up_to) ||
            !str_to_int(pair, &ret[*ret_count].price_minor))
            return false;
        (*ret_count)++;
    }
    return true;
}

const struct err *delivery_steps_text(struct arena *a, const struct delivery_method *m, str *ret)
{
    struct strbuf out;
    strbuf_init(&out, a, KiB(2));
    for (size_t i = 0; i < m->step_count; i++)
        strbuf_addf(&out, "%s%lld=%lld", i == 0 ? "" : ";", (long long)m->steps[i].up_to,
                    (long long)m->steps[i].price_minor);
    return strbuf_finish(&out, ret);
}

static bool has_steps(const struct delivery_method *m)
{
    return m->kind == DELIVERY_BY_WEIGHT || m->kind == DELIVERY_BY_PRICE;
}

static bool steps_are_fit(const struct delivery_method *m)
{
    int64_t most = m->kind == DELIVERY_BY_WEIGHT ? WEIGHT_MAX_G : AMOUNT_MAX;
    if (!has_steps(m))
        return m->step_count == 0;
    for (size_t i = 0; i < m->step_count; i++)
        if (m->steps[i].up_to <= (i == 0 ? 0 : m->steps[i - 1].up_to) ||
            m->steps[i].up_to > most || m->steps[i].price_minor < 0 ||
            m->steps[i].price_minor > AMOUNT_MAX)
            return false;
    return m->step_count > 0;
}

const struct err *delivery_method_check(struct arena *a, const struct delivery_method *m)
{
    if (str_is_empty(m->name) || utf8_count(m->name) > DELIVERY_NAME_MAX ||
        !utf8_is_title(m->name))
        return refuse(a, "delivery.bad_name", "name");
    if (m->kind <= DELIVERY_KIND_UNSET || m->kind >= DELIVERY_KIND_COUNT || m->price_minor < 0 ||
        m->price_minor > AMOUNT_MAX || m->free_from_minor < 0 || m->free_from_minor > AMOUNT_MAX ||
        m->volume_divisor < 0 || m->volume_divisor > DIVISOR_MAX)
        return refuse(a, "delivery.bad_method", "price");
    if (!steps_are_fit(m))
        return refuse(a, "delivery.bad_steps", "steps");
    if (m->days_from < 0 || m->days_to < m->days_from || m->days_to > DELIVERY_DAYS_MAX)
        return refuse(a, "delivery.bad_days", "days");
    return NULL;
}

int64_t delivery_weight_counted(const struct delivery_parcel *p, int64_t volume_divisor)
{
    int64_t by_volume = 0;
    if (volume_divisor > 0) /* mm3 / divisor = cm3 * 1000 g / divisor, rounded up */
        by_volume = p->volume_mm3 / volume_divisor + (p->volume_mm3 % volume_divisor != 0);
    return by_volume > p->weight_g ? by_volume : p->weight_g;
}

bool delivery_price(const struct delivery_method *m, const struct delivery_parcel *p,
                    int64_t *ret_minor, bool *ret_is_free)
{
    int64_t measure = m->kind == DELIVERY_BY_WEIGHT
                          ? delivery_weight_counted(p, m->volume_divisor)
                          : p->goods_minor;
    *ret_is_free = false;
    *ret_minor = m->kind == DELIVERY_FLAT ? m->price_minor : 0;
    if (has_steps(m)) {
        size_t at = 0;
        while (at < m->step_count && m->steps[at].up_to < measure)
            at++;
        if (at == m->step_count)
            return false;
        *ret_minor = m->steps[at].price_minor;
    }
    if (*ret_minor > 0 && m->free_from_minor > 0 && p->goods_minor >= m->free_from_minor) {
        *ret_minor = 0;
        *ret_is_free = true;
    }
    return true;
}
