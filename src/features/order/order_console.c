/* Orders as the shop sees them: the list, one order with money, history and actions. Which ones:
 * order_search.c. */
#include "order/order_web.h"

#include "account/account.h"
#include "core/audit.h"
#include "core/permission.h"
#include "order/order_tpl.h"
#include "pool/pool.h"

/* ---- the list ---- */

/* "/console/reef/orders" with all that narrows the list but `state`. */
static const struct err *list_path(struct web *w, const struct order_search *s, const char *below,
                                   str state, struct url_safe *ret)
{
    struct id_text pool = id_format(s->pool_id), contact = id_format(s->contact_id.v);
    return url_format(
        w->arena, ret, "/console/%.*s/orders%s?state=%.*s&pool=%s&customer=%s&days=%lld",
        STR_ARG(w->shop_handle), below, STR_ARG(state), s->pool_id != 0 ? pool.text : "",
        s->contact_id.v != 0 ? contact.text : "", (long long)s->days);
}

static const struct err *fill_filters(struct web *w, const struct order_search *s,
                                      struct console_orders_view *v)
{
    struct order_search everybody = *s;
    everybody.contact_id.v = 0;
    for (size_t i = 0; i < COUNT(v->filters); i++) {
        struct console_filter *f = &v->filters[i];
        f->state = order_filters[i].name;
        f->text_key = order_filters[i].text_key;
        f->is_current = str_eq(s->state, str_c(f->state));
        TRY(list_path(w, s, "", str_c(f->state), &f->path));
    }
    v->contact_id = s->contact_id;
    return list_path(w, &everybody, "", s->state, &v->without_customer);
}

static const struct err *fill_pools(struct web *w, struct tx *tx, const struct order_search *s,
                                    struct console_orders_view *v)
{
    struct pool_report report;
    TRY(pool_report(tx, w->arena, w->shop_id, w->now_ms, w->now_ms, &report));
    v->pool_count = report.count;
    TRY_NEW_ARRAY(w->arena, v->pools, report.count);
    for (size_t i = 0; i < report.count; i++)
        v->pools[i] = (struct console_pool){report.pools[i].pool.id,
                                            pool_name_shown(w, &report.pools[i].pool),
                                            report.pools[i].pool.id.v == s->pool_id};
    return NULL;
}

static const struct err *fill_console_row(struct web *w, struct tx *tx, const struct order *o,
                                          struct order_row_view *ret)
{
    struct id_text id = id_format(o->id.v);
    struct pool pool;
    bool is_found;
    TRY(order_row_fill(w, tx, o, ret));
    ret->who = o->party.address.name;
    if (str_is_empty(ret->who)) {
        struct account buyer;
        TRY(account_get(tx, w->arena, o->buyer_id, &buyer));
        ret->who = buyer.name;
    }
    TRY(face_make(w->arena, ret->who, o->buyer_id.v, &ret->face));
    TRY(pool_of_order(tx, w->arena, w->shop_id, o->id.v, &is_found, &pool));
    ret->pool = is_found ? pool_name_shown(w, &pool) : S("");
    return url_format(w->arena, &ret->path, "/console/%.*s/orders/%s", STR_ARG(w->shop_handle),
                      id.text);
}

static const struct err *describe_list(struct web *w, const struct order_search *s,
                                       struct console_orders_view *v)
{
    struct id_text shop = id_format(w->shop_id.v);
    bool is_narrow = !str_is_empty(s->state) || !str_is_empty(s->query) || s->pool_id != 0 ||
                     s->contact_id.v != 0 || s->days != 0;
    v->query = s->query;
    v->state = s->state;
    v->days = s->days;
    TRY(url_format(w->arena, &v->live, "/live?topics=orders:%s", shop.text));
    TRY(list_path(w, s, "", s->state, &v->refresh));
    TRY(list_path(w, s, "/export.csv", s->state, &v->export));
    if (!str_is_empty(s->query))
        v->live = v->refresh = (struct url_safe){STR_NONE};
    if (v->count == s->limit) {
        TRY(list_path(w, s, "", s->state, &v->next));
        TRY(url_format(w->arena, &v->next, "%.*s&before=%lld", STR_ARG(v->next.url),
                       (long long)v->rows[v->count - 1].order.number));
    }
    v->empty = (struct empty_view){
        .drawing = "orders",
        .title = locale_text(w->locale, is_narrow ? "order.none_such" : "order.none_yet"),
        .words =
            locale_text(w->locale, is_narrow ? "order.none_such_words" : "order.none_yet_words")};
    return fill_filters(w, s, v);
}

