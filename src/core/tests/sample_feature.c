/* See sample_feature.h. */
#include "sample_feature.h"

#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "core/audit.h"

int64_t sample_seen[SAMPLE_SEEN_MAX];
size_t sample_seen_count;
int64_t sample_poison;
int sample_job_failures;
_Atomic int sample_job_runs;
_Atomic int64_t sample_slices_left;
_Atomic int sample_long_runs;
const struct err *sample_job_error;
_Atomic int sample_orders;
int sample_renders;
struct shop_id sample_shop = {77};

void sample_reset(void)
{
    sample_seen_count = 0;
    sample_poison = 0;
    sample_job_failures = 0;
    sample_job_runs = 0;
    sample_slices_left = 0;
    sample_long_runs = 0;
    sample_job_error = NULL;
    sample_orders = 0;
    sample_renders = 0;
}

/* ---- handlers ---- */

static const struct err *say(struct web *w, const char *text)
{
    http_response_body(w->rs, 200, "text/plain; charset=utf-8", str_c(text));
    return NULL;
}

static const struct err *say_hello(struct web *w)
{
    return say(w, "hello");
}

static const struct err *sign_in(struct web *w)
{
    int64_t account = 0;
    TRY(web_int(w, "account", 1, INT64_MAX, &account));
    str token = STR_NONE;
    TRY(web_sign_in(w, (struct account_id){account}, &token));
    http_response_body(w->rs, 200, "text/plain", token);
    return NULL;
}

static const struct err *sign_out(struct web *w)
{
    TRY(web_sign_out(w));
    return web_redirect(w, "/");
}

static const struct err *comment(struct web *w)
{
    str text = STR_NONE;
    TRY(web_text(w, "text", 1, 20, &text));
    TRY(web_need_account(w, S("Ann")));
    return web_redirect_to(w, web_next(w, "/done"));
}

static const struct err *form_page(struct web *w)
{
    struct html h;
    web_html_begin(w, &h);
    html_csrf_field(&h);
    return web_html(w, 200, &h);
}

/* Says how often it ran, so that one sees whether an answer was made anew. */
static const struct err *same_page(struct web *w)
{
    struct html h;
    web_html_begin(w, &h);
    html_text_str(&h, language_tag(w->locale->language));
    html_text_int(&h, ++sample_renders);
    return web_html(w, 200, &h);
}

/* Writes whatever it can find out about who asks, and her number as a personal part. At "/cookie"
 * it also leaves a cookie, at "/twice" it writes two pages. */
static const struct err *nosy_page(struct web *w)
{
    struct html h, other;
    struct tx *tx;
    TRY(web_read(w, &tx));
    if (str_eq(web_param(w, 0), S("cookie")))
        TRY(web_flash(w, "sample.notice"));
    if (str_eq(web_param(w, 0), S("twice")))
        web_html_begin(w, &other);
    web_html_begin(w, &h);
    html_text_int(&h, ++sample_renders);
    html_text_str(&h, S(" knows:"));
    html_text_str(&h, w->viewer.account_id.v == 0 ? S("") : S(" account"));
    html_text_str(&h, w->viewer.session_id.v == 0 ? S("") : S(" session"));
    html_text_str(&h, w->visitor_id.v == 0 ? S("") : S(" visitor"));
    html_text_str(&h, w->viewer.csrf_token);
    html_text_str(&h, w->rq->client_ip);
    html_text_str(&h, w->rq->query);
    html_text_str(&h, w->rq->id);
    for (size_t i = 0; i < w->rq->header_count; i++)
        html_text_str(&h, w->rq->headers[i].value);
    html_text_str(&h, S(" you:"));
    html_personal_begin(&h, "number");
    html_text_int(&h, w->viewer.account_id.v);
    html_personal_end(&h);
    html_text_str(&h, S("."));
    return web_html(w, 200, &h);
}

const struct err *sample_personal(struct web *w, const struct html_part *parts, size_t count,
                                  str *ret)
{
    for (size_t i = 0; i < count; i++)
        TRY(str_fmt(w->arena, &ret[i], "%s %lld", parts[i].name,
                    (long long)w->viewer.account_id.v));
    return NULL;
}

