/* The pages of imports: the upload, what its columns mean, how far it is. */
#include "base/json.h"
#include "base/utf8.h"
#include "trade/trade_sql.h"
#include "trade/trade_tpl.h"
#include "trade/trade_view.h"

enum { EXAMPLE_BYTES = 40, TITLE_BYTES = 60 };

static struct trade_import_line_view line_of(const struct trade_import_row_row *row)
{
    return (struct trade_import_line_view){
        .id = row->id, .file_name = row->file_name, .state = (enum trade_state)row->state,
        .records = row->record_count, .bad = row->bad_count, .line = row->line_next,
        .made_ms = row->made_ms};
}

/* ---- the list and the upload ---- */

static const struct err *load_list(struct web *w, struct tx *tx, void *arg)
{
    struct trade_imports_view *v = arg;
    struct trade_import_row_row *rows;
    int64_t before = INT64_MAX;
    size_t count;
    str text = web_query(w, "before");
    if (!str_is_empty(text) && !id_parse(text, &before))
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "trade.bad_field", "before"),
                              "before");
    TRY(trade_import_list(tx, w->arena, w->shop_id, before, TRADE_LATEST + 1, TRADE_LATEST + 1,
                          &rows, &count));
    v->count = count > TRADE_LATEST ? TRADE_LATEST : count;
    for (size_t i = 0; i < v->count; i++)
        v->lines[i] = line_of(&rows[i]);
    if (count > TRADE_LATEST)
        v->next_id = rows[TRADE_LATEST - 1].id;
    return NULL;
}

static const struct err *show_list(struct web *w, const struct err *wrong)
{
    struct trade_imports_view *v;
    struct html h;
    TRY_NEW(w->arena, v);
    if (wrong != NULL)
        TRY(form_fault_of(w, wrong, &v->fault));
    TRY(trade_with_store(w, load_list, v));
    TRY(shop_page_init(w, &v->page, locale_text(w->locale, "trade.imports"), &v->shop));
    if (v->next_id.v != 0) {
        struct id_text last = id_format(v->next_id.v);
        str next;
        TRY(str_fmt(w->arena, &next, "/console/%.*s/trade/imports?before=%s",
                    STR_ARG(w->shop_handle), last.text));
        ASSERT(url_check(next, &v->next));
    }
    web_html_begin(w, &h);
    tpl_trade_imports(&h, v);
    return web_html(w, wrong == NULL ? 200 : 422, &h);
}

const struct err *trade_page_imports(struct web *w)
{
    return show_list(w, NULL);
}

const struct err *trade_upload(struct web *w, struct trade_import_id *ret)
{
    const struct form_field *file = form_file(&w->form, S("file"));
    if (file == NULL)
        return ERR(w->arena, ERR_INVALID, "trade.no_upload", "no file");
    struct trade_file n = {.shop = w->shop_id,
                          .actor = w->viewer.account_id,
                          .bytes = file->file_bytes,
                          .file_name = file->file_name,
                          .path = file->file_path};
    web_read_end(w);
    return trade_import_create(w->platform, w->arena, &n, ret);
}

const struct err *trade_page_upload(struct web *w)
{
    struct trade_import_id id;
    const struct err *e = trade_upload(w, &id);
    if (e != NULL)
        return e->kind == ERR_INVALID || e->kind == ERR_CONFLICT ? show_list(w, e) : e;
    struct id_text text = id_format(id.v);
    return web_redirect(w, "/console/%.*s/trade/imports/%s", STR_ARG(w->shop_handle), text.text);
}

/* ---- one import ---- */

static const struct err *fill_problems(struct web *w, struct tx *tx, struct trade_import_view *v)
{
    struct trade_problems_row *rows;
    TRY(trade_problems(tx, w->arena, w->shop_id, v->line.id, TRADE_PROBLEMS_SHOWN,
                       TRADE_PROBLEMS_SHOWN, &rows, &v->problem_count));
    for (size_t i = 0; i < v->problem_count; i++) {
        const char *key;
        TRY(str_to_c(w->arena, rows[i].reason, &key));
        str words = locale_text(w->locale, key);
        v->problems[i].line = rows[i].line;
        v->problems[i].words = words;
        if (rows[i].detail.len > 0)
            TRY(str_fmt(w->arena, &v->problems[i].words, "%.*s: %.*s", STR_ARG(words),
                        STR_ARG(rows[i].detail)));
    }
    return NULL;
}