static const struct err *may_change(struct web *w, struct tx *tx, bool *ret)
{
    str role;
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    *ret = permission_of_role(w->platform, role, "order.change");
    return NULL;
}

const struct err *order_console_list(struct web *w)
{
    struct console_orders_view *v;
    struct order_search search;
    struct order *orders;
    struct html h;
    struct tx *tx;
    TRY_NEW(w->arena, v);
    TRY(order_search_read(w, &search));
    TRY(page_init(w, &v->page, locale_text(w->locale, "order.orders")));
    TRY(web_read(w, &tx));
    if (search.pool_id != 0) {
        struct pool pool;
        TRY(pool_get(tx, w->arena, w->shop_id, (struct pool_id){search.pool_id}, &pool));
    }
    TRY(fill_pools(w, tx, &search, v));
    TRY(order_console_find(w, tx, &search, &orders, &v->count));
    if (search.contact_id.v != 0) {
        struct contact contact;
        TRY(identity_contact(tx, w->arena, w->shop_id, search.contact_id, &contact));
        v->customer_name =
            str_is_empty(contact.name) ? locale_text(w->locale, "order.somebody") : contact.name;
    }
    TRY_NEW_ARRAY(w->arena, v->rows, v->count);
    for (size_t i = 0; i < v->count; i++)
        TRY(fill_console_row(w, tx, &orders[i], &v->rows[i]));
    TRY(describe_list(w, &search, v));
    TRY(may_change(w, tx, &v->may_change));
    web_html_begin(w, &h);
    if (web_is_fragment(w) && web_query(w, "before").len == 0)
        tpl_console_order_rows(&h, v);
    else
        tpl_console_orders(&h, v);
    return web_html(w, 200, &h);
}

/* ---- one order ---- */

static const struct audit_word {
    const char *action, *text_key, *tone, *glyph;
} audit_words[] = {
    {"order.placed", "order.log.placed", "done", "receipt"},
    {"order.paid", "order.log.paid", "good", "card"},
    {"order.part_paid", "order.log.part_paid", "done", "card"},
    {"order.cancelled", "order.log.cancelled", "bad", "x"},
    {"order.expired", "order.log.expired", "bad", "clock"},
    {"order.refunded", "order.log.refunded", "done", "undo"},
    {"order.refund_failed", "order.log.refund_failed", "bad", "alert"},
    {"order.shipped", "order.log.shipped", "done", "truck"},
    {"order.part_shipped", "order.log.part_shipped", "done", "truck"},
    {"order.delivered", "order.log.delivered", "good", "home"},
    {"order.payment_failed", "order.log.payment_failed", "bad", "card"},
    {"order.payment_returned", "order.log.payment_returned", "done", "undo"},
    {"order.authorised", "order.log.authorised", "good", "check"},
    {"order.payment_confirmed", "order.log.payment_confirmed", "done", "check"},
    {"order.payment_voided", "order.log.payment_voided", "done", "x"},
    {"order.payment_alarm", "order.log.payment_alarm", "bad", "alert"},
    {"order.changed", "order.log.changed", "done", "minus"},
    {"order.added", "order.log.added", "done", "plus"},
    {"order.readdressed", "order.log.readdressed", "done", "home"},
};

static const struct err *fill_log(struct web *w, struct tx *tx, struct console_order_view *v)
{
    struct audit_row *rows;
    size_t count;
    TRY(audit_list(tx, w->arena, w->shop_id, v->order.id.v, &rows, &count));
    TRY_NEW_ARRAY(w->arena, v->steps, count);
    for (size_t i = 0; i < count; i++) {
        struct timeline_row *row = &v->steps[v->step_count];
        for (size_t k = 0; k < COUNT(audit_words); k++)
            if (str_eq(rows[i].action, str_c(audit_words[k].action)))
                *row = (struct timeline_row){audit_words[k].tone, audit_words[k].glyph,
                                             locale_text(w->locale, audit_words[k].text_key),
                                             rows[i].at_ms,
                                             str_eq(rows[i].action, S("order.changed")) ||
                                                     str_eq(rows[i].action, S("order.added"))
                                                 ? rows[i].why : STR_NONE};
        if (row->tone != NULL)
            v->step_count++;
    }
    return NULL;
}

