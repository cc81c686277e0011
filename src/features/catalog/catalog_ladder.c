/* Ladders as they are stored ("48:4500,120:3990") and as people write them ("48: 45.00,
 * 120: 39.90"); the rules are catalog_ladder_rules.c. */
#include "catalog/catalog_part.h"

#include "catalog/catalog_sql.h"
#include "core/audit.h"

static const struct err *bad(struct arena *a, const char *what)
{
    return err_with_field(a, ERR(a, ERR_INVALID, "catalog.bad_ladder", "%s", what), "ladder");
}

/* ---- stored ---- */

const struct err *catalog_ladder_parse(struct arena *a, str rungs, struct ladder *ret)
{
    ret->rung_count = 0;
    for (str rest = rungs; !str_is_empty(rest); ret->rung_count++) {
        struct ladder_rung *rung = &ret->rungs[ret->rung_count];
        str part = str_cut(&rest, ',');
        str from = str_cut(&part, ':');
        if (ret->rung_count == LADDER_RUNGS_MAX || !str_to_int(from, &rung->from) ||
            !str_to_int(part, &rung->unit_minor))
            return ERR(a, ERR_BUG, "error.bug", "a stored ladder");
    }
    return NULL;
}

const struct err *catalog_ladder_store(struct arena *a, const struct ladder *ladder,
                                       struct ladder_stored *ret)
{
    struct strbuf sb;
    *ret = (struct ladder_stored){.min_quantity = catalog_ladder_or_one(ladder->min_quantity),
                                  .step = catalog_ladder_or_one(ladder->step),
                                  .low = {.has = ladder->rung_count > 0, .v = INT64_MAX}};
    strbuf_init(&sb, a, KiB(1));
    for (size_t i = 0; i < ladder->rung_count; i++) {
        const struct ladder_rung *rung = &ladder->rungs[i];
        strbuf_addf(&sb, "%s%lld:%lld", i == 0 ? "" : ",", (long long)rung->from,
                    (long long)rung->unit_minor);
        ret->low.v = rung->unit_minor < ret->low.v ? rung->unit_minor : ret->low.v;
    }
    return strbuf_finish(&sb, &ret->rungs);
}

const struct err *catalog_ladder_set(struct turn *t, struct shop_id shop, struct variant_id variant,
                                     const struct ladder *ladder)
{
    struct ladder_stored s;
    struct variant old;
    TRY(catalog_variant(t->tx, t->arena, shop, variant, &old));
    TRY(catalog_ladder_check(t->arena, ladder));
    if (catalog_ladder_is_same(&old.ladder, ladder))
        return NULL;
    TRY(catalog_ladder_store(t->arena, ladder, &s));
    TRY(catalog_ladder_put(t->tx, t->arena, shop, variant, s.min_quantity, s.step, s.rungs,
                           ladder->sample_minor, s.low));
    TRY(audit_write(t, &(struct audit){.shop_id = shop, .action = "catalog.ladder",
                                       .subject_id = variant.v}));
    return catalog_tell(t, shop, old.product_id, "catalog.product_saved");
}

/* ---- typed ---- */

/* Rungs stand apart by a comma or semicolon with a blank after it: "45,00" is one number. */
static str cut_rung(str *rest)
{
    size_t end = 0;
    while (end < rest->len && rest->ptr[end] != ';' && rest->ptr[end] != '\n' &&
           !(rest->ptr[end] == ',' && end + 1 < rest->len && rest->ptr[end + 1] == ' '))
        end++;
    str part = str_trim(str_sub(*rest, 0, end));
    *rest = end == rest->len ? S("") : str_trim(str_from(*rest, end + 1));
    return part;
}

const struct err *catalog_ladder_read(struct arena *a, str text, struct currency currency,
                                      struct ladder *ladder)
{
    ladder->rung_count = 0;
    for (str rest = str_trim(text); !str_is_empty(rest);) {
        str part = cut_rung(&rest);
        str from = str_trim(str_cut(&part, ':'));
        if (ladder->rung_count == LADDER_RUNGS_MAX || str_is_empty(str_trim(part)))
            return bad(a, "more than fit, or no price");
        struct ladder_rung *rung = &ladder->rungs[ladder->rung_count++];
        if (!str_to_int(from, &rung->from))
            return bad(a, "no quantity");
        if (catalog_price_read(a, part, currency, "ladder", &rung->unit_minor) != NULL)
            return bad(a, "no price");
    }
    return NULL;
}

const struct err *catalog_ladder_print(struct arena *a, const struct ladder *ladder,
                                       struct currency currency, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, KiB(1));
    for (size_t i = 0; i < ladder->rung_count; i++) {
        str price;
        TRY(money_format(a, (struct money){ladder->rungs[i].unit_minor, currency}, &price));
        strbuf_addf(&sb, "%s%lld: %.*s", i == 0 ? "" : ", ", (long long)ladder->rungs[i].from,
                    STR_ARG(price));
    }
    return strbuf_finish(&sb, ret);
}
