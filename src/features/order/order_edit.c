/* What an edit of an order comes to, and doing it: see order_edit.h. The order that is written anew
 * is order_rewrite.c, the addition order_addition.c. */
#include "order/order_part.h"

enum { CHANGES_MAX = 50, KEY_MAX = 200 };

/* ---- what is wanted ---- */

/* How many pieces the line has that are not taken out. */
static int64_t stays(const struct order_line *l)
{
    return l->quantity - l->dropped;
}

static int64_t wanted(const struct order_edit *e, size_t position, const struct order_line *l)
{
    for (size_t i = 0; i < e->line_count; i++)
        if (e->lines[i].position == (int64_t)position)
            return e->lines[i].quantity;
    return stays(l);
}

static const struct err *check_line(struct arena *a, const struct order *o,
                                    const struct order_edit *e, size_t i)
{
    const struct order_parcel_line *want = &e->lines[i];
    if (want->position < 0 || want->position >= (int64_t)o->line_count || want->quantity < 0 ||
        want->quantity > PRICE_QUANTITY_MAX)
        return ERR(a, ERR_INVALID, "price.bad_quantity", "line %lld: %lld",
                   (long long)want->position, (long long)want->quantity);
    for (size_t k = 0; k < i; k++)
        if (e->lines[k].position == want->position)
            return ERR(a, ERR_INVALID, "price.bad_quantity", "line %zu twice", k);
    return NULL;
}

/* All pieces that come in, one want per variant, in rising order. */
static const struct err *list_adds(struct arena *a, const struct order *o,
                                   const struct order_edit *e, struct price_want **ret,
                                   size_t *ret_count)
{
    struct price_want *list;
    size_t count = 0;
    if (e->add_count > ORDER_EDIT_ADDS_MAX || e->line_count > PRICE_LINES_MAX)
        return ERR(a, ERR_INVALID, "price.bad_lines", "%zu articles", e->add_count);
    TRY_NEW_ARRAY(a, list, e->add_count + o->line_count);
    for (size_t i = 0; i < e->line_count; i++)
        TRY(check_line(a, o, e, i));
    for (size_t i = 0; i < o->line_count; i++) {
        int64_t more = wanted(e, i, &o->lines[i]) - stays(&o->lines[i]);
        if (more > 0)
            list[count++] = (struct price_want){o->lines[i].variant_id, more};
    }
    for (size_t i = 0; i < e->add_count; i++)
        list[count++] = e->adds[i];
    *ret = list;
    *ret_count = 0;
    return count == 0 ? NULL : order_rules_wants(a, list, count, ret, ret_count);
}

/* ---- a paid order ---- */

static const struct err *list_drops(struct arena *a, const struct order *o,
                                    const struct order_edit *e, struct order_edit_plan *ret)
{
    TRY_NEW_ARRAY(a, ret->drops, o->line_count);
    for (size_t i = 0; i < o->line_count; i++) {
        int64_t less = stays(&o->lines[i]) - wanted(e, i, &o->lines[i]);
        if (less > 0)
            ret->drops[ret->drop_count++] = (struct order_parcel_line){(int64_t)i, less};
    }
    return ret->drop_count == 0
               ? NULL : order_drop_value(a, o, ret->drops, ret->drop_count, &ret->back_minor);
}

static const struct err *plan_paid(struct tx *tx, struct arena *a, const struct order *o,
                                   const struct order_edit *e, const struct price_want *adds,
                                   size_t add_count, struct order_edit_plan *ret)
{
    if (e->to != NULL || e->method_id != 0)
        return ERR(a, ERR_CONFLICT, "order.fixed_by_payment", "order %lld", (long long)o->id.v);
    TRY(list_drops(a, o, e, ret));
    if (add_count > 0)
        TRY(order_addition_quote(tx, a, o, ret, adds, add_count, &ret->quote));
    ret->difference_minor =
        (ret->quote == NULL ? 0 : ret->quote->total_minor) - ret->back_minor;
    return add_count + ret->drop_count > 0
               ? NULL : ERR(a, ERR_INVALID, "order.edits_nothing", "order %lld",
                            (long long)o->id.v);
}

/* ---- both ---- */

/* What stays of the variant of line i, when pieces of it are taken out; else 0. */
static int64_t stays_of(const struct order *o, const struct order_edit *e, size_t i)
{
    const struct order_line *l = &o->lines[i];
    int64_t was = 0, will = 0;
    for (size_t k = 0; !l->is_sample && k < o->line_count; k++) {
        if (o->lines[k].variant_id.v != l->variant_id.v || o->lines[k].is_sample)
            continue;
        if (k < i) /* counted with that line */
            return 0;
        was += stays(&o->lines[k]);
        will += wanted(e, k, &o->lines[k]);
    }
    return will < was ? will : 0;
}

static const struct err *list_odds(struct tx *tx, struct arena *a, const struct order *o,
                                   const struct order_edit *e, struct order_edit_plan *ret)
{
    TRY_NEW_ARRAY(a, ret->odds, o->line_count);
    for (size_t i = 0; i < o->line_count; i++) {
        int64_t left = stays_of(o, e, i), nearest;
        struct variant v;
        if (left == 0)
            continue;
        const struct err *fault = catalog_variant(tx, a, o->shop_id, o->lines[i].variant_id, &v);
        if (fault != NULL && fault->kind == ERR_NOT_FOUND)
            continue;
        TRY(fault);
        nearest = catalog_ladder_nearest(&v.ladder, left);
        if (nearest != left)
            ret->odds[ret->odd_count++] =
                (struct order_edit_odd){o->lines[i].title, left, nearest};
    }
    return NULL;
}

