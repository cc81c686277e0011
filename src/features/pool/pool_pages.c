/* The console's overview of pools and the page of one; what handlers share (pool_view.h). */
#include "pool/pool_view.h"

#include "core/i18n.h"
#include "core/permission.h"
#include "pool/pool_part.h"
#include "pool/pool_tpl.h"
#include "shop/shop.h"
#include "sys/qr.h"

enum { CHART_HEIGHT = 160, CHART_STEP = 24, DEFAULT_DAYS = 30 };
static const int64_t DAY_MS = (int64_t)24 * 3600 * 1000;

/* ---- shared ---- */

const struct err *pool_range_read(struct web *w, struct tx *tx, struct pool_range *ret)
{
    struct shop shop;
    int64_t days = DEFAULT_DAYS;
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    if (!str_to_int(web_query(w, "days"), &days) ||
        (days != 1 && days != 7 && days != 30 && days != 0))
        days = DEFAULT_DAYS;
    *ret = (struct pool_range){
        .days = days, .to_ms = INT64_MAX, .currency = shop.currency, .shop_handle = shop.handle};
    for (size_t i = 0; i < shop.zone.len && i + 1 < sizeof ret->zone; i++)
        ret->zone[i] = shop.zone.ptr[i];
    int64_t offset_ms = (int64_t)zone_offset_s(ret->zone, w->now_ms) * 1000;
    if (days > 0)
        ret->from_ms = ((w->now_ms + offset_ms) / DAY_MS - (days - 1)) * DAY_MS - offset_ms;
    return NULL;
}

const struct err *pool_of_path(struct web *w, struct tx *tx, bool may_be_all, struct pool *ret)
{
    struct pool_id id;
    *ret = (struct pool){.shop_id = w->shop_id};
    if (may_be_all && str_eq(web_param(w, 1), S("all")))
        return NULL;
    TRY(web_param_id(w, 1, &id.v));
    return pool_get(tx, w->arena, w->shop_id, id, ret);
}

str pool_name_shown(struct web *w, const struct pool *pool)
{
    if (pool->id.v == 0)
        return locale_text(w->locale, "pool.all");
    if (str_eq(pool->key, S("direct")))
        return locale_text(w->locale, "pool.direct");
    if (str_eq(pool->key, S("unknown")))
        return locale_text(w->locale, "pool.unknown");
    return str_eq(pool->key, S("friends")) ? locale_text(w->locale, "pool.friends") : pool->name;
}

static const char *glyph_of(const struct pool *pool)
{
    if (pool->is_builtin)
        return str_eq(pool->key, S("direct")) ? "globe" : "info";
    if (str_eq(pool->key, S("friends")))
        return "users";
    if (str_find(pool->key, S("instagram")) >= 0 || str_find(pool->key, S("tiktok")) >= 0)
        return "camera";
    if (str_find(pool->key, S("mail")) >= 0 || str_find(pool->key, S("newsletter")) >= 0)
        return "mail";
    return str_find(pool->key, S("telegram")) >= 0 || str_find(pool->key, S("whatsapp")) >= 0
               ? "chat"
               : "link";
}

const struct pool_figures *pool_figures_find(const struct pool_report *report, struct pool_id pool)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->pools[i].pool.id.v == pool.v)
            return &report->pools[i];
    return &report->sum;
}

void pool_row_fill(struct web *w, const struct pool_figures *f, struct currency currency,
                   struct pool_row_view *ret)
{
    *ret = (struct pool_row_view){.id = f->pool.id,
                                  .name = pool_name_shown(w, &f->pool),
                                  .glyph = glyph_of(&f->pool),
                                  .is_builtin = f->pool.is_builtin,
                                  .visits = f->visits[VISIT_UNSET],
                                  .people = f->people,
                                  .leads = f->leads,
                                  .orders = f->orders,
                                  .paid = {f->paid_minor, currency},
                                  .refunded = {f->refunded_minor, currency},
                                  .kept = {f->paid_minor - f->refunded_minor, currency}};
}

