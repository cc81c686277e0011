/* The console's pages of an import: the upload, how far it is, what it found; files to take. */
#include "catalog_import/import_format.h"
#include "catalog_import/import_view.h"

#include <unistd.h>

#include "base/json.h"
#include "catalog_import/catalog_import_sql.h"
#include "catalog_import/catalog_import_tpl.h"

enum { CSV_MAX = 1024 * 1024, ANSWER_MAX = 64 * 1024, PHOTO_WAITING = 1, PHOTO_FAILED = 3 };

/* ---- rows to views ---- */

static struct import_line_view line_of(const struct import_row_row *row)
{
    return (struct import_line_view){
        .id = row->id, .file_name = row->file_name, .state = (enum import_state)row->state,
        .created = row->created_count, .changed = row->changed_count, .same = row->same_count,
        .problems = row->problem_count, .line = row->line_next, .lines = row->lines,
        .started_ms = row->started_ms};
}

static const struct err *words_of(struct web *w, str key, str detail, str *ret)
{
    const char *text;
    TRY(str_to_c(w->arena, key, &text));
    return locale_format(w->arena, w->locale, text, &detail, 1, ret);
}

static const struct err *fill_item(struct web *w, const struct import_items_row *row,
                                   struct import_item_view *ret)
{
    ret->handle = row->handle;
    ret->title = row->title;
    ret->is_new = row->is_new;
    for (str rest = row->differences;
         !str_is_empty(rest) && ret->difference_count < IMPORT_DIFFERENCES_MAX;) {
        struct import_difference_view *d = &ret->differences[ret->difference_count++];
        str line = str_cut(&rest, '\n'), field = str_cut(&line, '\t'), key;
        d->before = str_cut(&line, '\t');
        d->after = str_is_absent(line) ? S("") : line;
        TRY(str_fmt(w->arena, &key, "import.field.%.*s", STR_ARG(field)));
        TRY(words_of(w, key, STR_NONE, &d->field));
    }
    return NULL;
}

static const struct err *fill_findings(struct web *w, struct tx *tx, struct import_show_view *v)
{
    struct import_items_row *items;
    struct import_problems_row *problems;
    TRY(import_items(tx, w->arena, w->shop_id, v->line.id, IMPORT_ITEMS_SHOWN, IMPORT_ITEMS_SHOWN,
                     &items, &v->item_count));
    for (size_t i = 0; i < v->item_count; i++)
        TRY(fill_item(w, &items[i], &v->items[i]));
    TRY(import_problems(tx, w->arena, w->shop_id, v->line.id, IMPORT_PROBLEMS_SHOWN,
                        IMPORT_PROBLEMS_SHOWN, &problems, &v->problem_count));
    for (size_t i = 0; i < v->problem_count; i++) {
        v->problems[i] = (struct import_problem_view){.line = problems[i].line,
                                                      .column_name = problems[i].column_name};
        TRY(words_of(w, problems[i].reason, problems[i].detail, &v->problems[i].words));
    }
    return NULL;
}

