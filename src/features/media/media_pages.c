/* Serving photos, and the page of one's own photos. */
#include "media/media_part.h"

#include "media/media_sql.h"
#include "media/media_tpl.h"
#include "media/media_view.h"

enum { PHOTOS_SHOWN = 60 };

static str blob_of(const struct media_row_row *row, str file)
{
    if (row->state != MEDIA_READY)
        return STR_NONE;
    return str_eq(file, S("1200.webp"))  ? row->large
           : str_eq(file, S("600.webp")) ? row->medium
           : str_eq(file, S("300.webp")) ? row->small
                                         : STR_NONE;
}

/* Only what millpond-media wrote ever leaves here, never the bytes that came in; and a browser that
 * would read it as something else is told to run nothing. */
const struct err *media_serve(struct web *w)
{
    struct media_row_row row;
    struct media_id id;
    struct tx *tx;
    bool is_found;
    str etag;
    TRY(web_param_id(w, 0, &id.v));
    TRY(web_read(w, &tx));
    TRY(media_row(tx, w->arena, id, &row, &is_found));
    str hash = is_found ? blob_of(&row, web_param(w, 1)) : STR_NONE;
    if (str_is_absent(hash))
        return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "photo %lld", (long long)id.v);
    TRY(media_blob_path(w->arena, w->platform, hash, &w->rs->file_path));
    TRY(str_fmt(w->arena, &etag, "\"%.*s\"", 32, hash.ptr));
    TRY(http_response_header(w->rs, S("ETag"), etag));
    TRY(http_response_header(w->rs, S("Content-Security-Policy"),
                             S("default-src 'none'; sandbox")));
    w->rs->status = 200;
    w->rs->body_kind = HTTP_BODY_FILE;
    w->rs->content_type = "image/webp";
    w->rs->cache_control = "public, max-age=31536000, immutable";
    return NULL;
}

static const struct err *fill_view(struct web *w, struct media_view *v)
{
    struct tx *tx;
    int64_t before = 0;
    str after = web_query(w, "before");
    if (!str_is_empty(after) && !id_parse(after, &before))
        return ERR(w->arena, ERR_INVALID, "error.bad_request", "before");
    TRY(web_read(w, &tx));
    TRY(media_list(tx, w->arena, w->viewer.account_id, before, PHOTOS_SHOWN, &v->photos,
                   &v->reasons, &v->count));
    for (size_t i = 0; i < v->count; i++)
        v->waiting += v->photos[i].state == MEDIA_WAITING;
    if (v->count == PHOTOS_SHOWN) {
        struct id_text last = id_format(v->photos[v->count - 1].id.v);
        str path;
        TRY(str_fmt(w->arena, &path, "/media?before=%s", last.text));
        ASSERT(url_check(path, &v->next));
    }
    return NULL;
}

const struct err *media_page(struct web *w)
{
    struct media_view v = {0};
    struct html h;
    TRY(fill_view(w, &v));
    web_html_begin(w, &h);
    if (web_is_fragment(w) && str_is_absent(web_query(w, "before"))) {
        tpl_media_photos(&h, &v);
        return web_html(w, 200, &h);
    }
    TRY(page_init(w, &v.page, locale_text(w->locale, "media.title")));
    v.page.place = "me";
    v.page.is_private = true;
    tpl_media_library(&h, &v);
    return web_html(w, 200, &h);
}

struct upload {
    const struct form *form;
    str alt;
    int64_t ids[MEDIA_FILES_MAX];
    size_t count;
};

static const struct err *save_upload(struct turn *t, void *arg)
{
    struct upload *u = arg;
    TRY(media_add_form(t, u->form, "photo", MEDIA_FILES_MAX, u->ids, &u->count));
    if (u->count == 0)
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "media.no_file", "no file"),
                              "photo");
    int64_t hit;
    for (size_t i = 0; !str_is_empty(u->alt) && i < u->count; i++)
        TRY(media_set_alt(t->tx, t->arena, t->actor, (struct media_id){u->ids[i]}, u->alt, &hit));
    return NULL;
}

