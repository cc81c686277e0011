/* The server at port 80: see acme_part.h. Answers are handed over by the job's thread under a lock.
 */
#include <pthread.h>
#include <string.h>

#include "app/acme_part.h"
#include "app/supervisor.h"
#include "base/log.h"
#include "base/strbuf.h"

enum {
    ANSWERS_MAX = 4,
    TOKEN_MAX = 256,
    TEXT_MAX = 512,
    CONNECTIONS_MAX = 256,
    WORKERS = 1,
    STOP_MS = 1000,
    URL_MAX = 9000
};

static const str challenge_path = STR_INIT("/.well-known/acme-challenge/");

struct acme_answer {
    char token[TOKEN_MAX], text[TEXT_MAX];
    size_t token_len, text_len; /* token_len 0: free */
};

struct acme_door {
    str base_url;
    const struct clock *clock;
    struct http_app app;
    struct http_server *server;
    pthread_mutex_t lock;
    struct acme_answer answers[ANSWERS_MAX];
};

/* With the lock held. */
static struct acme_answer *find(struct acme_door *d, str token)
{
    for (size_t i = 0; i < ANSWERS_MAX; i++)
        if (str_eq((str){d->answers[i].token, d->answers[i].token_len}, token))
            return &d->answers[i];
    return NULL;
}

void acme_door_publish(struct acme_door *d, str token, str text)
{
    if (token.len == 0 || token.len > TOKEN_MAX || text.len > TEXT_MAX)
        return;
    pthread_mutex_lock(&d->lock);
    struct acme_answer *answer = find(d, token);
    if (answer == NULL)
        answer = find(d, S(""));
    if (answer != NULL) {
        memcpy(answer->token, token.ptr, token.len);
        answer->token_len = str_is_absent(text) ? 0 : token.len;
        if (text.len > 0)
            memcpy(answer->text, text.ptr, text.len);
        answer->text_len = text.len;
    }
    pthread_mutex_unlock(&d->lock);
}

static struct http_admission admit(void *self, const struct http_request *head)
{
    bool is_read = head->method == HTTP_GET || head->method == HTTP_HEAD;
    return (struct http_admission){.status = is_read ? 0 : 405, .route = self};
}

static void refuse(void *self, const struct http_request *head, int status,
                   struct http_response *rs)
{
    (void)self;
    (void)head;
    http_response_body(rs, status, "text/plain; charset=utf-8", S("Please use https.\n"));
}

static void answer_challenge(struct acme_door *d, str token, struct http_response *rs)
{
    str text = STR_NONE;
    const struct err *e = NULL;
    pthread_mutex_lock(&d->lock);
    const struct acme_answer *answer = token.len == 0 ? NULL : find(d, token);
    if (answer != NULL)
        e = str_dup(rs->arena, (str){answer->text, answer->text_len}, &text);
    pthread_mutex_unlock(&d->lock);
    if (e == NULL && answer != NULL)
        http_response_body(rs, 200, "text/plain", text);
    else
        http_response_body(rs, 404, "text/plain; charset=utf-8",
                           S("There is no such challenge.\n"));
}

static void handle(void *self, const struct http_request *rq, struct http_response *rs, void *route)
{
    struct acme_door *d = self;
    str url = STR_NONE;
    (void)route;
    if (str_starts(rq->path, challenge_path)) {
        answer_challenge(d, str_from(rq->path, challenge_path.len), rs);
        return;
    }
    str target = str_starts(rq->target, S("/")) ? rq->target : S("/");
    if (str_fmt(rs->arena, &url, "%.*s%.*s", STR_ARG(d->base_url), STR_ARG(target)) != NULL ||
        http_response_header(rs, S("Location"), url) != NULL) {
        refuse(self, rq, 400, rs);
        return;
    }
    http_response_body(rs, 308, "text/plain; charset=utf-8", S("Please use https.\n"));
}

const struct err *acme_door_open(struct arena *a, str listen, str base_url,
                                 const struct clock *clock, struct acme_door **ret)
{
    struct acme_door *d = NULL;
    struct log_line line;
    int fd = -1, port = 0;
    TRY_NEW(a, d);
    TRY(supervisor_listen(a, listen, &fd, &port));
    d->base_url = base_url;
    d->clock = clock;
    pthread_mutex_init(&d->lock, NULL);
    d->app = (struct http_app){.self = d, .admit = admit, .handle = handle, .refuse = refuse};
    struct http_server_config hc = {
        .listen_fd = fd, .workers = WORKERS, .connections_max = CONNECTIONS_MAX, .clock = clock};
    TRY(http_server_start(a, &hc, &d->app, &d->server));
    log_begin(&line, LOG_INFO, clock_now_ms(clock), "acme.open");
    log_add(&line, "listen", listen);
    log_add(&line, "port", port);
    log_end(&line);
    *ret = d;
    return NULL;
}

void acme_door_close(struct acme_door *d)
{
    if (d != NULL)
        http_server_stop(d->server, STOP_MS);
}
