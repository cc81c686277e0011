/* The command line: one table of commands, ours and those of the features; help is made from it.
 * Exit codes follow the kinds of errors (base/err.h); a wrong word or option is 2.
 */
#ifndef APP_CLI_H
#define APP_CLI_H

#include "app/config.h"
#include "core/feature.h"

#define MILLPOND_VERSION "0.1.0"

enum cli_needs {
    CLI_UNSET = 0,
    CLI_NOTHING,   /* config only */
    CLI_STORE,     /* the platform, migrations checked, features not started */
    CLI_PLATFORM,  /* the platform as the server has it */
};

struct cli {
    struct arena *arena;
    struct config config;
    struct platform *platform;   /* NULL for CLI_NOTHING */
    int argc;                    /* words after the command's own and the options */
    const char **argv;
    int exit_code; /* when the command worked and has something to say by it (verify: 1) */
    int all_argc;                /* everything after the program's name, as it was given */
    const char *const *all_argv;
    const char *program;         /* argv[0], to start a newer one in an upgrade */
};

struct cli_command {
    const char *name, *usage, *summary;
    enum cli_needs needs;
    const char *const *options;  /* NULL-terminated: for help and for refusing others */
    const struct err *(*run)(struct cli *c);
};

int cli_main(int argc, char **argv);
/* Tells the operator what went wrong; returns the exit code. */
int cli_report(struct arena *a, const struct err *e);

/* The feature list of the program: the site's own routes first, then src/features.list. */
const struct err *cli_features(struct arena *a, const struct feature *const **ret,
                               size_t *ret_count) MUST_CHECK;
/* What platform_open needs, from the options. */
const struct err *cli_platform_config(struct cli *c, struct platform_config *ret) MUST_CHECK;
/* A SQLite store is brought up to date by whoever opens it; a PostgreSQL one, which several
 * programs may share, only when it is empty: else `millpond migrate`. */
enum db_migrate_mode cli_migrate_mode(const struct cli *c);
const struct err *cli_usage(struct cli *c, const char *usage) MUST_CHECK;

/* The commands, each in a file of its own or with its kin. */
const struct err *serve_run(struct cli *c);                /* serve.c */
const struct err *store_migrate(struct cli *c);            /* store_commands.c */
const struct err *store_verify(struct cli *c);
const struct err *store_rebuild(struct cli *c);
const struct err *store_parked(struct cli *c);
const struct err *backup_run(struct cli *c);               /* backup.c */
const struct err *restore_run(struct cli *c);
const struct err *routes_run(struct cli *c);               /* routes.c */
const struct err *doctor_run(struct cli *c);               /* doctor.c */

#endif
