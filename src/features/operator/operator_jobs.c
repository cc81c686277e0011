/* Jobs that gave up: the list, trying again, dropping; as pages and as JSON. */
#include "base/json.h"
#include "core/i18n.h"
#include "core/web_cookie.h"
#include "operator/operator_tpl.h"
#include "operator/operator_view.h"
#include "shop/shop.h"

enum { ANSWER_KIB = 64 };

/* ---- the list ---- */

/* A job's reason is the key of its error and the log's words. */
static const struct err *fill_job(struct web *w, struct tx *tx, const struct job_dead *dead,
                                  struct operator_job_view *ret)
{
    const char *key;
    str rest = dead->reason, word = str_cut(&rest, ' ');
    struct shop shop;
    *ret = (struct operator_job_view){.id = {dead->id}, .kind = dead->kind, .shop = STR_NONE,
                                      .detail = rest, .tries = dead->attempt,
                                      .ended_ms = dead->ended_ms};
    TRY(str_to_c(w->arena, word, &key));
    ret->words = locale_text(w->locale, key);
    if (dead->shop_id.v == 0)
        return NULL;
    const struct err *e = shop_get(tx, w->arena, dead->shop_id, &shop);
    if (e == NULL)
        ret->shop = shop.name;
    return e == NULL || e->kind == ERR_NOT_FOUND ? NULL : e;
}

static const struct err *load(struct web *w, struct operator_jobs_view *v)
{
    struct job_dead *dead;
    struct tx *tx;
    int64_t before = INT64_MAX;
    size_t count;
    str text = web_query(w, "before");
    if (!str_is_empty(text) && !id_parse(text, &before))
        return err_with_field(w->arena,
                              ERR(w->arena, ERR_INVALID, "error.bad_request", "before"), "before");
    TRY(web_read(w, &tx));
    TRY(job_dead_before(tx, w->arena, before, OPERATOR_JOBS_A_PAGE + 1, &dead, &count));
    v->count = count > OPERATOR_JOBS_A_PAGE ? OPERATOR_JOBS_A_PAGE : count;
    for (size_t i = 0; i < v->count; i++)
        TRY(fill_job(w, tx, &dead[i], &v->jobs[i]));
    if (count > OPERATOR_JOBS_A_PAGE)
        v->next_id = v->jobs[OPERATOR_JOBS_A_PAGE - 1].id;
    return NULL;
}

/* ---- what may be done ---- */

static const struct err *again_turn(struct turn *t, void *arg)
{
    return job_revive(t, *(const int64_t *)arg);
}

static const struct err *drop_turn(struct turn *t, void *arg)
{
    return job_drop(t, *(const int64_t *)arg);
}

static const struct err *act(struct web *w, turn_fn *fn)
{
    int64_t id;
    TRY(web_param_id(w, 0, &id));
    return web_write(w, fn, &id);
}

/* ---- pages ---- */

static const struct err *show(struct web *w, const struct err *wrong)
{
    struct operator_jobs_view *v;
    struct html h;
    TRY_NEW(w->arena, v);
    if (wrong != NULL)
        TRY(form_fault_of(w, wrong, &v->fault));
    TRY(page_init(w, &v->page, locale_text(w->locale, "operator.jobs")));
    v->page.is_private = true;
    TRY(load(w, v));
    if (v->next_id.v != 0) {
        struct id_text last = id_format(v->next_id.v);
        str path;
        TRY(str_fmt(w->arena, &path, "/admin/jobs?before=%s", last.text));
        ASSERT(url_check(path, &v->more));
    }
    web_html_begin(w, &h);
    tpl_operator_jobs(&h, v);
    return web_html(w, wrong == NULL ? 200 : err_policy_of(wrong->kind)->http_status, &h);
}

const struct err *operator_page_jobs(struct web *w)
{
    return show(w, NULL);
}

static const struct err *act_and_show(struct web *w, turn_fn *fn, const char *told)
{
    const struct err *e = act(w, fn);
    if (e != NULL)
        return e->kind == ERR_CONFLICT ? show(w, e) : e;
    TRY(web_flash(w, told));
    return web_redirect(w, "/admin/jobs");
}

const struct err *operator_page_again(struct web *w)
{
    return act_and_show(w, again_turn, "operator.revived");
}

const struct err *operator_page_drop(struct web *w)
{
    return act_and_show(w, drop_turn, "operator.dropped");
}

/* ---- JSON ---- */

const struct err *operator_api_jobs(struct web *w)
{
    struct operator_jobs_view *v;
    struct strbuf sb;
    struct json j;
    str text;
    TRY_NEW(w->arena, v);
    TRY(load(w, v));
    strbuf_init(&sb, w->arena, KiB(ANSWER_KIB));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < v->count; i++) {
        const struct operator_job_view *job = &v->jobs[i];
        json_object_begin(&j);
        json_put_id(&j, "id", job->id.v);
        json_put_str(&j, "kind", job->kind);
        json_put_str(&j, "shop", job->shop);
        json_put_str(&j, "reason", job->words);
        json_put_str(&j, "detail", job->detail);
        json_put_int(&j, "tries", job->tries);
        json_put_time(&j, "ended_at", job->ended_ms);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_put_id(&j, "next", v->next_id.v);
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, 200, text);
}

const struct err *operator_api_again(struct web *w)
{
    TRY(act(w, again_turn));
    return web_json(w, 202, S("{}"));
}

const struct err *operator_api_drop(struct web *w)
{
    TRY(act(w, drop_turn));
    return web_json(w, 200, S("{}"));
}