static const struct err *add_bookings(struct web *w, struct tx *tx, struct console_order_view *v,
                                      const char *reason, int64_t cause_id)
{
    static const char *const names[LEDGER_ACCOUNT_KIND_COUNT] = {
        NULL, "order.book.clearing", "order.book.sales", "order.book.shipping", "order.book.tax",
        "order.book.refunds", "order.book.fees", "order.book.receivable"};
    enum { BOOKINGS_MAX = 200 };
    struct ledger_entry *entries;
    size_t count;
    if (v->bookings == NULL)
        TRY_NEW_ARRAY(w->arena, v->bookings, BOOKINGS_MAX);
    TRY(ledger_of_cause(tx, w->arena, w->shop_id, reason, cause_id, &entries, &count));
    for (size_t i = 0; i < count && v->booking_count < BOOKINGS_MAX; i++)
        v->bookings[v->booking_count++] = (struct booking_view){
            names[entries[i].account], entries[i].at_ms,
            order_money(&v->order, entries[i].amount_minor), entries[i].pending};
    return NULL;
}

static const struct err *payment_label(struct web *w, const struct payments_of_order_row *row,
                                       str *ret)
{
    const struct payment_gateway *gateway = payment_gateway_find(w->platform, row->gateway);
    if (!str_is_empty(row->method_label))
        return payment_label_words(w->arena, w->locale, row->method_label, ret);
    *ret = gateway == NULL ? row->gateway : locale_text(w->locale, gateway->label_key);
    return NULL;
}

/* Whose shares of a split bill they pay: the shop reads the names as the buyer wrote them. */
static const struct err *fill_payers(struct web *w, struct tx *tx, struct console_order_view *v,
                                     const struct payments_of_order_row *rows)
{
    struct order_share *shares;
    size_t count;
    TRY(order_shares(tx, w->arena, w->shop_id, v->order.id, w->now_ms, &shares, &count));
    for (size_t i = 0; i < v->payment_count; i++)
        for (size_t k = 0; k < count; k++)
            if (rows[i].share_id == shares[k].id.v)
                v->payments[i].who = shares[k].name;
    return NULL;
}

static const struct err *fill_money(struct web *w, struct tx *tx, struct console_order_view *v)
{
    static const struct { const char *key, *tone, *glyph;
    } states[] = {[ATTEMPT_UNSET] = {"order.attempt.begun", "", "clock"},
                  [ATTEMPT_BEGUN] = {"order.attempt.begun", "", "clock"},
                  [ATTEMPT_WAITS] = {"order.attempt.waits", "warn", "clock"},
                  [ATTEMPT_CAPTURED] = {"order.attempt.captured", "good", "check"},
                  [ATTEMPT_FAILED] = {"order.attempt.failed", "bad", "x"},
                  [ATTEMPT_AUTHORISED] = {"order.attempt.authorised", "water", "check"},
                  [ATTEMPT_VOIDED] = {"order.attempt.voided", "", "x"},
                  [ATTEMPT_GOES_BACK] = {"order.attempt.goes_back", "", "undo"}};
    struct payments_of_order_row *rows;
    struct refunds_of_order_row *refunds;
    size_t count;
    TRY(payments_of_order(tx, w->arena, w->shop_id, v->order.id, ORDER_PAYMENTS_MAX, &rows,
                          &v->payment_count));
    TRY(refunds_of_order(tx, w->arena, w->shop_id, v->order.id, 100, &refunds, &count));
    TRY_NEW_ARRAY(w->arena, v->payments, v->payment_count);
    for (size_t i = 0; i < v->payment_count; i++) {
        const struct payment_gateway *gateway = payment_gateway_find(w->platform, rows[i].gateway);
        bool is_open = rows[i].state == ATTEMPT_WAITS || rows[i].state == ATTEMPT_AUTHORISED;
        bool is_due = rows[i].state == ATTEMPT_AUTHORISED ||
                      (is_open && gateway != NULL && gateway->words != NULL);
        v->payments[i] = (struct payment_view){
            .id = {rows[i].id},
            .may_capture = is_due && gateway != NULL && gateway->capture != NULL,
            .may_let_go = is_due && gateway != NULL && gateway->cancel != NULL,
            .state_key = states[rows[i].state].key,
            .tone = states[rows[i].state].tone,
            .glyph = states[rows[i].state].glyph,
            .amount = order_money(&v->order, rows[i].amount_minor),
            .returned = order_money(&v->order, rows[i].refunded_minor),
            .at_ms = rows[i].begun_ms};
        TRY(payment_label(w, &rows[i], &v->payments[i].label));
        TRY(add_bookings(w, tx, v, "order.paid", rows[i].id));
    }
    for (size_t i = 0; i < count; i++)
        TRY(add_bookings(w, tx, v, "order.refunded", refunds[i].id));
    return fill_payers(w, tx, v, rows);
}

