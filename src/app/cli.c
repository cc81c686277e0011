/* Finds the command, opens what it needs, runs it, tells what went wrong: see cli.h. */
#include "app/cli.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "app/features.h"
#include "app/site.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "core/event.h"
#include "core/i18n.h"
#include "texts.h"
#include "web/page.h"

enum { ARENA_MAX = 1024, HELP_MAX = 64 * 1024, FEATURES_MAX = 100 };

static const struct err *version_run(struct cli *c);

#define STORE_OPTIONS "--data", "--db"
static const char *const store_options[] = {STORE_OPTIONS, NULL};
static const char *const restore_options[] = {"--data", "--db", "--force", NULL};
static const char *const routes_options[] = {"--json", NULL};
static const char *const doctor_options[] = {STORE_OPTIONS, "--base-url", "--tls-cert",
                                             "--dns",       "--json",     NULL};
static const char *const no_options[] = {NULL};
static const char *const serve_options[] = {
    STORE_OPTIONS, "--listen",         "--base-url",    "--trusted-proxy",    "--tls-cert",
    "--tls-key",   "--port-file",      "--workers",     "--job-threads",      "--rate-percent",
    "--log",       "--log-access",     "--metrics",     "--metrics-anywhere", "--acme",
    "--domain",    "--acme-directory", "--acme-listen", "--no-supervisor",    "--listen-fd",
    NULL};

static const struct cli_command commands[] = {
    {"serve", "", "serves shops until it is told to stop (SIGTERM)", CLI_NOTHING, serve_options,
     serve_run},
    {"migrate", "", "brings the store up to this program; on SQLite after a backup beside it",
     CLI_NOTHING, store_options, store_migrate},
    {"doctor", "",
     "tells what is wrong with this server and how to mend it; exit 1 when something is bad",
     CLI_NOTHING, doctor_options, doctor_run},
    {"verify", "", "checks all invariants; exit 1 when one is violated", CLI_STORE, store_options,
     store_verify},
    {"rebuild", "NAME", "fills a projection anew from state", CLI_PLATFORM, store_options,
     store_rebuild},
    {"parked", "[retry]", "lists events and jobs that failed for good; retry tries them again",
     CLI_PLATFORM, store_options, store_parked},
    {"backup", "FOLDER", "copies database, photos and keys into a new folder; the server may run",
     CLI_STORE, store_options, backup_run},
    {"restore", "FOLDER",
     "puts a backup in place of the data folder, or into an empty PostgreSQL database; the server "
     "must not run",
     CLI_NOTHING, restore_options, restore_run},
    {"routes", "", "prints every route with who may call it", CLI_NOTHING, routes_options,
     routes_run},
    {"version", "", "prints the version", CLI_NOTHING, no_options, version_run},
};

static const struct err *version_run(struct cli *c)
{
    (void)c;
    printf("millpond %s\n", MILLPOND_VERSION);
    return NULL;
}

const struct err *cli_features(struct arena *a, const struct feature *const **ret,
                               size_t *ret_count)
{
    const struct feature **list = NULL;
    TRY_NEW_ARRAY(a, list, app_feature_count + 1);
    list[0] = &site_feature;
    for (size_t i = 0; i < app_feature_count; i++)
        list[i + 1] = app_features[i];
    *ret = list;
    *ret_count = app_feature_count + 1;
    return NULL;
}

const struct err *cli_platform_config(struct cli *c, struct platform_config *ret)
{
    *ret = (struct platform_config){.data_dir = str_c(c->config.data),
                                    .db_url = str_c(c->config.db),
                                    .base_url = str_c(c->config.base_url),
                                    .texts = &texts,
                                    .setting_given = config_setting_given,
                                    .asset_url = page_asset_url};
    return cli_features(c->arena, &ret->features, &ret->feature_count);
}

enum db_migrate_mode cli_migrate_mode(const struct cli *c)
{
    return c->config.db == NULL ? DB_MIGRATE_APPLY : DB_MIGRATE_FRESH;
}

