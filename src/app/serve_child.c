/* The serving process: see serve.h. Opens in the order store, edge, server, background; ends in the
 * reverse order, so that nobody uses what is closed.
 */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/acme.h"
#include "app/metrics.h"
#include "app/serve.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "core/event.h"
#include "core/job.h"
#include "core/web_csv.h"
#include "http/server.h"
#include "sys/file.h"
#include "sys/ipaddr.h"
#include "sys/qr.h"
#include "web/page.h"

enum { FINISH_MS = 10000, BACKGROUNDS_MAX = 16 };

struct background {
    const struct feature *feature;
    struct platform *platform;
    const _Atomic bool *stop;
    pthread_t thread;
};

struct serving {
    struct platform *platform;
    struct dispatch *dispatch;
    struct http_server *server;
    struct metrics *metrics;
    _Atomic bool must_stop;
    struct background backgrounds[BACKGROUNDS_MAX];
    size_t background_count;
};

/* ---- crashes ---- */

static struct supervisor_board *crash_board;

static void on_crash(int number)
{
    if (crash_board != NULL)
        crash_board->dispatch.crashed_route = dispatch_current_route();
    raise(number); /* the handler was reset: now it ends the process */
}

static void watch_crashes(struct supervisor_board *board)
{
    crash_board = board;
    struct sigaction action = {.sa_handler = on_crash,
                               .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};
    sigaction(SIGABRT, &action, NULL);
#ifndef __SANITIZE_ADDRESS__ /* which reports these itself, and then aborts */
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < COUNT(numbers); i++)
        sigaction(numbers[i], &action, NULL);
#endif
}

/* ---- background loops of adapters ---- */

static void *run_background(void *arg)
{
    struct background *b = arg;
    pthread_setname_np(pthread_self(), b->feature->name);
    b->feature->background(b->platform, b->stop);
    return NULL;
}

static void start_backgrounds(struct serving *s)
{
    for (size_t i = 0; i < s->platform->feature_count; i++) {
        const struct feature *f = s->platform->features[i];
        if (f->background == NULL)
            continue;
        ASSERT(s->background_count < BACKGROUNDS_MAX);
        struct background *b = &s->backgrounds[s->background_count];
        *b = (struct background){.feature = f, .platform = s->platform, .stop = &s->must_stop};
        s->background_count += pthread_create(&b->thread, NULL, run_background, b) == 0;
    }
}

static void stop_backgrounds(struct serving *s)
{
    s->must_stop = true;
    for (size_t i = 0; i < s->background_count; i++)
        pthread_join(s->backgrounds[i].thread, NULL);
}

/* ---- opening ---- */

static const struct err *open_platform(const struct serve *s, struct serving *x)
{
    struct platform_config pc;
    TRY(cli_platform_config(s->cli, &pc));
    pc.base_url = s->base_url;
    pc.migrate = cli_migrate_mode(s->cli);
    return platform_open(s->cli->arena, &pc, &x->platform);
}

static const struct err *open_server(const struct serve *s, struct serving *x,
                                     struct supervisor_board *board)
{
    struct cli *c = s->cli;
    struct dispatch_config dc = {.platform = x->platform,
                                 .board = board == NULL ? NULL : &board->dispatch,
                                 .pages = {page_error, page_confirm, page_personal},
                                 .rate_percent = (int)c->config.rate_percent,
                                 .log_access = c->config.log_access};
    TRY(dispatch_new(c->arena, &dc, &x->dispatch));
    str *proxies = NULL, uploads = STR_NONE;
    TRY_NEW_ARRAY(c->arena, proxies, CONFIG_PROXIES_MAX);
    for (size_t i = 0; i < c->config.proxy_count; i++)
        proxies[i] = str_c(c->config.proxies[i]);
    TRY(str_fmt(c->arena, &uploads, "%s/uploads", c->config.data));
    TRY(file_make_folder(c->arena, uploads.ptr, 0700));
    TRY(file_remove_tree(c->arena, c->config.data,
                         WEB_CSV_FOLDER)); /* what a server that was killed was writing */
    struct http_server_config hc = {.listen_fd = s->listen_fd,
                                    .workers = (int)c->config.workers,
                                    .trusted_proxies = proxies,
                                    .trusted_proxy_count = c->config.proxy_count,
                                    .upload_dir = uploads,
                                    .tls_cert_path = str_c(c->config.tls_cert),
                                    .tls_key_path = str_c(c->config.tls_key)};
    TRY(http_server_start(c->arena, &hc, dispatch_app(x->dispatch), &x->server));
    x->platform->sse = http_server_sse(x->server);
    return NULL;
}