/* That it stopped may be the very thing the disk did not take: then the disk is looked at. */
static const struct err *why_stopped(struct web *w, const struct trade_import_row_row *row,
                                     const char **ret)
{
    struct db_stats stats;
    *ret = NULL;
    if (row->state == TRADE_STOPPED)
        return str_to_c(w->arena, row->reason, ret);
    if (row->state != TRADE_RUNNING)
        return NULL;
    db_get_stats(trade_store(w->platform), &stats);
    *ret = stats.trouble;
    const struct err *e = trade_need_room(w->platform, w->arena);
    if (e != NULL && *ret == NULL)
        *ret = e->key;
    return NULL;
}

static const struct err *fill_reason(struct web *w, const struct trade_import_row_row *row,
                                     struct trade_import_view *v)
{
    struct strbuf sb;
    const char *key;
    str count;
    v->reason = STR_NONE;
    if (row->state == TRADE_FAILED) {
        TRY(str_to_c(w->arena, row->reason, &key));
        v->reason = locale_text(w->locale, key);
        return NULL;
    }
    TRY(why_stopped(w, row, &key));
    if (key == NULL)
        return NULL;
    v->line.state = TRADE_STOPPED;
    strbuf_init(&sb, w->arena, KiB(1));
    locale_number(w->locale, &sb, row->record_count);
    TRY(strbuf_finish(&sb, &count));
    return locale_format(w->arena, w->locale,
                         str_eq(str_c(key), S("db.disk_full")) ? "trade.stopped_full"
                                                               : "trade.stopped_disk",
                         &count, 1, &v->reason);
}

static const struct err *load(struct web *w, struct tx *tx, void *arg)
{
    struct trade_import_view *v = arg;
    struct trade_import_row_row row;
    struct trade_import_id id;
    bool is_found;
    TRY(web_param_id(w, 1, &id.v));
    TRY(trade_import_row(tx, w->arena, w->shop_id, id, &row, &is_found));
    if (!is_found)
        return ERR(w->arena, ERR_NOT_FOUND, "trade.no_import", "import %lld", (long long)id.v);
    v->line = line_of(&row);
    trade_mapping_read(row.columns, &v->m);
    v->m.direction = row.direction == TRADE_EXPORT ? TRADE_EXPORT : TRADE_IMPORT;
    v->is_under_way = row.state == TRADE_RUNNING || row.state == TRADE_REMOVING;
    TRY(fill_reason(w, &row, v));
    return fill_problems(w, tx, v);
}

/* The mapping as the form has it; a field it lacks stays. */
static const struct err *read_form(struct web *w, struct trade_mapping *m)
{
    int64_t n;
    str text;
    for (int f = 1; f < TRADE_FIELD_COUNT; f++) {
        if (!web_has(w, trade_field_names[f]))
            continue;
        TRY(web_int(w, trade_field_names[f], 0, TRADE_COLUMNS_MAX, &n));
        m->place[f] = (int)n;
    }
    if (web_has(w, "direction")) {
        TRY(web_text(w, "direction", 0, 10, &text));
        m->direction = str_eq(text, S("export")) ? TRADE_EXPORT : TRADE_IMPORT;
    }
    if (web_has(w, "order")) {
        TRY(web_int(w, "order", 0, 1, &n));
        m->order = n == 1 ? TRADE_MONTH_FIRST : TRADE_DAY_FIRST;
    }
    if (web_has(w, "comma")) {
        TRY(web_int(w, "comma", 0, 1, &n));
        m->comma = n == 1;
    }
    if (web_has(w, "money")) {
        struct currency c = {""};
        TRY(web_text(w, "money", 0, 3, &text));
        if (!str_is_empty(text))
            TRY(currency_parse(w->arena, text, &c));
        for (size_t i = 0; i < sizeof m->currency; i++)
            m->currency[i] = c.code[i];
    }
    return NULL;
}