/* Whoever is at a provider's page pays what she was shown there. */
static const struct err *check_nobody_pays(struct tx *tx, struct arena *a, const struct order *o,
                                           int64_t now_ms)
{
    struct payments_of_order_row *rows;
    size_t count;
    TRY(payments_of_order(tx, a, o->shop_id, o->id, ORDER_PAYMENTS_MAX, &rows, &count));
    for (size_t i = 0; i < count; i++)
        if ((rows[i].state == ATTEMPT_BEGUN || rows[i].state == ATTEMPT_WAITS) &&
            rows[i].begun_ms + SHARE_BUSY_MS > now_ms)
            return ERR(a, ERR_CONFLICT, "order.being_paid", "payment %lld", (long long)rows[i].id);
    return NULL;
}

static bool may(const struct order *o, enum order_act act)
{
    struct order_place_in_life next, now = {o->state, o->payment, o->fulfilment};
    return order_rules_step(now, act, &next);
}

bool order_is_editable(const struct order *o)
{
    return o->is_agreed ? may(o, ORDER_ACT_ADD) && o->added_to.v == 0
                        : may(o, ORDER_ACT_REWRITE) ||
                              (may(o, ORDER_ACT_ADD) && o->added_to.v == 0);
}

static const struct err *check_order(struct arena *a, const struct order *o)
{
    if (o->added_to.v != 0)
        return ERR(a, ERR_CONFLICT, "order.is_addition", "order %lld", (long long)o->id.v);
    if (!may(o, ORDER_ACT_REWRITE) && !may(o, ORDER_ACT_ADD))
        return ERR(a, ERR_CONFLICT, "order.not_changeable", "order %lld", (long long)o->id.v);
    if (may(o, ORDER_ACT_REWRITE) && (o->is_agreed || o->deposit_minor > 0))
        return ERR(a, ERR_CONFLICT, "order.agreed", "order %lld", (long long)o->id.v);
    return NULL;
}

const struct err *order_edit_plan(struct tx *tx, struct arena *a, const struct order *o,
                                  const struct order_edit *e, int64_t now_ms,
                                  struct order_edit_plan *ret)
{
    struct price_want *adds;
    size_t add_count;
    *ret = (struct order_edit_plan){.is_rewrite = may(o, ORDER_ACT_REWRITE)};
    TRY(check_order(a, o));
    TRY(list_adds(a, o, e, &adds, &add_count));
    TRY(list_odds(tx, a, o, e, ret));
    if (!ret->is_rewrite)
        return plan_paid(tx, a, o, e, adds, add_count, ret);
    TRY(check_nobody_pays(tx, a, o, now_ms));
    TRY(order_rewrite_quote(tx, a, o, e, adds, add_count, &ret->quote));
    ret->difference_minor = ret->quote->total_minor - o->total_minor;
    return NULL;
}

/* ---- doing it ---- */

static const struct err *edit_paid(struct turn *t, const struct order *o,
                                   const struct order_edit *e, const struct order_edit_plan *plan,
                                   struct order_id *ret_addition)
{
    int64_t back;
    if (plan->quote != NULL)
        TRY(order_addition_make(t, o, plan->quote, e->key, ret_addition));
    if (plan->drop_count == 0)
        return change_insert(t->tx, t->arena, turn_new_id(t), o->shop_id, o->id, e->key, 0,
                             t->now_ms);
    return order_drop(t, &(struct order_drop){.shop_id = o->shop_id, .order_id = o->id,
                                              .key = e->key, .lines = plan->drops,
                                              .line_count = plan->drop_count,
                                              .expected_minor = plan->back_minor}, &back);
}

/* The same key again: what it did then. */
static const struct err *done_before(struct turn *t, const struct order_edit *e,
                                     struct order_id *ret_addition, bool *ret)
{
    struct change_of_key_row known;
    struct addition_of_key_row addition;
    bool has_addition;
    TRY(change_of_key(t->tx, t->arena, e->shop_id, e->order_id, e->key, &known, ret));
    if (!*ret)
        return NULL;
    TRY(addition_of_key(t->tx, t->arena, e->shop_id, e->order_id, e->key, &addition,
                        &has_addition));
    *ret_addition = has_addition ? addition.id : (struct order_id){0};
    return NULL;
}

const struct err *order_edit(struct turn *t, const struct order_edit *e,
                             struct order_id *ret_addition)
{
    struct order o;
    struct order_edit_plan plan;
    struct changes_count_row made;
    bool is_done;
    *ret_addition = (struct order_id){0};
    if (e->key.len == 0 || e->key.len > KEY_MAX)
        return ERR(t->arena, ERR_INVALID, "error.bad_key", "%zu bytes", e->key.len);
    TRY(order_load(t, e->shop_id, e->order_id, &o));
    TRY(done_before(t, e, ret_addition, &is_done));
    if (is_done)
        return NULL;
    TRY(changes_count(t->tx, t->arena, e->shop_id, e->order_id, &made));
    if (made.changes >= CHANGES_MAX)
        return ERR(t->arena, ERR_LIMIT, "order.too_many_changes", "order %lld", (long long)o.id.v);
    TRY(order_get(t->tx, t->arena, t->platform, e->shop_id, e->order_id, &o));
    TRY(order_edit_plan(t->tx, t->arena, &o, e, t->now_ms, &plan));
    if (e->is_shown && e->shown_minor != plan.difference_minor)
        return ERR(t->arena, ERR_CONFLICT, "order.changed_meanwhile", "%lld shown",
                   (long long)e->shown_minor);
    if (plan.drop_count > 0 && !e->may_give_back)
        return ERR(t->arena, ERR_DENIED, "error.denied", "money would go back");
    return plan.is_rewrite ? order_rewrite(t, &o, e, plan.quote)
                           : edit_paid(t, &o, e, &plan, ret_addition);
}
