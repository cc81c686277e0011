/* Settings of the server and of shops: see setting.h. */
#include "core/setting.h"

#include "core/audit.h"
#include "core/core_sql.h"
#include "core/feature.h"
#include "core/secret.h"

const struct setting_def *setting_find(const struct platform *p, const char *key)
{
    for (size_t f = 0; f < p->feature_count; f++)
        for (size_t i = 0; i < p->features[f]->setting_count; i++)
            if (str_eq(str_c(p->features[f]->settings[i].key), str_c(key)))
                return &p->features[f]->settings[i];
    return NULL;
}

static const struct err *find_checked(struct arena *a, const struct platform *p,
                                      struct shop_id shop_id, const char *key,
                                      const struct setting_def **ret)
{
    const struct setting_def *def = setting_find(p, key);
    if (def == NULL)
        return ERR(a, ERR_BUG, "error.bug", "setting %s is declared by no feature", key);
    if ((def->scope == SETTING_SHOP) != (shop_id.v != 0))
        return ERR(a, ERR_BUG, "error.bug", "setting %s asked in the wrong scope", key);
    *ret = def;
    return NULL;
}

static bool value_fits(const struct setting_def *def, str value)
{
    int64_t number = 0;
    switch (def->type) {
    case SETTING_BOOL:
        return str_eq(value, S("true")) || str_eq(value, S("false"));
    case SETTING_INT:
        return str_to_int(value, &number) && number >= def->min && number <= def->max;
    case SETTING_TEXT:
    case SETTING_SECRET:
        return (int64_t)value.len <= def->max;
    case SETTING_UNSET:
        break;
    }
    UNREACHABLE();
}

static const struct err *refuse_value(struct arena *a, const struct setting_def *def)
{
    static const char *const keys[] = {[SETTING_BOOL] = "error.field_choice",
                                       [SETTING_INT] = "error.field_range",
                                       [SETTING_TEXT] = "error.field_long",
                                       [SETTING_SECRET] = "error.field_long"};
    const struct err *e = ERR(a, ERR_INVALID, keys[def->type], "setting %s", def->key);
    str number;
    if (def->type == SETTING_INT) {
        TRY(str_fmt(a, &number, "%lld", (long long)def->min));
        e = err_with_arg(a, e, number);
    }
    if (def->type != SETTING_BOOL) {
        TRY(str_fmt(a, &number, "%lld", (long long)def->max));
        e = err_with_arg(a, e, number);
    }
    return err_with_field(a, e, def->key);
}

static const struct err *load(struct tx *tx, struct arena *a, const struct platform *p,
                              struct shop_id shop_id, const struct setting_def *def, str *ret)
{
    struct setting_value_row row;
    bool found = false;
    str given = def->scope == SETTING_SERVER && p->setting_given != NULL
                    ? p->setting_given(def->key)
                    : STR_NONE;
    if (!str_is_absent(given)) {
        if (!value_fits(def, given))
            return refuse_value(a, def);
        *ret = given;
        return NULL;
    }
    TRY(setting_value(tx, a, shop_id, str_c(def->key), &row, &found));
    if (!found)
        *ret = str_c(def->default_value);
    else if (def->type == SETTING_SECRET)
        return secret_open(p, a, def->key, row.value, ret);
    else
        *ret = row.value;
    return NULL;
}

const struct err *setting_text(struct tx *tx, struct arena *a, const struct platform *p,
                               struct shop_id shop_id, const char *key, str *ret)
{
    const struct setting_def *def = NULL;
    TRY(find_checked(a, p, shop_id, key, &def));
    if (def->type != SETTING_TEXT && def->type != SETTING_SECRET)
        return ERR(a, ERR_BUG, "error.bug", "setting %s is no text", key);
    return load(tx, a, p, shop_id, def, ret);
}

const struct err *setting_int(struct tx *tx, struct arena *a, const struct platform *p,
                              struct shop_id shop_id, const char *key, int64_t *ret)
{
    const struct setting_def *def = NULL;
    TRY(find_checked(a, p, shop_id, key, &def));
    str value = STR_NONE;
    TRY(load(tx, a, p, shop_id, def, &value));
    if (def->type != SETTING_INT || !str_to_int(value, ret))
        return ERR(a, ERR_BUG, "error.bug", "setting %s is no number", key);
    return NULL;
}

const struct err *setting_bool(struct tx *tx, struct arena *a, const struct platform *p,
                               struct shop_id shop_id, const char *key, bool *ret)
{
    const struct setting_def *def = NULL;
    TRY(find_checked(a, p, shop_id, key, &def));
    if (def->type != SETTING_BOOL)
        return ERR(a, ERR_BUG, "error.bug", "setting %s is no switch", key);
    str value = STR_NONE;
    TRY(load(tx, a, p, shop_id, def, &value));
    *ret = str_eq(value, S("true"));
    return NULL;
}

const struct err *setting_set(struct turn *t, struct shop_id shop_id, const char *key, str value)
{
    const struct setting_def *def = NULL;
    TRY(find_checked(t->arena, t->platform, shop_id, key, &def));
    TRY(audit_write(t, &(struct audit){.shop_id = shop_id,
                                       .account_id = t->actor,
                                       .action = "setting.set",
                                       .why = str_c(key)}));
    if (str_is_absent(value))
        return setting_delete(t->tx, t->arena, shop_id, str_c(key));
    if (!value_fits(def, value))
        return refuse_value(t->arena, def);
    if (def->type == SETTING_SECRET)
        TRY(secret_seal(t->platform, t->arena, def->key, value, &value));
    return setting_put(t->tx, t->arena, shop_id, str_c(key), value, t->now_ms, t->actor);
}