static void fill_actions(struct console_order_view *v)
{
    const struct order *o = &v->order;
    struct order_place_in_life next, now = {o->state, o->payment, o->fulfilment};
    v->may_ship = order_rules_step(now, ORDER_ACT_SHIP, &next);
    v->may_deliver = order_rules_step(now, ORDER_ACT_DELIVER, &next);
    v->may_cancel = order_rules_step(now, ORDER_ACT_CANCEL, &next);
    v->may_change = order_is_editable(o) || order_rules_step(now, ORDER_ACT_READDRESS, &next);
    v->refundable = order_money(o, o->paid_minor - o->refunded_minor - o->refunding_minor);
    v->may_refund = v->refundable.minor > 0;
}

/* What was typed stands in the forms again. */
static const struct err *fill_typed(struct web *w, struct console_order_view *v)
{
    const struct order *o = &v->order;
    str field = v->fault.field;
    v->is_piecemeal = o->fulfilment == ORDER_PART_SHIPPED || web_has(w, "q0");
    v->is_beside = (v->may_refund && str_eq(field, S("amount"))) ||
                   (v->may_ship && str_eq(field, S("tracking"))) ||
                   (v->may_cancel && str_eq(field, S("why")));
    for (size_t i = 0; i < o->line_count; i++) {
        struct piece_input *piece = &v->pieces[i];
        int64_t left = order_line_left(&o->lines[i]);
        str name, all;
        TRY(str_fmt(w->arena, &name, "q%zu", i));
        TRY(str_to_c(w->arena, name, &piece->name));
        TRY(str_fmt(w->arena, &all, "%lld", (long long)left));
        piece->value = form_typed(w, piece->name, all);
        if (v->may_ship && left > 0 && str_eq(field, name))
            v->is_beside = v->is_piecemeal = true;
    }
    TRY(money_format(w->arena, v->refundable, &v->refund_value));
    v->refund_value = form_typed(w, "amount", v->refund_value);
    v->tracking = form_typed(w, "tracking", S(""));
    v->why = form_typed(w, "why", S(""));
    return NULL;
}

static const struct err *fill_console_order(struct web *w, struct tx *tx,
                                            struct console_order_view *v)
{
    struct account buyer;
    struct pool pool;
    bool is_found;
    const struct order *o = &v->order;
    struct id_text contact = id_format(o->contact_id.v);
    v->sums = order_view_sums(o);
    TRY(order_view_lines(tx, w->arena, &v->shop, o, &v->lines));
    if (!str_is_empty(o->party.address.line1))
        TRY(address_lines(w->arena, &o->party.address, w->locale->language, v->shop.country,
                          &v->address));
    TRY(account_get(tx, w->arena, o->buyer_id, &buyer));
    v->buyer_name = str_is_empty(o->party.address.name) ? buyer.name : o->party.address.name;
    TRY(pool_of_order(tx, w->arena, w->shop_id, o->id.v, &is_found, &pool));
    v->pool = is_found ? pool_name_shown(w, &pool) : S("");
    struct id_text pool_text = id_format(is_found ? pool.id.v : 0);
    TRY(url_format(w->arena, &v->pool_path, "/console/%.*s/orders?pool=%s", STR_ARG(w->shop_handle),
                   pool_text.text));
    TRY(url_format(w->arena, &v->contact_path, "/console/%.*s/customers/%s",
                   STR_ARG(w->shop_handle), contact.text));
    fill_actions(v);
    TRY(order_view_additions(w, tx, o, true, v->additions, &v->base, &v->base_number));
    TRY(order_view_parcels(w, tx, o, true, &v->parcels, &v->parcel_count));
    TRY(fill_log(w, tx, v));
    TRY(fill_money(w, tx, v));
    TRY(page_notes(w, tx,
                   &(struct page_subject){.kind = "order", .shop_id = o->shop_id, .id = o->id.v,
                                          .for_shop = true},
                   &v->notes, &v->note_count));
    TRY(fill_typed(w, v));
    TRY(order_fresh_key(w, &v->refund_key));
    TRY(order_fresh_key(w, &v->parcel_key));
    TRY(url_format(w->arena, &v->page.back, "/console/%.*s/orders", STR_ARG(w->shop_handle)));
    v->page.bar_title = v->page.title;
    return NULL;
}