void pool_verdict_fill(enum visit_verdict verdict, struct pool_verdict_view *ret)
{
    static const struct pool_verdict_view views[VISIT_VERDICT_COUNT] = {
        [VISIT_CRAWLER] = {.text_key = "pool.verdict.crawler",
                           .hint_key = "pool.verdict.crawler.hint",
                           .tone = "",
                           .glyph = "robot"},
        [VISIT_PREVIEW] = {.text_key = "pool.verdict.preview",
                           .hint_key = "pool.verdict.preview.hint",
                           .tone = "",
                           .glyph = "eye"},
        [VISIT_PREFETCH] = {.text_key = "pool.verdict.prefetch",
                            .hint_key = "pool.verdict.prefetch.hint",
                            .tone = "",
                            .glyph = "clock"},
        [VISIT_HEAD] = {.text_key = "pool.verdict.head",
                        .hint_key = "pool.verdict.head.hint",
                        .tone = "",
                        .glyph = "info"},
        [VISIT_DATA_CENTRE] = {.text_key = "pool.verdict.data_centre",
                               .hint_key = "pool.verdict.data_centre.hint",
                               .tone = "warn",
                               .glyph = "server"},
        [VISIT_NO_INTERACTION] = {.text_key = "pool.verdict.no_interaction",
                                  .hint_key = "pool.verdict.no_interaction.hint",
                                  .tone = "",
                                  .glyph = "minus"},
        [VISIT_PERSON] = {.text_key = "pool.verdict.person",
                          .hint_key = "pool.verdict.person.hint",
                          .tone = "good",
                          .glyph = "check"},
        [VISIT_INTENT] = {.text_key = "pool.verdict.intent",
                          .hint_key = "pool.verdict.intent.hint",
                          .tone = "gold",
                          .glyph = "star"},
    };
    ASSERT(verdict > VISIT_UNSET && verdict < VISIT_VERDICT_COUNT);
    *ret = views[verdict];
    ret->verdict = verdict;
    ret->has_list = !pool_verdict_is_counted_only(verdict);
}

static const struct err *may_change(struct web *w, struct tx *tx, bool *ret)
{
    str role;
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    *ret = permission_of_role(w->platform, role, "pool.change");
    return NULL;
}

/* ---- chart ---- */

static const struct err *fill_chart(struct web *w, struct tx *tx, struct pool_id pool,
                                    const struct pool_range *range, struct pool_chart *ret)
{
    struct pool_day *days;
    int64_t most = 1;
    TRY(pool_days(tx, w->arena, w->shop_id, pool, range->zone, w->now_ms, &days));
    *ret = (struct pool_chart){
        .first_ms = days[0].day_ms, .last_ms = w->now_ms, .kept = {0, range->currency}};
    for (int i = 0; i < POOL_DAYS; i++) {
        most = days[i].kept_minor > most ? days[i].kept_minor : most;
        ret->kept.minor += days[i].kept_minor;
        ret->orders += days[i].orders;
    }
    for (int i = 0; i < POOL_DAYS; i++) {
        int64_t kept = days[i].kept_minor < 0 ? 0 : days[i].kept_minor;
        int64_t height =
            kept == 0 ? 1 : 4 + (int64_t)((double)kept / (double)most * (CHART_HEIGHT - 14));
        ret->columns[i] = (struct pool_column){.x = (int64_t)i * CHART_STEP + 4,
                                               .y = CHART_HEIGHT - 1 - height,
                                               .height = height,
                                               .day_ms = days[i].day_ms,
                                               .orders = days[i].orders,
                                               .kept = {days[i].kept_minor, range->currency}};
        if (kept == most && ret->peak == NULL) {
            ret->peak = &ret->columns[i];
            ret->peak_percent =
                ((int64_t)i * CHART_STEP + CHART_STEP / 2) * 100 / (POOL_DAYS * CHART_STEP);
            ret->peak_anchor = i < POOL_DAYS / 4        ? "start"
                               : i >= POOL_DAYS * 3 / 4 ? "end"
                                                        : "middle";
        }
    }
    return NULL;
}

/* ---- overview ---- */

/* The richest pool first; those of equal money stay in their order. */
static void sort_rows(struct pool_list_view *v)
{
    for (size_t i = 1; i < v->row_count; i++)
        for (size_t k = i; k > 0 && v->rows[k].kept.minor > v->rows[k - 1].kept.minor; k--) {
            struct pool_row_view richer = v->rows[k];
            v->rows[k] = v->rows[k - 1];
            v->rows[k - 1] = richer;
        }
}