static const struct err *visitor(struct web *w)
{
    struct visitor_id id;
    TRY(web_need_visitor(w, &id));
    str text = STR_NONE;
    TRY(str_fmt(w->arena, &text, "%lld", (long long)id.v));
    http_response_body(w->rs, 200, "text/plain", text);
    return NULL;
}

static const struct err *order_make(struct turn *t, void *arg, int *ret_status, str *ret_body)
{
    struct web *w = arg;
    int64_t quantity = 0;
    TRY(web_int(w, "quantity", 1, 100, &quantity));
    if (quantity == 99)
        return ERR(t->arena, ERR_CONFLICT, "db.check", "sold out");
    sample_orders += !db_is_rehearsal(t->tx);
    *ret_status = 201;
    return str_fmt(t->arena, ret_body, "{\"order\":%lld}", (long long)turn_new_id(t));
}

static const struct err *order_api(struct web *w)
{
    return web_once(w, order_make, w);
}

static const struct err *fail_inside(struct web *w)
{
    return ERR(w->arena, ERR_BUG, "error.bug", "the secret reason in /etc/passwd");
}

static const struct route routes[] = {
    ROUTE(GET, "/", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, say_hello, "home"),
    ROUTE(GET, "/form", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, form_page, "a form"),
    ROUTE(GET, "/visitor", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, visitor, "who am I"),
    ROUTE_SHARED("/shared/{of}", RATE_READ, SHARED_BY_ALL, nosy_page, "alike for all"),
    ROUTE_SHARED("/same/{of}", RATE_READ, SHARED_BY_VISITORS, same_page, "alike for visitors"),
    ROUTE(GET, "/me", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, say_hello, "any account"),
    ROUTE(GET, "/member", WHO_MEMBER, NULL, CSRF_NONE, 0, RATE_READ, say_hello, "members"),
    ROUTE(GET, "/operate", WHO_OPERATOR, NULL, CSRF_NONE, 0, RATE_READ, say_hello, "operators"),
    ROUTE(GET, "/console/{shop}/orders", WHO_SHOP, "order.read", CSRF_NONE, 0, RATE_READ, say_hello,
          "staff"),
    ROUTE(POST, "/console/{shop}/orders", WHO_SHOP, "order.write", CSRF_FORM, 1000, RATE_WRITE,
          say_hello, "owner"),
    ROUTE(POST, "/sign-in", WHO_ANYONE, NULL, CSRF_FORM, 1000, RATE_AUTH, sign_in, "signs in"),
    ROUTE(POST, "/sign-out", WHO_ACCOUNT, NULL, CSRF_FORM, 1000, RATE_WRITE, sign_out, "signs out"),
    ROUTE(POST, "/comment", WHO_ANYONE, NULL, CSRF_FORM, 1000, RATE_WRITE, comment, "comments"),
    ROUTE(POST, "/hook", WHO_PROVIDER, NULL, CSRF_NONE, 1000, RATE_PROVIDER, say_hello,
          "a provider"),
    ROUTE(GET, "/fail", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, fail_inside, "our fault"),
    ROUTE(POST, "/api/v1/orders", WHO_ACCOUNT, NULL, CSRF_API, 10000, RATE_WRITE, order_api,
          "orders"),
    ROUTE(GET, "/api/v1/me", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, say_hello, "who"),
};

void sample_sign_in(struct testing_browser *b, int64_t account_id)
{
    char form[64];
    snprintf(form, sizeof form, "account=%lld", (long long)account_id);
    struct testing_answer answer = testing_post(b, "/sign-in", form);
    ASSERT(answer.status == 200);
}

/* ---- hooks ---- */

static const struct err *viewer_load(struct tx *tx, struct arena *a, struct account_id id,
                                     struct viewer *ret)
{
    (void)tx, (void)a;
    ret->name = S("Ann");
    ret->is_guest = id.v < SAMPLE_MEMBERS;
    ret->is_operator = id.v >= SAMPLE_OPERATORS;
    return NULL;
}

