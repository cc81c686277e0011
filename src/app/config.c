/* The option table: see config.h. */
#include "app/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

enum kind { KIND_TEXT = 1, KIND_INT, KIND_FLAG, KIND_LIST };

struct option {
    const char *name, *variable, *value; /* value: its name in help, NULL for flags */
    enum kind kind;
    size_t offset;
    const char *standard;
    int64_t min, max;
    const char *help;
};

#define AT(member) offsetof(struct config, member)
static const struct option options[] = {
    {"--data", "MILLPOND_DATA", "DIR", KIND_TEXT, AT(data), "var/millpond", 0, 0,
     "folder with everything this shop server keeps"},
    {"--db", "MILLPOND_DB", "URL", KIND_TEXT, AT(db), NULL, 0, 0,
     "postgres://... instead of the SQLite file in the folder"},
    {"--listen", "MILLPOND_LISTEN", "ADDR:PORT", KIND_TEXT, AT(listen), NULL, 0, 0,
     "where to listen (127.0.0.1:8080; with --acme 0.0.0.0:443)"},
    {"--base-url", "MILLPOND_BASE_URL", "URL", KIND_TEXT, AT(base_url), NULL, 0, 0,
     "public address, for links in mails; default http://localhost:PORT"},
    {"--trusted-proxy", "MILLPOND_TRUSTED_PROXY", "CIDR", KIND_LIST, AT(proxies), NULL, 0, 0,
     "proxy whose X-Forwarded-For is believed; may be given again"},
    {"--tls-cert", "MILLPOND_TLS_CERT", "FILE", KIND_TEXT, AT(tls_cert), NULL, 0, 0,
     "certificate chain, to speak TLS without a proxy"},
    {"--tls-key", "MILLPOND_TLS_KEY", "FILE", KIND_TEXT, AT(tls_key), NULL, 0, 0,
     "its private key"},
    {"--port-file", "MILLPOND_PORT_FILE", "FILE", KIND_TEXT, AT(port_file), NULL, 0, 0,
     "writes the port here once the server answers"},
    {"--workers", "MILLPOND_WORKERS", "N", KIND_INT, AT(workers), "128", 1, 1024,
     "requests handled at once"},
    {"--job-threads", "MILLPOND_JOB_THREADS", "N", KIND_INT, AT(job_threads), "2", 1, 16,
     "jobs run at once"},
    {"--rate-percent", "MILLPOND_RATE_PERCENT", "N", KIND_INT, AT(rate_percent), "100", 0, 10000,
     "of the normal request rates per address; 0 = no limit"},
    {"--log", "MILLPOND_LOG", "LEVEL", KIND_TEXT, AT(log), "info", 0, 0,
     "debug, info, warning or error; \",json\" for lines of JSON"},
    {"--log-access", "MILLPOND_LOG_ACCESS", NULL, KIND_FLAG, AT(log_access), NULL, 0, 0,
     "a line per request"},
    {"--no-supervisor", "MILLPOND_NO_SUPERVISOR", NULL, KIND_FLAG, AT(no_supervisor), NULL, 0, 0,
     "one process, not restarted after a crash"},
    {"--listen-fd", "MILLPOND_LISTEN_FD", "N", KIND_INT, AT(listen_fd), "-1", -1, 65535,
     "listens on this open socket (kept over an upgrade)"},
    {"--acme", "MILLPOND_ACME", "MAIL", KIND_TEXT, AT(acme), NULL, 0, 0,
     "gets certificates by itself; the authority warns this address"},
    {"--domain", "MILLPOND_DOMAIN", "NAME", KIND_TEXT, AT(domain), NULL, 0, 0,
     "for --acme: shop.example.com, or several with commas"},
    {"--acme-directory", "MILLPOND_ACME_DIRECTORY", "URL", KIND_TEXT, AT(acme_directory), NULL, 0,
     0, "another authority than Let's Encrypt"},
    {"--acme-listen", "MILLPOND_ACME_LISTEN", "ADDR:PORT", KIND_TEXT, AT(acme_listen), "0.0.0.0:80",
     0, 0, "where the authority comes to look"},
    {"--metrics", "MILLPOND_METRICS", "ADDR:PORT", KIND_TEXT, AT(metrics), NULL, 0, 0,
     "figures for Prometheus at http://ADDR:PORT/metrics; a private address"},
    {"--metrics-anywhere", "MILLPOND_METRICS_ANYWHERE", NULL, KIND_FLAG, AT(metrics_anywhere), NULL,
     0, 0, "lets --metrics be a public address"},
    {"--dns", "MILLPOND_DNS", "ADDR:PORT", KIND_TEXT, AT(dns), NULL, 0, 0,
     "name server to ask for mail records, instead of the system's"},
    {"--json", "MILLPOND_JSON", NULL, KIND_FLAG, AT(json), NULL, 0, 0, "answers in JSON"},
    {"--force", "MILLPOND_FORCE", NULL, KIND_FLAG, AT(force), NULL, 0, 0, "replaces what is there"},
};