static void fill_bars(struct pool_list_view *v)
{
    int64_t most = 1, all = 0;
    for (size_t i = 0; i < v->row_count; i++) {
        most = v->rows[i].kept.minor > most ? v->rows[i].kept.minor : most;
        all += v->rows[i].kept.minor;
    }
    for (size_t i = 0; i < v->row_count; i++) {
        int64_t kept = v->rows[i].kept.minor < 0 ? 0 : v->rows[i].kept.minor;
        v->rows[i].width = (int64_t)((double)kept * 100.0 / (double)most);
        v->rows[i].percent = all > 0 ? (int64_t)((double)kept * 100.0 / (double)all + 0.5) : 0;
    }
}

static const struct err *show_list(struct web *w, struct pool_list_view *v, int status)
{
    struct pool_range range;
    struct pool_report report;
    struct tx *tx;
    struct html h;
    TRY(web_read(w, &tx));
    TRY(pool_range_read(w, tx, &range));
    TRY(pool_report(tx, w->arena, w->shop_id, range.from_ms, range.to_ms, &report));
    v->days = range.days;
    v->row_count = report.count;
    TRY_NEW_ARRAY(w->arena, v->rows, report.count);
    for (size_t i = 0; i < report.count; i++)
        pool_row_fill(w, &report.pools[i], range.currency, &v->rows[i]);
    pool_row_fill(w, &report.sum, range.currency, &v->sum);
    sort_rows(v);
    fill_bars(v);
    v->machines = v->sum.visits - report.sum.visits[VISIT_PERSON] - report.sum.visits[VISIT_INTENT];
    TRY(fill_chart(w, tx, (struct pool_id){0}, &range, &v->chart));
    TRY(may_change(w, tx, &v->may_change));
    TRY(page_init(w, &v->page, locale_text(w->locale, "pool.title")));
    web_html_begin(w, &h);
    tpl_pool_overview(&h, v);
    return web_html(w, status, &h);
}

const struct err *pool_list_page(struct web *w)
{
    struct pool_list_view *v;
    TRY_NEW(w->arena, v);
    return show_list(w, v, 200);
}

const struct err *pool_make_turn(struct turn *t, void *arg)
{
    struct pool_make_command *c = arg;
    str key;
    TRY(pool_key_of_name(t->arena, c->name, &key));
    if (str_is_empty(key))
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "pool.bad_name", "no letters"),
                              "name");
    return pool_ensure(t, c->shop_id, key, c->name, &c->made);
}

/* The message of a form that was refused, or the error itself when it is of another kind. */
static const struct err *refusal(struct web *w, const struct err *e, str *ret)
{
    if (e->kind != ERR_INVALID && e->kind != ERR_CONFLICT)
        return e;
    return locale_format(w->arena, w->locale, e->key, e->args, ERR_ARGS_MAX, ret);
}

const struct err *pool_make_form(struct web *w)
{
    struct pool_make_command c = {.shop_id = w->shop_id};
    const struct err *e = web_text(w, "name", 1, POOL_NAME_MAX, &c.name);
    if (e == NULL)
        e = web_write(w, pool_make_turn, &c);
    if (e == NULL) {
        struct id_text id = id_format(c.made.v);
        TRY(web_flash(w, "pool.made"));
        return web_redirect(w, "/console/%.*s/pools/%s", STR_ARG(w->shop_handle), id.text);
    }
    struct pool_list_view *v;
    TRY_NEW(w->arena, v);
    v->name = c.name;
    TRY(refusal(w, e, &v->error));
    return show_list(w, v, 422);
}

/* ---- one pool ---- */

static const struct err *fill_links(struct web *w, struct tx *tx, struct pool_id pool,
                                    struct pool_one_view *v)
{
    struct pool_link_item *links;
    TRY(pool_links(tx, w->arena, w->shop_id, pool, &links, &v->link_count));
    TRY_NEW_ARRAY(w->arena, v->links, v->link_count);
    for (size_t i = 0; i < v->link_count; i++) {
        v->links[i] = (struct pool_link_view){.id = links[i].id,
                                              .code = links[i].code,
                                              .label = links[i].label,
                                              .target_path = links[i].target_path,
                                              .people = links[i].people,
                                              .orders = links[i].orders};
        TRY(str_fmt(w->arena, &v->links[i].url, "%.*s/l/%.*s", STR_ARG(w->platform->base_url),
                    STR_ARG(links[i].code)));
        TRY(channel_links(w->platform, tx, w->arena, w->shop_id, links[i].code, v->links[i].chats,
                          &v->links[i].chat_count));
        if (!url_check(links[i].target_path, &v->links[i].target))
            v->links[i].target = (struct url_safe){S("/")};
    }
    return NULL;
}

