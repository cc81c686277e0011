/* The tables of feature flow. */
#include "flow/flow.h"

#include "core/job.h"
#include "flow/flow_lexicon.h"
#include "flow/flow_pages.h"
#include "flow/flow_talk.h"
#include "flow_sql.h"

static const char *const needs[] = {"account",  "shop",  "media",    "catalog", "stock",
                                    "delivery", "tax",   "currency", "price",   "identity",
                                    "pool",     "order", "social",   "chat",    NULL};

static const struct event_kind events[] = {
    {"flow.started", 1, "subject: run, object: conversation, account: customer"},
    {"flow.finished", 1, "subject: run, object: order, account: customer"},
    {"flow.left", 1, "subject: run, object: conversation, account: customer; she cancelled"},
};

static const char *const comments[] = {"social.comment", NULL};
static const char *const shops[] = {"shop.created", NULL};
static const char *const orders[] = {"order.paid", "order.authorised", "order.expired",
                                     "order.cancelled", NULL};
static const char *const merges[] = {"account.merged", NULL};

static const struct event_subscriber subscribers[] = {
    {"flow.comment", comments, flow_comment_made},
    {"flow.standard", shops, flow_shop_created},
    {"flow.order", orders, flow_order_changed},
    {"flow.merge", merges, flow_account_merged},
};

/* ---- silence ends a run ---- */

enum { IDLE_MS = 24 * 3600 * 1000, SWEEP_MS = 600 * 1000, SWEEP_SLICE = 20 };

struct idle_run {
    struct shop_id shop_id;
    int64_t run_id;
};

static const struct err *end_idle(struct turn *t, void *arg)
{
    const struct idle_run *idle = arg;
    struct flow_talk *k = NULL;
    bool is_paid = false;
    TRY(flow_talk_load(t, idle->shop_id, idle->run_id, NULL, &k));
    if (k->state.phase != FLOW_RUNNING && k->state.phase != FLOW_PAYING)
        return NULL;
    TRY(flow_order_release(k, &is_paid));
    TRY(flow_talk_phase(k, is_paid ? FLOW_FINISHED : FLOW_LEFT, "a day without a word"));
    return flow_talk_save(k);
}

struct sweep {
    struct job_run *job;
    int64_t after;            /* the run looked at last */
    size_t count;             /* of the latest slice */
    const struct err *first;  /* of the runs that could not be ended; the others go on */
};

static const struct err *sweep_slice(struct sweep *s)
{
    static const struct account_id nobody;
    struct job_run *job = s->job;
    struct flow_runs_idle_row *rows = NULL;
    struct tx *tx = NULL;
    TRY(db_read_begin(job->platform->db, job->arena, &tx));
    const struct err *e = flow_runs_idle(tx, job->arena, job->now_ms - IDLE_MS, s->after,
                                         SWEEP_SLICE, SWEEP_SLICE, &rows, &s->count);
    db_read_end(tx);
    TRY(e);
    for (size_t i = 0; i < s->count; i++) {
        struct idle_run idle = {rows[i].shop_id, rows[i].id};
        e = turn_run(job->platform, job->arena, nobody, end_idle, &idle);
        s->first = s->first == NULL ? e : s->first;
        s->after = rows[i].id;
    }
    return NULL;
}

/* Each run ends in a short turn of its own. */
static const struct err *sweep(struct job_run *run)
{
    struct sweep s = {.job = run};
    do {
        struct arena_mark mark = arena_get_mark(run->arena);
        TRY(sweep_slice(&s));
        if (s.first == NULL) /* else it lives there */
            arena_rewind(run->arena, mark);
    } while (s.count == SWEEP_SLICE && !job_should_rest(run));
    return s.first;
}

static const struct job_kind jobs[] = {
    {"flow.pay", flow_pay_job, 30000, FLOW_PAY_ATTEMPTS, 1000, 4, 0,
     "places the order of a tapped pay button and asks the provider"},
    {"flow.sweep", sweep, 60000, 3, 60000, 1, SWEEP_MS,
     "ends conversations after a day of silence"},
};

#define PAGE "/console/{shop}/flows"
#define API "/api/v1/shops/{shop}/flows"
enum { SMALL_BODY = 64 * 1024 }; /* so that a long text is refused in our own words */