const struct err *cli_usage(struct cli *c, const char *usage)
{
    return err_with_arg(c->arena, ERR(c->arena, ERR_INVALID, "app.usage", "%s", usage),
                        str_c(usage));
}

/* ---- help ---- */

static void print(struct strbuf *sb)
{
    str text = strbuf_view(sb);
    fwrite(text.ptr, 1, text.len, stdout);
}

static void help_all(struct arena *a)
{
    struct strbuf sb;
    strbuf_init(&sb, a, HELP_MAX);
    strbuf_add(&sb, S("millpond: a social commerce server in one program and one folder.\n\n"));
    for (size_t i = 0; i < COUNT(commands); i++)
        strbuf_addf(&sb, "  %-20s %s\n", commands[i].name, commands[i].summary);
    for (size_t f = 0; f < app_feature_count; f++)
        for (size_t i = 0; i < app_features[f]->command_count; i++)
            strbuf_addf(&sb, "  %-20s %.*s\n", app_features[f]->commands[i].name,
                        (int)strcspn(app_features[f]->commands[i].summary, "\n"),
                        app_features[f]->commands[i].summary);
    strbuf_add(
        &sb,
        S("\nmillpond COMMAND --help tells more. Options may be given as MILLPOND_* variables.\n"));
    print(&sb);
}

static void help_one(struct arena *a, const char *name, const char *usage, const char *summary,
                     const char *const *options)
{
    struct strbuf sb;
    strbuf_init(&sb, a, HELP_MAX);
    strbuf_addf(&sb, "millpond %s%s%s%s\n%s\n", name, usage[0] == 0 ? "" : " ", usage,
                options[0] == NULL ? "" : " [OPTIONS]", summary);
    if (options[0] != NULL)
        strbuf_add_char(&sb, '\n');
    config_help(&sb, options);
    print(&sb);
}

/* ---- finding ---- */

/* How many words of argv the name takes ("user create": 2), 0 if it is another. */
static int words_matched(const char *name, int argc, const char **argv)
{
    str rest = str_c(name);
    int at = 0;
    while (!str_is_absent(rest)) {
        str word = str_cut(&rest, ' ');
        if (at >= argc || !str_eq(word, str_c(argv[at])))
            return 0;
        at++;
    }
    return at;
}

static const struct command *find_feature_command(int argc, const char **argv, int *ret_words)
{
    const struct command *best = NULL;
    *ret_words = 0;
    for (size_t f = 0; f < app_feature_count; f++)
        for (size_t i = 0; i < app_features[f]->command_count; i++) {
            int words = words_matched(app_features[f]->commands[i].name, argc, argv);
            if (words > *ret_words) {
                best = &app_features[f]->commands[i];
                *ret_words = words;
            }
        }
    return best;
}

