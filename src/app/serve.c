/* `millpond serve`: lock, socket, supervisor. The serving itself is in serve_child.c. */
#include "app/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/acme.h"
#include "app/data_lock.h"
#include "base/strbuf.h"

enum { ACTIVATION_FD = 3 };

extern char **environ;

/* systemd hands sockets over from descriptor 3 on (sd_listen_fds(3)); we take the first. */
static void take_activation(struct cli *c)
{
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    int64_t number = 0;
    if (c->config.listen_fd < 0 && str_to_int(str_c(pid), &number) && number == getpid() &&
        str_to_int(str_c(count), &number) && number > 0)
        c->config.listen_fd = ACTIVATION_FD;
}

static const struct err *take_socket(struct serve *s)
{
    struct cli *c = s->cli;
    take_activation(c);
    if (c->config.listen_fd < 0)
        return supervisor_listen(c->arena, str_c(c->config.listen), &s->listen_fd, &s->port);
    s->listen_fd = (int)c->config.listen_fd;
    return supervisor_port(c->arena, s->listen_fd, &s->port);
}

/* The file of this program, perhaps a newer one by now, with the same words and the open socket. */
static const struct err *start_newer(const struct serve *s, int argc, const char *const *words)
{
    struct cli *c = s->cli;
    const char **argv = NULL;
    TRY_NEW_ARRAY(c->arena, argv, (size_t)argc + 4);
    str fd = STR_NONE;
    TRY(str_fmt(c->arena, &fd, "--listen-fd=%d", s->listen_fd));
    int count = 0;
    argv[count++] = c->program;
    for (int i = 0; i < argc; i++)
        if (strncmp(words[i], "--listen-fd", 11) != 0)
            argv[count++] = words[i];
    argv[count++] = fd.ptr;
    execvp(c->program, (char *const *)(uintptr_t)argv);
    return ERR(c->arena, ERR_UNAVAILABLE, "error.unavailable", "cannot start %s: %s", c->program,
               strerror(errno));
}

static const struct err *check_words(const struct cli *c)
{
    if (c->argc != 0)
        return err_with_arg(c->arena,
                            ERR(c->arena, ERR_INVALID, "app.unknown_option", "%s", c->argv[0]),
                            str_c(c->argv[0]));
    if ((c->config.tls_cert == NULL) != (c->config.tls_key == NULL))
        return err_with_arg(c->arena, ERR(c->arena, ERR_INVALID, "app.bad_value", "both or none"),
                            S("--tls-key"));
    return NULL;
}

const struct err *serve_run(struct cli *c)
{
    TRY(check_words(c));
    TRY(acme_prepare(c));
    if (c->config.listen == NULL)
        c->config.listen = c->config.acme == NULL ? "127.0.0.1:8080" : "0.0.0.0:443";
    struct serve s = {.cli = c, .base_url = str_c(c->config.base_url)};
    int lock = -1, code = 0;
    bool is_upgrade = false;
    TRY(data_lock_take(c->arena, c->config.data, &lock));
    TRY(take_socket(&s));
    if (str_is_absent(s.base_url))
        TRY(str_fmt(c->arena, &s.base_url, "%s://localhost:%d",
                    c->config.tls_cert == NULL ? "http" : "https", s.port));
    while (s.base_url.len > 0 && str_ends(s.base_url, S("/")))
        s.base_url.len--;
    if (c->config.no_supervisor) {
        code = serve_child(&s, NULL);
    } else {
        TRY(supervisor_run(c->arena, serve_child, &s, &code, &is_upgrade));
    }
    close(lock);
    if (is_upgrade)
        return start_newer(&s, c->all_argc, c->all_argv);
    close(s.listen_fd);
    c->exit_code = code;
    return NULL;
}
