/* The JSON API: the same commands as the pages. */
#include "base/json.h"
#include "signin/signin_part.h"

enum { ANSWER_MAX = 32 * 1024 };

struct answer {
    struct strbuf sb;
    struct json j;
};

static struct json *begin(struct web *w, struct answer *a)
{
    strbuf_init(&a->sb, w->arena, ANSWER_MAX);
    json_init(&a->j, &a->sb);
    json_object_begin(&a->j);
    return &a->j;
}

static const struct err *finish(struct web *w, struct answer *a, int status)
{
    str body;
    json_object_end(&a->j);
    TRY(json_finish(&a->j, &body));
    return web_json(w, status, body);
}

static const struct err *write_account(struct web *w, struct json *j)
{
    struct account account;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(account_get(tx, w->arena, w->viewer.account_id, &account));
    json_object_begin(j);
    json_key(j, S("id"));
    json_id(j, account.id.v);
    json_key(j, S("handle"));
    json_str(j, account.handle);
    json_key(j, S("name"));
    json_str(j, account.name);
    json_key(j, S("bio"));
    json_str(j, account.bio);
    json_key(j, S("email"));
    json_str(j, account.email);
    json_key(j, S("language"));
    json_str(j, account.language);
    json_key(j, S("referral_code"));
    json_str(j, account.referral_code);
    json_key(j, S("is_guest"));
    json_bool(j, account.is_guest);
    json_key(j, S("created_at"));
    json_time(j, account.created_ms);
    json_object_end(j);
    return NULL;
}

static const struct err *answer_token(struct web *w, str token)
{
    struct answer a;
    struct json *j = begin(w, &a);
    json_key(j, S("token"));
    json_str(j, token);
    json_key(j, S("account"));
    TRY(write_account(w, j));
    return finish(w, &a, 201);
}

struct guest {
    str name, language;
    struct account_id id;
};

static const struct err *guest_turn(struct turn *t, void *arg)
{
    struct guest *g = arg;
    return account_guest_make(t, g->name, g->language, &g->id);
}

const struct err *signin_api_guest(struct web *w)
{
    struct guest guest = {.language = language_code(w->locale->language)};
    str token;
    TRY(web_text(w, "name", 1, ACCOUNT_NAME_MAX, &guest.name));
    TRY(web_write(w, guest_turn, &guest));
    TRY(web_sign_in(w, guest.id, &token));
    return answer_token(w, token);
}

const struct err *signin_api_sign_up(struct web *w)
{
    str token;
    TRY(signin_sign_up(w, &token));
    return answer_token(w, token);
}

const struct err *signin_api_log_in(struct web *w)
{
    struct account_id id;
    str token;
    TRY(signin_check(w, &id));
    TRY(signin_start(w, id, &token));
    return answer_token(w, token);
}

const struct err *signin_api_link(struct web *w)
{
    str kind, email;
    struct answer a;
    TRY(web_text(w, "kind", 0, 10, &kind));
    TRY(signin_ask_mail(w, str_eq(kind, S("reset")) ? "reset" : "link", &email));
    json_key(begin(w, &a), S("sent"));
    json_bool(&a.j, true);
    return finish(w, &a, 202);
}

const struct err *signin_api_sessions(struct web *w)
{
    struct session_item *items;
    size_t count;
    struct tx *tx;
    struct answer a;
    TRY(web_read(w, &tx));
    TRY(session_list(tx, w->arena, w->viewer.account_id, w->now_ms, &items, &count));
    struct json *j = begin(w, &a);
    json_key(j, S("items"));
    json_array_begin(j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(j);
        json_key(j, S("id"));
        json_id(j, items[i].id.v);
        json_key(j, S("agent"));
        json_str(j, items[i].agent);
        json_key(j, S("created_at"));
        json_time(j, items[i].created_ms);
        json_key(j, S("seen_at"));
        json_time(j, items[i].seen_ms);
        json_key(j, S("is_current"));
        json_bool(j, items[i].id.v == w->viewer.session_id.v);
        json_object_end(j);
    }
    json_array_end(j);
    json_key(j, S("next"));
    json_none(j);
    return finish(w, &a, 200);
}

const struct err *signin_api_revoke(struct web *w)
{
    struct session_id id = w->viewer.session_id;
    if (!str_eq(web_param(w, 0), S("current")))
        TRY(web_param_id(w, 0, &id.v));
    TRY(signin_revoke(w, id));
    http_response_body(w->rs, 204, NULL, S(""));
    return NULL;
}

static const struct err *answer_me(struct web *w)
{
    struct strbuf sb;
    struct json j;
    str body;
    strbuf_init(&sb, w->arena, ANSWER_MAX);
    json_init(&j, &sb);
    TRY(write_account(w, &j));
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}

const struct err *signin_api_me(struct web *w)
{
    return answer_me(w);
}

const struct err *signin_api_change(struct web *w)
{
    if (web_has(w, "language"))
        TRY(signin_change_language(w));
    TRY(signin_change_profile(w));
    return answer_me(w);
}

const struct err *signin_api_password(struct web *w)
{
    TRY(signin_change_password(w));
    http_response_body(w->rs, 204, NULL, S(""));
    return NULL;
}

const struct err *signin_api_email(struct web *w)
{
    str email;
    TRY(signin_ask_email(w, &email));
    http_response_body(w->rs, 204, NULL, S(""));
    return NULL;
}
