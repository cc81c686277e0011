/* The console's page of mails: what went out, what waits, what failed and can be sent again. */
#include "core/i18n.h"
#include "core/permission.h"
#include "core/web_cookie.h"
#include "notify/notify_part.h"
#include "notify/notify_tpl.h"
#include "notify/notify_view.h"

enum { PAGE_ROWS = 50 };

static const struct {
    const char *name;
    enum notify_state state;
} states[] = {{"waiting", NOTIFY_WAITING}, {"sent", NOTIFY_SENT}, {"dead", NOTIFY_DEAD}};

str notify_kind_words(struct html *h, str kind)
{
    bool is_confirmation = str_eq(kind, S("order.confirmation"));
    return h->locale->text(h->locale->self,
                           is_confirmation ? "notify.kind.confirmation" : "notify.kind.message");
}

static const struct err *load(struct web *w, struct notify_view *v)
{
    struct tx *tx;
    int64_t cursor = 0;
    str role, path, wanted = web_query(w, "state"), shown = web_query(w, "before");
    if (!str_is_absent(shown) && !id_parse(shown, &cursor))
        return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "cursor %.*s", STR_ARG(shown));
    for (size_t i = 0; i < COUNT(states); i++)
        if (str_eq(wanted, str_c(states[i].name)))
            v->state = states[i].state;
    TRY(web_read(w, &tx));
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    v->may_send = permission_of_role(w->platform, role, "mail.send");
    TRY(notify_list(tx, w->arena, w->shop_id, (int)v->state, cursor, PAGE_ROWS, &v->mails,
                    &v->count));
    if (v->count < PAGE_ROWS)
        return NULL;
    struct id_text last = id_format(v->mails[v->count - 1].id);
    TRY(str_fmt(w->arena, &path, "/console/%.*s/mails?state=%s&before=%s", STR_ARG(w->shop_handle),
                v->state == 0 ? "" : states[v->state - 1].name, last.text));
    return url_check(path, &v->more) ? NULL
                                     : ERR(w->arena, ERR_BUG, "error.bug", "%.*s", STR_ARG(path));
}

const struct err *notify_page_mails(struct web *w)
{
    struct notify_view v = {.state = 0};
    struct html h;
    TRY(page_init(w, &v.page, locale_text(w->locale, "notify.mails")));
    TRY(load(w, &v));
    web_read_end(w);
    TRY(notify_is_ready(w->platform, w->arena, &v.is_ready));
    web_html_begin(w, &h);
    tpl_notify_mails(&h, &v);
    return web_html(w, 200, &h);
}

struct again {
    struct shop_id shop;
    int64_t id;
};

static const struct err *again_turn(struct turn *t, void *arg)
{
    const struct again *x = arg;
    return notify_send_again(t, x->shop, x->id);
}

const struct err *notify_page_again(struct web *w)
{
    struct again x = {.shop = w->shop_id};
    TRY(web_param_id(w, 1, &x.id));
    TRY(web_write(w, again_turn, &x));
    TRY(web_flash(w, "notify.sent_again"));
    return web_redirect(w, "/console/%.*s/mails", STR_ARG(w->shop_handle));
}