static const struct err *show(struct web *w, int status, const struct err *fault)
{
    struct console_order_view *v;
    struct order_id id;
    struct html h;
    struct tx *tx;
    str number;
    TRY_NEW(w->arena, v);
    TRY(web_param_id(w, 1, &id.v));
    TRY(page_init(w, &v->page, S("")));
    TRY(web_read(w, &tx));
    TRY(order_get(tx, w->arena, w->platform, w->shop_id, id, &v->order));
    TRY(shop_get(tx, w->arena, w->shop_id, &v->shop));
    TRY(str_fmt(w->arena, &number, "%lld", (long long)v->order.number));
    TRY(locale_format(w->arena, w->locale, "order.title", (str[]){number}, 1, &v->page.title));
    v->fault = (struct form_fault){S(""), STR_NONE};
    if (fault != NULL)
        TRY(form_fault_of(w, fault, &v->fault));
    TRY(fill_console_order(w, tx, v));
    web_html_begin(w, &h);
    if (web_is_fragment(w))
        tpl_console_order_body(&h, v);
    else
        tpl_console_order(&h, v);
    return web_html(w, status, &h);
}

const struct err *order_console_show(struct web *w)
{
    return show(w, 200, NULL);
}

/* ---- actions ---- */

static const struct err *cancel_turn(struct turn *t, void *arg)
{
    const struct order_action *x = arg;
    const char *why;
    TRY(str_to_c(t->arena, str_is_empty(x->words) ? S("by the shop") : x->words, &why));
    return order_cancel(t, x->shop_id, x->id, why);
}

const struct err *order_console_act(struct web *w, turn_fn *fn, const char *field)
{
    struct order_action x = {.shop_id = w->shop_id, .words = S("")};
    TRY(web_param_id(w, 1, &x.id.v));
    if (field != NULL)
        TRY(web_text(w, field, 0, ORDER_NOTE_MAX, &x.words));
    return web_write(w, fn, &x);
}

const struct err *order_console_refund_do(struct web *w)
{
    struct order_id id;
    struct order o;
    int64_t amount_minor;
    struct tx *tx;
    str text, key = web_idempotency_key(w);
    TRY(web_param_id(w, 1, &id.v));
    TRY(web_text(w, "amount", 1, 30, &text));
    if (str_is_empty(key))
        return ERR(w->arena, ERR_INVALID, "error.key_missing", "refund without a key");
    TRY(web_read(w, &tx));
    TRY(order_get(tx, w->arena, w->platform, w->shop_id, id, &o));
    TRY(catalog_amount_read(w->arena, text, o.currency, "amount", &amount_minor));
    web_read_end(w);
    return order_refund(w->platform, w->arena, w->shop_id, id, amount_minor, key,
                        w->viewer.account_id);
}

const struct err *order_console_answer(struct web *w, const struct err *e, const char *flash)
{
    if (e != NULL && (e->kind == ERR_CONFLICT || e->kind == ERR_INVALID))
        return show(w, e->kind == ERR_CONFLICT ? 409 : 422, e);
    TRY(e);
    TRY(web_flash(w, flash));
    return web_redirect(w, "/console/%.*s/orders/%.*s", STR_ARG(w->shop_handle),
                        STR_ARG(web_param(w, 1)));
}

const struct err *order_console_cancel(struct web *w)
{
    return order_console_answer(w, order_console_act(w, cancel_turn, "why"),
                                "order.done.cancelled");
}

const struct err *order_console_refund(struct web *w)
{
    return order_console_answer(w, order_console_refund_do(w), "order.done.refunded");
}

const struct err *order_api_console_cancel(struct web *w)
{
    TRY(order_console_act(w, cancel_turn, "why"));
    return order_api_console_show(w);
}

const struct err *order_api_console_refund(struct web *w)
{
    TRY(order_console_refund_do(w));
    return order_api_console_show(w);
}

/* ---- figures of the navigation ---- */

const struct err *order_page_counts(struct web *w, struct tx *tx, struct page_counts *ret)
{
    if (w->viewer.account_id.v != 0) {
        struct cart_count_row cart;
        TRY(cart_count(tx, w->arena, w->viewer.account_id, &cart));
        ret->cart_lines = cart.things;
    }
    if (w->shop_id.v != 0) {
        struct console_waiting_row waiting;
        TRY(console_waiting(tx, w->arena, w->shop_id, &waiting));
        ret->orders_waiting = waiting.orders;
    }
    return NULL;
}
