/* Which variant somebody means: from a product page's address, or from a form. Works with plain
 * radio buttons. */
#include "catalog/catalog.h"

static const char *const fields[PRODUCT_OPTIONS_MAX] = {"option1", "option2", "option3"};

/* Absent values of `wanted` match everything. */
static bool fits(const struct variant *v, const str *wanted)
{
    for (size_t i = 0; i < PRODUCT_OPTIONS_MAX; i++)
        if (!str_is_empty(wanted[i]) && !str_eq(wanted[i], v->options[i]))
            return false;
    return true;
}

static bool may_be_bought(const int64_t *left, size_t i)
{
    return left == NULL || left[i] != 0;
}

/* The first that fits and may be bought, else the first that fits, else -1. */
static ptrdiff_t find(const struct product *p, const int64_t *left, int64_t id, const str *wanted)
{
    ptrdiff_t found = -1;
    for (size_t i = 0; i < p->variant_count; i++) {
        if (id != 0 ? p->variants[i].id.v != id : !fits(&p->variants[i], wanted))
            continue;
        if (may_be_bought(left, i))
            return (ptrdiff_t)i;
        if (found < 0)
            found = (ptrdiff_t)i;
    }
    return found;
}

static struct option_value *value_of(struct option_choice *c, str value)
{
    for (size_t i = 0; i < c->count; i++)
        if (str_eq(c->values[i].value, value))
            return &c->values[i];
    return NULL;
}

/* The values of one option in the order of the variants. */
static const struct err *fill_option(struct arena *a, const struct product *p, const int64_t *left,
                                     int option, str wanted, struct option_choice *ret)
{
    *ret = (struct option_choice){.name = p->option_names[option], .field = fields[option]};
    TRY_NEW_ARRAY(a, ret->values, p->variant_count);
    for (size_t i = 0; i < p->variant_count; i++) {
        str value = p->variants[i].options[option];
        struct option_value *v = value_of(ret, value);
        if (v == NULL) {
            v = &ret->values[ret->count++];
            *v = (struct option_value){
                .value = value, .is_chosen = str_eq(value, wanted), .is_gone = true};
        }
        if (may_be_bought(left, i))
            v->is_gone = false;
    }
    return NULL;
}

const struct err *catalog_choose(struct web *w, const struct product *p, const int64_t *left,
                                 struct option_chooser *ret)
{
    str wanted[PRODUCT_OPTIONS_MAX] = {STR_NONE, STR_NONE, STR_NONE};
    int64_t id = 0;
    *ret = (struct option_chooser){.left = -1};
    if (!id_parse(web_query(w, "v"), &id))
        for (size_t i = 0; i < PRODUCT_OPTIONS_MAX; i++)
            wanted[i] = web_query(w, fields[i]);
    ptrdiff_t at = find(p, left, id, wanted);
    if (at < 0 && id != 0)
        at = find(p, left, 0, wanted);
    if (at >= 0) {
        ret->chosen = &p->variants[at];
        ret->left = left == NULL ? -1 : left[at];
    }
    if (p->variant_count <= 1)
        return NULL;
    ret->count = p->option_count;
    for (int i = 0; i < ret->count; i++)
        TRY(fill_option(w->arena, p, left, i, at >= 0 ? p->variants[at].options[i] : wanted[i],
                        &ret->options[i]));
    return NULL;
}

const struct err *catalog_form_variant(struct web *w, const struct product *p,
                                       const struct variant **ret)
{
    enum { VALUE_MAX = 500 };
    str wanted[PRODUCT_OPTIONS_MAX];
    int64_t id = 0;
    bool is_whole = true;
    if (web_has(w, "variant"))
        TRY(web_id(w, "variant", &id));
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++) {
        TRY(web_text(w, fields[i], 0, VALUE_MAX, &wanted[i]));
        is_whole = is_whole && (i >= p->option_count || !str_is_empty(wanted[i]));
    }
    ptrdiff_t at = id != 0 || is_whole || p->variant_count == 1 ? find(p, NULL, id, wanted) : -1;
    if (at < 0)
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "catalog.choose", "no such variant"), "variant");
    *ret = &p->variants[at];
    return NULL;
}