static const struct err *fill_reasons(struct web *w, struct tx *tx, const struct pool *pool,
                                      const struct pool_range *range, struct pool_one_view *v)
{
    struct pool_reason *reasons;
    struct pool_verdict_view verdict;
    TRY(pool_reasons(tx, w->arena, w->shop_id, pool, range->from_ms, range->to_ms, &reasons,
                     &v->reason_count));
    TRY_NEW_ARRAY(w->arena, v->reasons, v->reason_count);
    for (size_t i = 0; i < v->reason_count; i++) {
        pool_verdict_fill(reasons[i].verdict, &verdict);
        v->reasons[i] =
            (struct pool_reason_view){verdict.text_key, reasons[i].reason, reasons[i].visits};
    }
    return NULL;
}

static const struct err *show_one(struct web *w, struct pool_one_view *v, int status)
{
    struct pool_range range;
    struct pool_report report;
    struct pool pool;
    struct tx *tx;
    struct html h;
    TRY(web_read(w, &tx));
    TRY(pool_of_path(w, tx, false, &pool));
    TRY(pool_range_read(w, tx, &range));
    TRY(pool_report(tx, w->arena, w->shop_id, range.from_ms, range.to_ms, &report));
    const struct pool_figures *f = pool_figures_find(&report, pool.id);
    v->days = range.days;
    pool_row_fill(w, f, range.currency, &v->row);
    for (int verdict = VISIT_INTENT; verdict > VISIT_UNSET; verdict--) {
        struct pool_verdict_view *row = &v->verdicts[v->verdict_count];
        pool_verdict_fill((enum visit_verdict)verdict, row);
        row->visits = f->visits[verdict];
        v->verdict_count++;
    }
    TRY(fill_reasons(w, tx, &pool, &range, v));
    TRY(fill_links(w, tx, pool.id, v));
    TRY(fill_chart(w, tx, pool.id, &range, &v->chart));
    TRY(may_change(w, tx, &v->may_change));
    v->may_link = !pool.is_builtin && v->may_change;
    if (str_is_absent(v->target_path))
        TRY(str_fmt(w->arena, &v->target_path, "/s/%.*s", STR_ARG(w->shop_handle)));
    TRY(page_init(w, &v->page, v->row.name));
    web_html_begin(w, &h);
    tpl_pool_one(&h, v);
    return web_html(w, status, &h);
}

const struct err *pool_one_page(struct web *w)
{
    struct pool_one_view *v;
    TRY_NEW(w->arena, v);
    return show_one(w, v, 200);
}

const struct err *pool_link_make_turn(struct turn *t, void *arg)
{
    struct pool_link_command *c = arg;
    return pool_link_make(t, c->shop_id, c->pool_id, c->target_path, c->label, &c->made, &c->code);
}

/* A whole address of this site pasted in counts by its path. */
static str local_part(struct web *w, str target)
{
    str base = w->platform->base_url;
    bool is_ours = str_starts(target, base) && target.len > base.len && target.ptr[base.len] == '/';
    return is_ours ? str_from(target, base.len) : target;
}

const struct err *pool_link_form(struct web *w)
{
    struct pool_link_command c = {.shop_id = w->shop_id};
    struct id_text id;
    TRY(web_param_id(w, 1, &c.pool_id.v));
    id = id_format(c.pool_id.v);
    const struct err *e = web_text(w, "target_path", 1, 400, &c.target_path);
    if (e == NULL)
        e = web_text(w, "label", 0, POOL_LABEL_MAX, &c.label);
    c.target_path = local_part(w, str_trim(c.target_path));
    if (e == NULL)
        e = web_write(w, pool_link_make_turn, &c);
    if (e == NULL) {
        TRY(web_flash(w, "pool.link.made"));
        return web_redirect(w, "/console/%.*s/pools/%s", STR_ARG(w->shop_handle), id.text);
    }
    struct pool_one_view *v;
    TRY_NEW(w->arena, v);
    v->target_path = str_is_absent(c.target_path) ? S("") : c.target_path;
    v->label = c.label;
    TRY(refusal(w, e, &v->error));
    return show_one(w, v, 422);
}
