/* Options of the program: one table gives name, variable, default and help of each. A flag wins
 * over its MILLPOND_* variable, which wins over the default. Feature commands keep flags that are
 * not here.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "base/err.h"

enum { CONFIG_PROXIES_MAX = 16 };

struct config {
    const char *data;
    const char *db;               /* NULL: SQLite in the data folder */
    const char *listen;           /* NULL: 127.0.0.1:8080, with acme 0.0.0.0:443 (serve.c) */
    const char *base_url;         /* NULL: http://localhost:PORT */
    const char *tls_cert, *tls_key;
    const char *port_file;
    const char *metrics;          /* NULL: none */
    bool metrics_anywhere;
    const char *acme;             /* mail for the certificate authority; NULL: no ACME */
    const char *domain;           /* "shop.example,www.shop.example" */
    const char *acme_directory;   /* NULL: Let's Encrypt */
    const char *acme_listen;
    const char *dns;              /* NULL: the system's name servers */
    const char *proxies[CONFIG_PROXIES_MAX];
    size_t proxy_count;
    int64_t workers, job_threads, rate_percent, listen_fd;
    const char *log;              /* a level, "json", or both with a comma */
    bool log_access, no_supervisor, json, force;
};

/* Fills from defaults and variables. INVALID names the variable. */
const struct err *config_init(struct arena *a, struct config *ret) MUST_CHECK;
/* Takes the options out of argv and leaves the other words in order. With `is_strict` a word that
 * begins with "--" and is no option is INVALID "app.unknown_option" (arg: the word). */
const struct err *config_take(struct arena *a, struct config *c, int *argc, const char **argv,
                              bool is_strict) MUST_CHECK;

/* The variable of a server setting: "smtp.url" is MILLPOND_SMTP_URL. Absent when not set. */
str config_setting_given(const char *key);

struct strbuf;
/* Help lines of the options a command understands; `names` as in the command's table. */
void config_help(struct strbuf *out, const char *const *names);

#endif