static const struct err *guest_make(struct turn *t, str display_name, str language,
                                    struct account_id *ret)
{
    (void)display_name, (void)language;
    *ret = (struct account_id){turn_new_id(t) % SAMPLE_MEMBERS + 1};
    return NULL;
}

static const struct err *shop_by_handle(struct tx *tx, struct arena *a, str handle,
                                        struct shop_id *ret)
{
    (void)tx;
    if (!str_eq(handle, S("reef")))
        return ERR(a, ERR_NOT_FOUND, "error.not_found", "no such shop");
    *ret = sample_shop;
    return NULL;
}

/* ---- events and jobs ---- */

static const struct event_kind events[] = {
    {"sample.made", 1, "number: which"},
    {"sample.looped", 1, "emits itself"},
    {"other.made", 1, "nobody listens"},
};

static const struct err *on_made(struct turn *t, const struct event *e)
{
    if (e->number == sample_poison)
        return ERR(t->arena, ERR_CONFLICT, "db.check", "poisoned");
    ASSERT(sample_seen_count < SAMPLE_SEEN_MAX);
    if (!db_is_rehearsal(t->tx))
        sample_seen[sample_seen_count++] = e->number;
    str number;
    TRY(str_fmt(t->arena, &number, "%lld", (long long)e->number));
    return audit_write(t, &(struct audit){.shop_id = e->shop_id, .action = "sample.seen",
                                          .subject_id = e->subject_id, .why = number});
}

static const struct err *on_looped(struct turn *t, const struct event *e)
{
    if (!db_is_rehearsal(t->tx))
        sample_seen[sample_seen_count++] = e->depth;
    return event_emit(t, &(struct event){.kind = "sample.looped",
                                         .shop_id = e->shop_id,
                                         .subject_id = e->subject_id});
}

static const char *const made[] = {"sample.made", NULL};
static const char *const looped[] = {"sample.looped", NULL};
static const struct event_subscriber subscribers[] = {
    {"sample.on_made", made, on_made},
    {"sample.on_looped", looped, on_looped},
};

static const struct err *job_run(struct job_run *run)
{
    sample_job_runs++;
    if (str_eq(run->key, S("progress")))
        TRY(job_progress(run, 1, 2, S("half")));
    if (sample_job_failures > 0) {
        sample_job_failures--;
        return sample_job_error != NULL
                   ? sample_job_error
                   : ERR(run->arena, ERR_UNAVAILABLE, "error.unavailable", "not today");
    }
    return NULL;
}

/* In slices, so many as are left. */
static const struct err *long_run(struct job_run *run)
{
    if (sample_slices_left == 0)
        return NULL;
    sample_long_runs++;
    do
        sample_slices_left--;
    while (sample_slices_left > 0 && !job_should_rest(run));
    return NULL;
}

static const struct job_kind jobs[] = {
    {"sample.job", job_run, 60000, 3, 1000, 2, 0, "for tests"},
    {"sample.long", long_run, 60000, 1, 1000, 1, 3600 * 1000, "for tests, in slices"},
};

static const struct permission_def permissions[] = {
    {"order.read", "staff,viewer", "sees orders"},
    {"order.write", "staff", "changes orders"},
};

static const struct setting_def settings[] = {
    {"sample.limit", SETTING_SHOP, SETTING_INT, "5", 1, 10, false, "a number"},
    {"sample.open", SETTING_SERVER, SETTING_BOOL, "true", 0, 0, false, "a switch"},
    {"sample.token", SETTING_SHOP, SETTING_SECRET, NULL, 0, 100, false, "a secret"},
};

const struct feature sample_feature = {
    .name = "sample",
    .routes = routes, .route_count = COUNT(routes),
    .events = events, .event_count = COUNT(events),
    .subscribers = subscribers, .subscriber_count = COUNT(subscribers),
    .jobs = jobs, .job_count = COUNT(jobs),
    .permissions = permissions, .permission_count = COUNT(permissions),
    .settings = settings, .setting_count = COUNT(settings),
    .viewer_load = viewer_load,
    .guest_make = guest_make,
    .shop_by_handle = shop_by_handle,
};
const struct feature *const sample_features[1] = {&sample_feature};