static const struct route routes[] = {
    ROUTE(GET, PAGE, WHO_SHOP, "flow.read", CSRF_NONE, 0, RATE_READ, flow_list_get,
          "the shop's flows"),
    ROUTE(POST, PAGE, WHO_SHOP, "flow.change", CSRF_FORM, SMALL_BODY, RATE_WRITE, flow_create_post,
          "another flow"),
    ROUTE(GET, PAGE "/{flow}", WHO_SHOP, "flow.read", CSRF_NONE, 0, RATE_READ, flow_edit_get,
          "editor of a flow"),
    ROUTE(POST, PAGE "/{flow}/steps", WHO_SHOP, "flow.change", CSRF_FORM, SMALL_BODY, RATE_WRITE,
          flow_steps_post, "adds a step to the draft"),
    ROUTE(POST, PAGE "/{flow}/steps/{step}", WHO_SHOP, "flow.change", CSRF_FORM, SMALL_BODY,
          RATE_WRITE, flow_step_post, "saves, moves or removes a step of the draft"),
    ROUTE(POST, PAGE "/{flow}/publish", WHO_SHOP, "flow.change", CSRF_FORM, SMALL_BODY, RATE_WRITE,
          flow_publish_post, "makes the draft the next version"),
    ROUTE(POST, PAGE "/{flow}/discard", WHO_SHOP, "flow.change", CSRF_FORM, SMALL_BODY, RATE_WRITE,
          flow_discard_post, "drops the draft"),
    ROUTE(POST, PAGE "/{flow}/triggers", WHO_SHOP, "flow.change", CSRF_FORM, SMALL_BODY, RATE_WRITE,
          flow_trigger_post, "a hashtag starts the flow"),
    ROUTE(POST, PAGE "/{flow}/triggers/{trigger}/remove", WHO_SHOP, "flow.change", CSRF_FORM,
          SMALL_BODY, RATE_WRITE, flow_trigger_remove_post, "the hashtag starts it no more"),
    ROUTE(GET, PAGE "/{flow}/people", WHO_SHOP, "flow.read", CSRF_NONE, 0, RATE_READ,
          flow_people_get, "who reached, answered or left at a step"),
    ROUTE(GET, PAGE "/{flow}/try", WHO_SHOP, "flow.read", CSRF_NONE, 0, RATE_READ, flow_try_get,
          "a conversation without order"),
    ROUTE(POST, PAGE "/{flow}/try", WHO_SHOP, "flow.change", CSRF_FORM, SMALL_BODY, RATE_WRITE,
          flow_try_post, "a message or tap in it"),
    ROUTE(POST, PAGE "/{flow}/try/again", WHO_SHOP, "flow.change", CSRF_FORM, SMALL_BODY,
          RATE_WRITE, flow_try_again_post, "begins it anew"),
    ROUTE(GET, API, WHO_SHOP, "flow.read", CSRF_NONE, 0, RATE_READ, flow_list_get,
          "the shop's flows"),
    ROUTE(POST, API, WHO_SHOP, "flow.change", CSRF_API, SMALL_BODY, RATE_WRITE, flow_create_post,
          "another flow"),
    ROUTE(GET, API "/{flow}", WHO_SHOP, "flow.read", CSRF_NONE, 0, RATE_READ, flow_edit_get,
          "a flow: steps with their figures, triggers"),
    ROUTE(POST, API "/{flow}/steps", WHO_SHOP, "flow.change", CSRF_API, SMALL_BODY, RATE_WRITE,
          flow_steps_post, "adds a step: kind question or quantity, text_en, text_zh, required"),
    ROUTE(POST, API "/{flow}/steps/{step}", WHO_SHOP, "flow.change", CSRF_API, SMALL_BODY,
          RATE_WRITE, flow_step_post, "do: save, up, down, place (before: another step) or remove"),
    ROUTE(POST, API "/{flow}/publish", WHO_SHOP, "flow.change", CSRF_API, SMALL_BODY, RATE_WRITE,
          flow_publish_post, "makes the draft the next version"),
    ROUTE(POST, API "/{flow}/discard", WHO_SHOP, "flow.change", CSRF_API, SMALL_BODY, RATE_WRITE,
          flow_discard_post, "drops the draft"),
    ROUTE(POST, API "/{flow}/triggers", WHO_SHOP, "flow.change", CSRF_API, SMALL_BODY, RATE_WRITE,
          flow_trigger_post, "a hashtag starts the flow: hashtag, product_id, post_id"),
    ROUTE(POST, API "/{flow}/triggers/{trigger}/remove", WHO_SHOP, "flow.change", CSRF_API,
          SMALL_BODY, RATE_WRITE, flow_trigger_remove_post, "the hashtag starts it no more"),
    ROUTE(GET, API "/{flow}/people", WHO_SHOP, "flow.read", CSRF_NONE, 0, RATE_READ,
          flow_people_get, "who reached, answered or left at a step"),
};

static const struct permission_def permissions[] = {
    {"flow.read", "staff,viewer", "see the bot and how far people come"},
    {"flow.change", "staff", "change what the bot says and what starts it"},
};

static const struct setting_def settings[] = {
    {"flow.answer_post_hashtags", SETTING_SHOP, SETTING_BOOL, "true", 0, 0, false,
     "a comment that repeats a hashtag of a post with products starts the bot, without a trigger"},
};

static const struct nav_item nav[] = {{50, "/flows", "flow.nav", "robot", "flow.read"}};

static const struct err *verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct flow_verify_paid_row *rows = NULL;
    size_t count = 0;
    TRY(flow_verify_paid(tx, a, 20, &rows, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "flow", "shop %lld run %lld: finished without an order",
                         (long long)rows[i].shop_id.v, (long long)rows[i].run_id);
    return NULL;
}

static const struct err *start(struct platform *p, struct arena *a)
{
    const struct flow_lexicon *lexicon = NULL;
    (void)p;
    TRY(flow_lexicon_new(a, &lexicon));
    flow_words_set(lexicon);
    chat_listen(flow_listen);
    return NULL;
}

const struct feature flow_feature = {
    .name = "flow",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .events = events,
    .event_count = COUNT(events),
    .subscribers = subscribers,
    .subscriber_count = COUNT(subscribers),
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .settings = settings,
    .setting_count = COUNT(settings),
    .nav = nav,
    .nav_count = COUNT(nav),
    .migrations = flow_migrations,
    .migration_count = flow_migration_count,
    .queries = flow_queries,
    .query_count = flow_query_count,
    .verify = verify,
    .start = start,
};