static const struct err *write_port(const struct serve *s)
{
    if (s->cli->config.port_file == NULL)
        return NULL;
    str text = STR_NONE;
    TRY(str_fmt(s->cli->arena, &text, "%d\n", s->port));
    return file_write(s->cli->arena, s->cli->config.port_file, text, 0644);
}

static const struct err *open_all(const struct serve *s, struct serving *x,
                                  struct supervisor_board *board)
{
    TRY(open_platform(s, x));
    TRY(open_server(s, x, board));
    TRY(acme_start(s->cli->arena, &s->cli->config, x->platform, x->server));
    TRY(event_start(x->platform));
    TRY(job_start(x->platform, (int)s->cli->config.job_threads));
    start_backgrounds(x);
    const struct config *config = &s->cli->config;
    if (config->metrics != NULL)
        TRY(metrics_start(s->cli->arena,
                          &(struct metrics_config){.listen = str_c(config->metrics),
                                                   .is_public_allowed = config->metrics_anywhere,
                                                   .platform = x->platform,
                                                   .dispatch = x->dispatch,
                                                   .server = x->server},
                          &x->metrics));
    return write_port(s);
}

static void close_all(struct serving *x)
{
    acme_stop(x->platform);
    metrics_stop(x->metrics);
    if (x->server != NULL)
        http_server_stop(x->server, FINISH_MS);
    if (x->platform != NULL)
        x->platform->sse = NULL;
    stop_backgrounds(x);
    platform_close(x->platform);
}

/* ---- the words at the start ---- */

static bool lan_address(struct ipaddr *ret)
{
    struct ifaddrs *list = NULL;
    if (getifaddrs(&list) != 0)
        return false;
    bool found = false;
    for (struct ifaddrs *i = list; i != NULL && !found; i = i->ifa_next)
        found = i->ifa_addr != NULL && i->ifa_addr->sa_family == AF_INET &&
                (i->ifa_flags & IFF_LOOPBACK) == 0 && (i->ifa_flags & IFF_UP) != 0 &&
                ipaddr_from_sockaddr(i->ifa_addr, ret);
    freeifaddrs(list);
    return found;
}

void serve_print_addresses(const struct serve *s)
{
    struct arena *a = s->cli->arena;
    const char *scheme = s->cli->config.tls_cert == NULL ? "http" : "https";
    printf("\nMillpond %s is open.\n\n  here      %s://localhost:%d\n", MILLPOND_VERSION, scheme,
           s->port);
    if (s->cli->config.base_url != NULL)
        printf("  public    %.*s\n", STR_ARG(s->base_url));
    struct ipaddr ip;
    str listen = str_c(s->cli->config.listen), url = STR_NONE, qr = STR_NONE;
    bool is_for_all = str_starts(listen, S("0.0.0.0:")) || str_starts(listen, S("[::]:"));
    if (is_for_all && lan_address(&ip)) {
        struct ipaddr_text text = ipaddr_format(&ip);
        if (str_fmt(a, &url, "%s://%s:%d", scheme, text.text, s->port) == NULL)
            printf("  phone     %.*s\n\n", STR_ARG(url));
        if (isatty(STDOUT_FILENO) && qr_terminal(a, url, &qr) == NULL)
            fwrite(qr.ptr, 1, qr.len, stdout);
    }
    printf("\n");
    fflush(stdout);
}

/* ---- running ---- */

static void wait_for_end(const sigset_t *signals)
{
    int number = 0;
    do
        sigwait(signals, &number);
    while (number == SIGCHLD);
}

int serve_child(void *arg, struct supervisor_board *board)
{
    struct serve *s = arg;
    struct serving x = {0};
    sigset_t signals;
    sigemptyset(&signals);
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
    for (size_t i = 0; i < COUNT(numbers); i++)
        sigaddset(&signals, numbers[i]);
    /* Before any thread is made, so that all inherit it and the signals come to sigwait only. */
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    watch_crashes(board);
    const struct err *e = open_all(s, &x, board);
    if (e == NULL) {
        bool is_first = board == NULL || board->starts == 1;
        if (board != NULL)
            board->is_serving = true;
        if (is_first)
            serve_print_addresses(s);
        wait_for_end(&signals);
    }
    close_all(&x);
    return e == NULL ? 0 : cli_report(s->cli->arena, e);
}