static const struct err *fill_columns(struct web *w, const struct trade_sample *s,
                                      struct trade_import_view *v)
{
    TRY_NEW_ARRAY(w->arena, v->columns, s->column_count);
    v->column_count = s->column_count;
    for (size_t i = 0; i < s->column_count; i++) {
        struct trade_column_view *c = &v->columns[i];
        *c = (struct trade_column_view){.place = (int)i + 1, .example = S("")};
        c->title = utf8_cut_bytes(s->titles[i], TITLE_BYTES);
        for (size_t r = 0; r < s->row_count && c->example.len == 0; r++)
            if (!trade_is_nothing(s->rows[r][i]))
                c->example = utf8_cut_bytes(s->rows[r][i], EXAMPLE_BYTES);
    }
    for (int f = 1; f < TRADE_FIELD_COUNT; f++) {
        str key;
        TRY(str_fmt(w->arena, &key, "trade.field.%s", trade_field_names[f]));
        v->fields[v->field_count++] = (struct trade_field_view){
            .name = trade_field_names[f], .place = v->m.place[f],
            .words = locale_text(w->locale, key.ptr),
            .is_needed = f == TRADE_DATE || f == TRADE_HS};
    }
    return NULL;
}

static const struct err *fill_preview(struct web *w, const struct trade_sample *s,
                                      struct trade_import_view *v)
{
    for (size_t i = 0; i < s->row_count && v->row_count < TRADE_PREVIEW; i++) {
        struct trade_record r;
        const char *problem;
        str detail, hs_text;
        TRY(trade_line_read(w->arena, &v->m, s->rows[i], s->column_count, &r, &problem, &detail,
                            &hs_text));
        if (problem == NULL)
            TRY(trade_row_show(w, &r, &v->rows[v->row_count++]));
    }
    return NULL;
}

static const struct err *fill_guess(struct web *w, struct trade_import_view *v)
{
    struct trade_source s;
    const struct err *e = trade_import_source(w->platform, w->arena, v->line.id, &s);
    if (e != NULL && e->kind == ERR_NOT_FOUND) /* said, so that she can remove it */
        return form_fault_of(w, e, &v->fault);
    TRY(e);
    e = fill_columns(w, &s.sample, v);
    if (e == NULL)
        e = fill_preview(w, &s.sample, v);
    trade_source_close(&s);
    return e;
}

static const struct err *show_one(struct web *w, const struct err *wrong, bool reads_form)
{
    struct trade_import_view *v;
    struct html h;
    str back;
    TRY_NEW(w->arena, v);
    TRY(trade_with_store(w, load, v));
    if (wrong != NULL)
        TRY(form_fault_of(w, wrong, &v->fault));
    if (reads_form) { /* what was wrong is shown as it was sent, as far as it can be read */
        const struct err *unread = read_form(w, &v->m);
        if (wrong == NULL)
            TRY(unread);
    }
    if (v->line.state == TRADE_GUESSED)
        TRY(fill_guess(w, v));
    TRY(shop_page_init(w, &v->page, v->line.file_name, &v->shop));
    TRY(trade_may_change(w, &v->may_change));
    TRY(str_fmt(w->arena, &back, "/console/%.*s/trade/imports", STR_ARG(w->shop_handle)));
    ASSERT(url_check(back, &v->page.back));
    v->page.bar_title = v->page.title;
    web_html_begin(w, &h);
    if (web_is_fragment(w))
        tpl_trade_import_body(&h, v);
    else
        tpl_trade_import_show(&h, v);
    return web_html(w, wrong == NULL ? 200 : 422, &h);
}

const struct err *trade_page_import(struct web *w)
{
    return show_one(w, NULL, false);
}

static const struct err *start(struct web *w)
{
    struct trade_import_view *v;
    TRY_NEW(w->arena, v);
    TRY(trade_with_store(w, load, v));
    TRY(read_form(w, &v->m));
    web_read_end(w);
    return trade_import_start(w->platform, w->arena, w->shop_id, v->line.id, w->viewer.account_id,
                              &v->m);
}

const struct err *trade_page_start(struct web *w)
{
    str what = STR_NONE;
    if (web_has(w, "do"))
        TRY(web_text(w, "do", 0, 10, &what));
    if (str_eq(what, S("look")))
        return show_one(w, NULL, true);
    const struct err *e = start(w);
    bool is_started = e != NULL && str_eq(str_c(e->key), S("trade.started")); /* by another click */
    if (e != NULL && !is_started)
        return e->kind == ERR_INVALID || e->kind == ERR_CONFLICT ? show_one(w, e, true) : e;
    return web_redirect(w, "/console/%.*s/trade/imports/%.*s", STR_ARG(w->shop_handle),
                        STR_ARG(web_param(w, 1)));
}