static const struct err *take_upload(struct web *w, struct upload *u)
{
    u->alt = STR_NONE;
    u->form = &w->form;
    TRY(web_text(w, "alt", 0, MEDIA_ALT_MAX, &u->alt));
    TRY(media_check_alt(w->arena, u->alt));
    return web_write(w, save_upload, u);
}

const struct err *media_upload(struct web *w)
{
    struct upload u = {0};
    TRY(take_upload(w, &u));
    return web_redirect_to(w, web_next(w, "/media"));
}

struct description {
    struct media_id id;
    str alt;
};

static const struct err *save_description(struct turn *t, void *arg)
{
    const struct description *d = arg;
    int64_t hit;
    TRY(media_set_alt(t->tx, t->arena, t->actor, d->id, d->alt, &hit));
    return hit == 1 ? NULL
                    : ERR(t->arena, ERR_NOT_FOUND, "error.not_found", "no photo of the caller");
}

const struct err *media_describe(struct web *w)
{
    struct description d;
    TRY(web_param_id(w, 0, &d.id.v));
    TRY(web_text(w, "alt", 0, MEDIA_ALT_MAX, &d.alt));
    TRY(media_check_alt(w->arena, d.alt));
    if (str_is_absent(d.alt))
        d.alt = S("");
    TRY(web_write(w, save_description, &d));
    return web_redirect_to(w, web_next(w, "/media"));
}

/* ---- API ---- */

static const char *state_name(enum media_state state)
{
    switch (state) {
    case MEDIA_WAITING:
        return "waiting";
    case MEDIA_READY:
        return "ready";
    case MEDIA_REFUSED:
        return "refused";
    case MEDIA_UNSET:
        break;
    }
    return "unknown";
}

void media_write_json(struct json *j, const struct photo *p)
{
    if (p->id.v == 0) {
        json_none(j);
        return;
    }
    json_object_begin(j);
    json_key(j, S("id"));
    json_id(j, p->id.v);
    json_key(j, S("state"));
    json_str(j, str_c(state_name(p->state)));
    json_key(j, S("alt"));
    json_str(j, p->alt);
    if (p->state == MEDIA_READY) {
        json_key(j, S("width"));
        json_int(j, p->width);
        json_key(j, S("height"));
        json_int(j, p->height);
        json_key(j, S("color"));
        json_str(j, p->average);
        json_key(j, S("url"));
        json_str(j, p->url_large.url);
        json_key(j, S("srcset"));
        json_str(j, p->srcset.srcset);
    }
    json_object_end(j);
}

const struct err *media_api_upload(struct web *w)
{
    struct upload u = {0};
    struct strbuf sb;
    struct json j;
    str body;
    TRY(take_upload(w, &u));
    strbuf_init(&sb, w->arena, KiB(64));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < u.count; i++)
        media_write_json(&j, &(struct photo){.id = {u.ids[i]}, .state = MEDIA_WAITING,
                                             .alt = str_is_absent(u.alt) ? S("") : u.alt});
    json_array_end(&j);
    json_put_id(&j, "next", 0);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 201, body);
}

/* One's own photo tells also why it was refused. */
const struct err *media_api_show(struct web *w)
{
    struct media_row_row row;
    struct media_id id;
    struct photo photo;
    struct strbuf sb;
    struct json j;
    struct tx *tx;
    bool is_found;
    str body;
    TRY(web_param_id(w, 0, &id.v));
    TRY(web_read(w, &tx));
    TRY(media_row(tx, w->arena, id, &row, &is_found));
    if (!is_found || row.account_id.v != w->viewer.account_id.v)
        return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "no photo of the caller");
    TRY(media_photo(tx, w->arena, id.v, &photo));
    strbuf_init(&sb, w->arena, KiB(16));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("photo"));
    media_write_json(&j, &photo);
    json_key(&j, S("reason"));
    json_str(&j, str_is_empty(row.reason) ? STR_NONE : locale_text(w->locale, row.reason.ptr));
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}