static bool asks_help(int argc, const char **argv)
{
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

/* ---- running ---- */

/* "--log debug", "--log json", "--log debug,json". */
static const struct err *set_log(struct cli *c)
{
    static const char *const levels[] = {"unset", "debug", "info", "warning", "error"};
    str rest = str_c(c->config.log);
    while (!str_is_absent(rest)) {
        str word = str_cut(&rest, ',');
        bool is_known = str_eq(word, S("json")) || str_eq(word, S("logfmt"));
        if (is_known)
            log_set_json(str_eq(word, S("json")));
        for (size_t i = LOG_DEBUG; i <= LOG_ERROR && !is_known; i++)
            if ((is_known = str_eq(word, str_c(levels[i]))))
                log_set_level((enum log_level)i);
        if (!is_known)
            return err_with_arg(c->arena,
                                ERR(c->arena, ERR_INVALID, "app.bad_value", "%.*s", STR_ARG(word)),
                                S("--log"));
    }
    return NULL;
}

static const struct err *open_platform(struct cli *c, enum cli_needs needs)
{
    if (needs == CLI_NOTHING)
        return NULL;
    struct platform_config pc;
    TRY(cli_platform_config(c, &pc));
    pc.migrate = DB_MIGRATE_CHECK;
    pc.no_start = needs == CLI_STORE;
    if (needs == CLI_PLATFORM)
        pc.migrate = cli_migrate_mode(c);
    return platform_open(c->arena, &pc, &c->platform);
}

static const struct err *run_own(struct cli *c, const struct cli_command *command)
{
    TRY(config_take(c->arena, &c->config, &c->argc, c->argv, true));
    TRY(set_log(c));
    TRY(open_platform(c, command->needs));
    const struct err *e = command->run(c);
    platform_close(c->platform);
    c->platform = NULL;
    return e;
}

/* What a command set in motion (mails, projections) is left to the server when one runs beside it;
 * events are applied here, so that what it made is complete when it returns. */
static const struct err *run_feature(struct cli *c, const struct command *command)
{
    TRY(config_take(c->arena, &c->config, &c->argc, c->argv, false));
    TRY(set_log(c));
    TRY(open_platform(c, CLI_PLATFORM));
    struct command_args args = {c->platform, c->arena, c->argc, c->argv};
    const struct err *e = command->run(&args);
    if (e == NULL)
        e = event_drain(c->platform, c->arena);
    platform_close(c->platform);
    return e;
}

static const struct err *run(struct cli *c)
{
    if (c->argc == 0 || asks_help(1, c->argv) || strcmp(c->argv[0], "help") == 0) {
        help_all(c->arena);
        return NULL;
    }
    for (size_t i = 0; i < COUNT(commands); i++) {
        if (strcmp(commands[i].name, c->argv[0]) != 0)
            continue;
        if (asks_help(c->argc, c->argv)) {
            help_one(c->arena, commands[i].name, commands[i].usage, commands[i].summary,
                     commands[i].options);
            return NULL;
        }
        c->argc--;
        c->argv++;
        return run_own(c, &commands[i]);
    }
    int words = 0;
    const struct command *command = find_feature_command(c->argc, c->argv, &words);
    if (command == NULL)
        return err_with_arg(c->arena,
                            ERR(c->arena, ERR_INVALID, "app.unknown_command", "%s", c->argv[0]),
                            str_c(c->argv[0]));
    if (asks_help(c->argc, c->argv)) {
        help_one(c->arena, command->name, command->usage, command->summary, store_options);
        return NULL;
    }
    c->argc -= words;
    c->argv += words;
    return run_feature(c, command);
}

/* For the operator: the text people read, and the detail that names files and numbers. */
int cli_report(struct arena *a, const struct err *e)
{
    struct locale locale;
    locale_init(&locale, &texts, S("en"), STR_NONE, STR_NONE, clock_now_ms(&clock_system));
    str text = STR_NONE;
    bool has_text = !str_is_absent(catalogue_text(&texts, LANGUAGE_EN, e->key)) &&
                    locale_format(a, &locale, e->key, e->args, ERR_ARGS_MAX, &text) == NULL;
    if (!has_text)
        fprintf(stderr, "millpond: %s: %.*s\n", e->key, STR_ARG(e->detail));
    else
        fprintf(stderr, "millpond: %.*s\n          (%s: %.*s)\n", STR_ARG(text), e->key,
                STR_ARG(e->detail));
    return err_policy_of(e->kind)->exit_code;
}

int cli_main(int argc, char **argv)
{
    struct arena a;
    signal(SIGXFSZ,
           SIG_IGN); /* a limit of the size of files is an error of the write, as a full disk is */
    arena_init(&a, MiB(ARENA_MAX));
    struct cli c = {.arena = &a, .program = argv[0], .argc = argc - 1};
    const struct err *e = &err_out_of_memory;
    /* Two copies: options are taken out of the one, the other stays for an upgrade. */
    c.argv = arena_new_array(&a, 2 * (size_t)argc + 2, sizeof *c.argv);
    if (c.argv != NULL) {
        c.all_argc = argc - 1;
        c.all_argv = c.argv + argc + 1;
        for (int i = 1; i < argc; i++)
            c.argv[i - 1] = c.argv[argc + i] = argv[i];
        e = config_init(&a, &c.config);
    }
    if (e == NULL)
        e = run(&c);
    int code = e == NULL ? c.exit_code : cli_report(&a, e);
    arena_done(&a);
    return code;
}