static const struct err *go_on(struct web *w)
{
    struct trade_import_id id;
    TRY(web_param_id(w, 1, &id.v));
    web_read_end(w);
    return trade_import_continue(w->platform, w->arena, w->shop_id, id, w->viewer.account_id);
}

const struct err *trade_page_continue(struct web *w)
{
    const struct err *e = go_on(w);
    if (e != NULL && e->kind != ERR_CONFLICT) /* it has ended meanwhile: that is shown */
        return e;
    return web_redirect(w, "/console/%.*s/trade/imports/%.*s", STR_ARG(w->shop_handle),
                        STR_ARG(web_param(w, 1)));
}

const struct err *trade_page_remove(struct web *w)
{
    struct trade_import_id id;
    TRY(web_param_id(w, 1, &id.v));
    web_read_end(w);
    TRY(trade_import_remove(w->platform, w->arena, w->shop_id, id, w->viewer.account_id));
    TRY(web_flash(w, "trade.removing"));
    return web_redirect(w, "/console/%.*s/trade/imports", STR_ARG(w->shop_handle));
}

/* ---- JSON ---- */

static const char *state_name(enum trade_state state)
{
    static const char *const names[] = {"",       "guessed",  "running", "done",
                                        "failed", "removing", "stopped"};
    return (size_t)state < COUNT(names) ? names[state] : "";
}

static void put_line(struct json *j, const struct trade_import_line_view *line)
{
    json_put_id(j, "id", line->id.v);
    json_put_str(j, "file_name", line->file_name);
    json_put_str(j, "state", str_c(state_name(line->state)));
    json_put_int(j, "records", line->records);
    json_put_int(j, "problems", line->bad);
    json_put_time(j, "made_at", line->made_ms);
}

static const struct err *answer(struct web *w, int status)
{
    struct trade_import_view *v;
    struct strbuf sb;
    struct json j;
    str text;
    TRY_NEW(w->arena, v);
    TRY(trade_with_store(w, load, v));
    strbuf_init(&sb, w->arena, KiB(64));
    json_init(&j, &sb);
    json_object_begin(&j);
    put_line(&j, &v->line);
    json_put_text(&j, "reason", str_is_absent(v->reason) ? S("") : v->reason);
    json_put_str(&j, "direction", v->m.direction == TRADE_EXPORT ? S("export") : S("import"));
    json_key(&j, S("columns"));
    json_object_begin(&j);
    for (int f = 1; f < TRADE_FIELD_COUNT; f++)
        if (v->m.place[f] > 0)
            json_put_int(&j, trade_field_names[f], v->m.place[f]);
    json_object_end(&j);
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, status, text);
}

const struct err *trade_api_imports(struct web *w)
{
    struct trade_imports_view *v;
    struct strbuf sb;
    struct json j;
    str text;
    TRY_NEW(w->arena, v);
    TRY(trade_with_store(w, load_list, v));
    strbuf_init(&sb, w->arena, KiB(64));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < v->count; i++) {
        json_object_begin(&j);
        put_line(&j, &v->lines[i]);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_put_id(&j, "next", v->next_id.v);
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, 200, text);
}

const struct err *trade_api_import(struct web *w)
{
    return answer(w, 200);
}

const struct err *trade_api_upload(struct web *w)
{
    struct trade_import_id id;
    struct strbuf sb;
    struct json j;
    str text;
    TRY(trade_upload(w, &id));
    strbuf_init(&sb, w->arena, KiB(1));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_put_id(&j, "id", id.v);
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, 201, text);
}

const struct err *trade_api_start(struct web *w)
{
    TRY(start(w));
    return answer(w, 200);
}

const struct err *trade_api_continue(struct web *w)
{
    TRY(go_on(w));
    return answer(w, 200);
}

const struct err *trade_api_remove(struct web *w)
{
    struct trade_import_id id;
    TRY(web_param_id(w, 1, &id.v));
    web_read_end(w);
    TRY(trade_import_remove(w->platform, w->arena, w->shop_id, id, w->viewer.account_id));
    return web_json(w, 202, S("{}"));
}