static const struct err *fill_photos(struct web *w, struct tx *tx, struct import_show_view *v)
{
    struct import_photo_counts_row *rows;
    size_t count;
    TRY(import_photo_counts(tx, w->arena, w->shop_id, 4, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        if (rows[i].state == PHOTO_WAITING)
            v->photos_waiting = rows[i].photos;
        if (rows[i].state == PHOTO_FAILED)
            v->photos_failed = rows[i].photos;
    }
    struct import_photo_failed_row *failed;
    TRY(import_photo_failed(tx, w->arena, w->shop_id, IMPORT_PHOTOS_SHOWN, IMPORT_PHOTOS_SHOWN,
                            &failed, &v->photo_count));
    for (size_t i = 0; i < v->photo_count; i++) {
        v->photos[i].column_name = failed[i].source;
        TRY(words_of(w, failed[i].reason, STR_NONE, &v->photos[i].words));
    }
    return NULL;
}

static const struct err *fill_reason(struct web *w, str reason, str *ret)
{
    str args[2];
    const char *key;
    TRY(str_to_c(w->arena, str_cut(&reason, '\t'), &key));
    args[0] = str_cut(&reason, '\t');
    args[1] = reason;
    return locale_format(w->arena, w->locale, key, args, COUNT(args), ret);
}

static const struct err *fill_words(struct web *w, const struct import_row_row *row,
                                    struct import_show_view *v)
{
    struct id_text shop = id_format(w->shop_id.v);
    str key;
    TRY(str_fmt(w->arena, &v->live, "/live?topics=imports:%s", shop.text));
    TRY(str_fmt(w->arena, &key, "import.format.%.*s", STR_ARG(row->format)));
    v->is_of_people =
        str_eq(row->format, S(IMPORT_CUSTOMERS)) || str_eq(row->format, S(IMPORT_ORDERS));
    v->is_mapped = str_eq(row->format, S(IMPORT_MAPPED));
    return words_of(w, key, STR_NONE, &v->format);
}

static const struct err *load(struct web *w, struct import_show_view *v)
{
    struct import_row_row row;
    struct import_id id;
    struct tx *tx;
    bool is_found;
    TRY(web_param_id(w, 1, &id.v));
    TRY(web_read(w, &tx));
    TRY(import_row(tx, w->arena, w->shop_id, id, &row, &is_found));
    if (!is_found)
        return ERR(w->arena, ERR_NOT_FOUND, "import.gone", "import %lld", (long long)id.v);
    v->line = line_of(&row);
    v->reason = STR_NONE;
    TRY(fill_words(w, &row, v));
    v->is_under_way = v->line.state == IMPORT_CHECKING || v->line.state == IMPORT_RUNNING;
    if (v->line.state == IMPORT_FAILED)
        TRY(fill_reason(w, row.reason, &v->reason));
    TRY(fill_findings(w, tx, v));
    return fill_photos(w, tx, v);
}

/* ---- the upload ---- */

static const struct err *show_start(struct web *w, const struct err *wrong)
{
    struct import_start_view *v;
    struct import_row_row *rows;
    struct html h;
    struct tx *tx;
    TRY_NEW(w->arena, v);
    if (wrong != NULL)
        TRY(form_fault_of(w, wrong, &v->fault));
    TRY(shop_page_init(w, &v->page, locale_text(w->locale, "import.title"), &v->shop));
    TRY(web_read(w, &tx));
    TRY(import_latest(tx, w->arena, w->shop_id, IMPORT_LATEST_SHOWN, IMPORT_LATEST_SHOWN, &rows,
                      &v->count));
    for (size_t i = 0; i < v->count; i++)
        v->latest[i] = line_of(&rows[i]);
    web_html_begin(w, &h);
    tpl_import_start(&h, v);
    return web_html(w, wrong == NULL ? 200 : 422, &h);
}

const struct err *import_page(struct web *w)
{
    return show_start(w, NULL);
}

static const struct err *list_files(struct web *w, const char **paths, struct import_new *n,
                                    size_t *ret_count)
{
    *ret_count = 0;
    for (size_t i = 0; i < w->form.count; i++) {
        const struct form_field *file = &w->form.fields[i];
        if (!str_eq(file->name, S("file")) || str_is_absent(file->file_path) ||
            file->file_bytes == 0)
            continue;
        if (*ret_count == IMPORT_SOURCES_MAX)
            return ERR(w->arena, ERR_INVALID, "import.too_many_files", "over %d",
                       IMPORT_SOURCES_MAX);
        if (*ret_count == 0)
            n->file_name = file->file_name;
        n->bytes += file->file_bytes;
        TRY(str_to_c(w->arena, file->file_path, &paths[(*ret_count)++]));
    }
    if (*ret_count == 0)
        return ERR(w->arena, ERR_INVALID, "import.no_upload", "no file");
    return n->bytes <= IMPORT_BYTES_MAX
               ? NULL
               : ERR(w->arena, ERR_LIMIT, "import.too_big", "%lld bytes", (long long)n->bytes);
}

static void remove_file(void *path)
{
    (void)unlink(path);
}

const struct err *import_short_lived(struct web *w, const char *what, char **ret)
{
    struct id_text text = id_format(id_next(w->platform->ids, w->now_ms));
    const char *folder;
    str path;
    TRY(import_folder(w->arena, w->platform, &folder));
    TRY(str_fmt(w->arena, &path, "%s/%s-%s.csv", folder, what, text.text));
    TRY_NEW_ARRAY(w->arena, *ret, path.len + 1);
    for (size_t i = 0; i < path.len; i++)
        (*ret)[i] = path.ptr[i];
    return arena_defer(w->arena, remove_file, *ret) ? NULL : &err_out_of_memory;
}

static const struct err *take_upload(struct web *w, bool is_dry, struct import_id *ret,
                                     bool *ret_asks)
{
    struct import_new n = {.shop = w->shop_id, .actor = w->viewer.account_id, .is_dry = is_dry};
    const char *paths[IMPORT_SOURCES_MAX];
    struct import_wish wish = {.paths = paths};
    struct import_prepared prepared;
    struct shop shop;
    struct tx *tx;
    char *to;
    TRY(list_files(w, paths, &n, &wish.count));
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    web_read_end(w);
    TRY(import_short_lived(w, "upload", &to));
    wish.shop = &shop;
    wish.to = to;
    TRY(import_prepare(w->arena, &wish, &prepared));
    n.format = str_c(prepared.format);
    /* A page asks what the columns are; a program gets what is remembered, or a guess. */
    n.waits_for_columns = prepared.needs_mapping && !w->is_api;
    *ret_asks = n.waits_for_columns;
    if (prepared.needs_mapping && w->is_api) {
        TRY(import_prepare_mapped(w->platform, w->arena, &shop, prepared.path, STR_NONE, to));
        prepared.path = to;
    }
    n.path = str_c(prepared.path);
    return import_create(w->platform, w->arena, &n, ret);
}

const struct err *import_page_upload(struct web *w)
{
    struct import_id id;
    bool asks = false;
    const struct err *e = take_upload(w, true, &id, &asks);
    if (e != NULL)
        return e->kind == ERR_INVALID || e->kind == ERR_LIMIT || e->kind == ERR_CONFLICT
                   ? show_start(w, e)
                   : e;
    struct id_text text = id_format(id.v);
    return web_redirect(w, "/console/%.*s/import/%s%s", STR_ARG(w->shop_handle), text.text,
                        asks ? "/columns" : "");
}

/* ---- one import ---- */

const struct err *import_page_show(struct web *w)
{
    struct import_show_view *v;
    struct html h;
    str back;
    TRY_NEW(w->arena, v);
    TRY(load(w, v));
    TRY(shop_page_init(w, &v->page, locale_text(w->locale, "import.title"), &v->shop));
    TRY(str_fmt(w->arena, &back, "/console/%.*s/import", STR_ARG(w->shop_handle)));
    ASSERT(url_check(back, &v->page.back));
    v->page.bar_title = v->page.title;
    web_html_begin(w, &h);
    if (web_is_fragment(w))
        tpl_import_body(&h, v);
    else
        tpl_import_show(&h, v);
    return web_html(w, 200, &h);
}

struct wish {
    struct shop_id shop;
    struct import_id id;
};

static const struct err *start_turn(struct turn *t, void *arg)
{
    const struct wish *wish = arg;
    return import_start(t, wish->shop, wish->id);
}

/* Photos are the shop's and known by their address, so all that failed are tried; but only from an
 * import of the shop. */
static const struct err *photos_turn(struct turn *t, void *arg)
{
    const struct wish *wish = arg;
    struct import_row_row row;
    bool is_found;
    TRY(import_row(t->tx, t->arena, wish->shop, wish->id, &row, &is_found));
    if (!is_found)
        return ERR(t->arena, ERR_NOT_FOUND, "import.gone", "import %lld", (long long)wish->id.v);
    return import_photos_again(t, wish->shop);
}

static const struct err *change(struct web *w, turn_fn *fn)
{
    struct wish wish = {.shop = w->shop_id};
    TRY(web_param_id(w, 1, &wish.id.v));
    TRY(web_write(w, fn, &wish));
    struct id_text text = id_format(wish.id.v);
    return web_redirect(w, "/console/%.*s/import/%s", STR_ARG(w->shop_handle), text.text);
}

const struct err *import_page_start(struct web *w)
{
    return change(w, start_turn);
}

const struct err *import_page_photos(struct web *w)
{
    return change(w, photos_turn);
}

/* ---- files ---- */

static void begin_csv(struct web *w, struct strbuf *sb, const char *const *heads, size_t count,
                      struct csv_writer *csv)
{
    csv_writer_init(csv, sb);
    for (size_t i = 0; i < count; i++)
        csv_write_str(csv, locale_text(w->locale, heads[i]));
    csv_write_row_end(csv);
}

static const struct err *write_problems(struct web *w, struct strbuf *sb,
                                        struct import_problems_row *rows, size_t count)
{
    static const char *const heads[] = {"import.line", "import.place", "import.column",
                                        "import.reason"};
    struct csv_writer csv;
    begin_csv(w, sb, heads, COUNT(heads), &csv);
    for (size_t i = 0; i < count; i++) {
        str words;
        TRY(words_of(w, rows[i].reason, rows[i].detail, &words));
        csv_write_int(&csv, rows[i].line);
        csv_write_int(&csv, rows[i].place);
        csv_write_str(&csv, rows[i].column_name);
        csv_write_str(&csv, words);
        csv_write_row_end(&csv);
    }
    return NULL;
}

static const struct err *answer_csv(struct web *w, struct strbuf *sb, const char *disposition)
{
    str text;
    TRY(strbuf_finish(sb, &text));
    TRY(http_response_header(w->rs, S("Content-Disposition"), str_c(disposition)));
    http_response_body(w->rs, 200, "text/csv; charset=utf-8", text);
    return NULL;
}

static const struct err *write_changes(struct web *w, struct strbuf *sb,
                                       const struct import_items_row *rows, size_t count)
{
    static const char *const heads[] = {"import.line",          "import.field.handle",
                                        "import.field.title",   "import.changed",
                                        "import.change_before", "import.change_after"};
    struct csv_writer csv;
    begin_csv(w, sb, heads, COUNT(heads), &csv);
    for (size_t i = 0; i < count; i++) {
        struct import_item_view *item;
        TRY_NEW(w->arena, item);
        TRY(fill_item(w, &rows[i], item));
        for (size_t d = 0; d == 0 || d < item->difference_count; d++) {
            const struct import_difference_view *difference = &item->differences[d];
            csv_write_int(&csv, rows[i].line);
            csv_write_str(&csv, item->handle);
            csv_write_str(&csv, item->title);
            csv_write_str(&csv,
                          item->is_new ? locale_text(w->locale, "import.new") : difference->field);
            csv_write_str(&csv, difference->before);
            csv_write_str(&csv, difference->after);
            csv_write_row_end(&csv);
        }
    }
    return NULL;
}

/* What is kept of an import's findings: the first IMPORT_ITEMS_KEPT products. */
const struct err *import_page_changes(struct web *w)
{
    struct import_items_row *rows;
    struct import_id id;
    struct strbuf sb;
    struct tx *tx;
    size_t count;
    TRY(web_param_id(w, 1, &id.v));
    TRY(web_read(w, &tx));
    TRY(import_items(tx, w->arena, w->shop_id, id, IMPORT_ITEMS_KEPT, IMPORT_ITEMS_KEPT, &rows,
                     &count));
    strbuf_init(&sb, w->arena, CSV_MAX);
    TRY(write_changes(w, &sb, rows, count));
    return answer_csv(w, &sb, "attachment; filename=\"changes.csv\"");
}

const struct err *import_page_problems(struct web *w)
{
    struct import_problems_row *rows;
    struct import_id id;
    struct strbuf sb;
    struct tx *tx;
    size_t count;
    TRY(web_param_id(w, 1, &id.v));
    TRY(web_read(w, &tx));
    TRY(import_problems(tx, w->arena, w->shop_id, id, IMPORT_PROBLEMS_KEPT, IMPORT_PROBLEMS_KEPT,
                        &rows, &count));
    strbuf_init(&sb, w->arena, CSV_MAX);
    TRY(write_problems(w, &sb, rows, count));
    return answer_csv(w, &sb, "attachment; filename=\"problems.csv\"");
}

/* The file lives as long as the request: the server has opened it by then. */
const struct err *import_page_export(struct web *w)
{
    char *path;
    str header;
    TRY(import_short_lived(w, "export", &path));
    web_read_end(w); /* it reads on snapshots of its own: two per request would starve each other */
    TRY(import_export(w->platform, w->arena, w->shop_id, path));
    TRY(str_fmt(w->arena, &header, "attachment; filename=\"%.*s-products.csv\"",
                STR_ARG(w->shop_handle)));
    TRY(http_response_header(w->rs, S("Content-Disposition"), header));
    w->rs->status = 200;
    w->rs->body_kind = HTTP_BODY_FILE;
    w->rs->content_type = "text/csv; charset=utf-8";
    w->rs->file_path = str_c(path);
    return NULL;
}

/* ---- as JSON ---- */

static void write_problem(struct json *j, const struct import_problem_view *p)
{
    json_object_begin(j);
    json_put_int(j, "line", p->line);
    json_put_str(j, "column", p->column_name);
    json_put_str(j, "reason", p->words);
    json_object_end(j);
}

static const struct err *answer(struct web *w, int status, const struct import_show_view *v)
{
    static const char *const states[] = {
        "", "checking", "checked", "running", "done", "failed", "waiting_for_columns"};
    struct strbuf sb;
    struct json j;
    str text;
    strbuf_init(&sb, w->arena, ANSWER_MAX);
    json_init(&j, &sb);
    json_object_begin(&j);
    json_put_id(&j, "id", v->line.id.v);
    json_put_str(&j, "state", str_c(states[v->line.state]));
    json_put_str(&j, "reason", v->reason);
    json_put_int(&j, "line", v->line.line);
    json_put_int(&j, "lines", v->line.lines);
    json_put_int(&j, "created", v->line.created);
    json_put_int(&j, "changed", v->line.changed);
    json_put_int(&j, "unchanged", v->line.same);
    json_put_int(&j, "problem_count", v->line.problems);
    json_put_int(&j, "photos_waiting", v->photos_waiting);
    json_put_int(&j, "photos_failed", v->photos_failed);
    json_key(&j, S("problems"));
    json_array_begin(&j);
    for (size_t i = 0; i < v->problem_count; i++)
        write_problem(&j, &v->problems[i]);
    json_array_end(&j);
    json_object_end(&j);
    TRY(json_finish(&j, &text));
    return web_json(w, status, text);
}

const struct err *import_api_show(struct web *w)
{
    struct import_show_view *v;
    TRY_NEW(w->arena, v);
    TRY(load(w, v));
    return answer(w, 200, v);
}

const struct err *import_api_create(struct web *w)
{
    struct import_show_view *v;
    str dry;
    TRY_NEW(w->arena, v);
    bool asks, is_dry;
    TRY(web_text(w, "dry_run", 0, 5, &dry));
    is_dry = str_eq(dry, S("true"));
    TRY(take_upload(w, is_dry, &v->line.id, &asks));
    v->line.state = is_dry ? IMPORT_CHECKING : IMPORT_RUNNING;
    return answer(w, 202, v);
}

const struct err *import_api_start(struct web *w)
{
    struct wish wish = {.shop = w->shop_id};
    struct import_show_view *v;
    TRY_NEW(w->arena, v);
    TRY(web_param_id(w, 1, &wish.id.v));
    TRY(web_write(w, start_turn, &wish));
    TRY(load(w, v));
    return answer(w, 202, v);
}