static const struct err *refuse(struct arena *a, const char *key, const char *word)
{
    return err_with_arg(a, ERR(a, ERR_INVALID, key, "%s", word), str_c(word));
}

static bool is_yes(const char *value)
{
    return strcmp(value, "") != 0 && strcmp(value, "0") != 0 && strcmp(value, "false") != 0;
}

static const struct err *set(struct arena *a, struct config *c, const struct option *o,
                             const char *value)
{
    void *member = (char *)c + o->offset;
    switch (o->kind) {
    case KIND_TEXT:
        *(const char **)member = value;
        return NULL;
    case KIND_FLAG:
        *(bool *)member = is_yes(value);
        return NULL;
    case KIND_INT:
        if (!str_to_int(str_c(value), member) || *(int64_t *)member < o->min ||
            *(int64_t *)member > o->max)
            return refuse(a, "app.bad_value", o->name);
        return NULL;
    case KIND_LIST:
        if (c->proxy_count == CONFIG_PROXIES_MAX)
            return refuse(a, "app.bad_value", o->name);
        c->proxies[c->proxy_count++] = value;
        return NULL;
    }
    UNREACHABLE();
}

const struct err *config_init(struct arena *a, struct config *ret)
{
    *ret = (struct config){0};
    for (size_t i = 0; i < COUNT(options); i++) {
        const char *value = getenv(options[i].variable);
        if (value == NULL)
            value = options[i].standard;
        if (value != NULL)
            TRY(set(a, ret, &options[i], value));
    }
    return NULL;
}

/* "--name" or "--name=value": the option and where the value begins, or NULL. */
static const struct option *find(const char *word, const char **ret_value)
{
    for (size_t i = 0; i < COUNT(options); i++) {
        size_t len = strlen(options[i].name);
        if (strncmp(word, options[i].name, len) != 0 || (word[len] != 0 && word[len] != '='))
            continue;
        *ret_value = word[len] == '=' ? word + len + 1 : NULL;
        return &options[i];
    }
    return NULL;
}

const struct err *config_take(struct arena *a, struct config *c, int *argc, const char **argv,
                              bool is_strict)
{
    int kept = 0;
    bool is_over = false;
    for (int i = 0; i < *argc; i++) {
        const char *value = NULL;
        const struct option *o = is_over ? NULL : find(argv[i], &value);
        is_over = is_over || strcmp(argv[i], "--") == 0;
        if (o == NULL && !is_over && is_strict && strncmp(argv[i], "--", 2) == 0)
            return refuse(a, "app.unknown_option", argv[i]);
        if (o == NULL) {
            argv[kept++] = argv[i];
            continue;
        }
        if (value == NULL && o->kind == KIND_FLAG)
            value = "1";
        if (value == NULL && i + 1 < *argc)
            value = argv[++i];
        if (value == NULL)
            return refuse(a, "app.bad_value", o->name);
        TRY(set(a, c, o, value));
    }
    *argc = kept;
    return NULL;
}

void config_help(struct strbuf *out, const char *const *names)
{
    for (; names != NULL && *names != NULL; names++)
        for (size_t i = 0; i < COUNT(options); i++)
            if (strcmp(*names, options[i].name) == 0) {
                const struct option *o = &options[i];
                strbuf_addf(out, "  %s%s%-*s %s", o->name, o->value == NULL ? "" : " ",
                            (int)(28 - strlen(o->name)), o->value == NULL ? "" : o->value, o->help);
                if (o->standard != NULL)
                    strbuf_addf(out, " (%s)", o->standard);
                strbuf_addf(out, " [%s]\n", o->variable);
            }
}

str config_setting_given(const char *key)
{
    char variable[80] = "MILLPOND_";
    size_t at = strlen(variable);
    for (size_t i = 0; key[i] != 0 && at < sizeof variable - 1; i++) {
        char c = key[i] == '.' ? '_' : key[i];
        variable[at++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    variable[at] = 0;
    return str_c(getenv(variable));
}
