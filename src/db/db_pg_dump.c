/* A PostgreSQL store as one file and back, by the programs that come with PostgreSQL (pg_dump,
 * pg_restore): they know every version's catalogue, and one snapshot makes the copy consistent
 * while servers go on.
 *
 * A password never stands on their command line, where every user of the machine could read it: it
 * goes into a file that only we can read, for as long as they run.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "db/db_pg.h"
#include "sys/child.h"

enum { CONNINFO_MAX = 8 * 1024, SAID_MAX = 64 * 1024, PROGRAM_ARGS_MAX = 12 };
static const int64_t DAY_MS = (int64_t)24 * 3600 * 1000;

/* Where to find the server and how to trust it; everything else is our connection's own affair. */
static const char *const kept[] = {
    "host",       "hostaddr", "port",        "user",   "dbname",          "sslmode",
    "sslcert",    "sslkey",   "sslrootcert", "sslcrl", "channel_binding", "krbsrvname",
    "gssencmode", NULL};

static const struct err *find_program(struct arena *a, const char *name, const char **ret)
{
    str rest = S("/usr/bin:/usr/local/bin:/bin"), path = STR_NONE;
    while (!str_is_absent(rest)) {
        str folder = str_cut(&rest, ':');
        TRY(str_fmt(a, &path, "%.*s/%s", STR_ARG(folder), name));
        if (access(path.ptr, X_OK) == 0) {
            *ret = path.ptr;
            return NULL;
        }
    }
    return err_with_arg(a, ERR(a, ERR_UNAVAILABLE, "db.no_program", "no %s", name), str_c(name));
}

static void add_quoted(struct strbuf *sb, const char *name, const char *value)
{
    strbuf_addf(sb, "%s%s='", sb->len == 0 ? "" : " ", name);
    for (const char *at = value; *at != 0; at++) {
        if (*at == '\'' || *at == '\\')
            strbuf_add_char(sb, '\\');
        strbuf_add_char(sb, *at);
    }
    strbuf_add_char(sb, '\'');
}

static const struct err *write_secret(struct arena *a, const char *password, const char *path)
{
    struct strbuf sb;
    str line = STR_NONE;
    strbuf_init(&sb, a, CONNINFO_MAX);
    strbuf_add(&sb, S("*:*:*:*:"));
    for (const char *at = password; *at != 0; at++) {
        if (*at == ':' || *at == '\\')
            strbuf_add_char(&sb, '\\');
        strbuf_add_char(&sb, *at);
    }
    strbuf_add_char(&sb, '\n');
    TRY(strbuf_finish(&sb, &line));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool is_written = fd >= 0 && write(fd, line.ptr, line.len) == (ssize_t)line.len;
    if (fd >= 0)
        close(fd);
    return is_written ? NULL : ERR(a, ERR_UNAVAILABLE, "db.cannot_write", "%s", path);
}

/* *ret: the connection's words for another program. A password goes to `secret`. */
static const struct err *describe(struct arena *a, PQconninfoOption *options, const char *secret,
                                  str *ret)
{
    struct strbuf sb;
    const char *password = NULL, *passfile = NULL;
    strbuf_init(&sb, a, CONNINFO_MAX);
    for (const PQconninfoOption *o = options; o->keyword != NULL; o++) {
        if (o->val == NULL || o->val[0] == 0)
            continue;
        if (strcmp(o->keyword, "password") == 0)
            password = o->val;
        if (strcmp(o->keyword, "passfile") == 0)
            passfile = o->val;
        for (size_t i = 0; kept[i] != NULL; i++)
            if (strcmp(o->keyword, kept[i]) == 0)
                add_quoted(&sb, kept[i], o->val);
    }
    if (password != NULL)
        TRY(write_secret(a, password, secret));
    if (password != NULL || passfile != NULL)
        add_quoted(&sb, "passfile", password != NULL ? secret : passfile);
    return strbuf_finish(&sb, ret);
}

static const struct err *run(struct arena *a, const char *const *argv, const char *key)
{
    struct child_result result;
    TRY(child_run(
        a, &(struct child_options){.argv = argv, .output_max = SAID_MAX, .timeout_ms = DAY_MS},
        &result));
    if (result.exit_code == 0)
        return NULL;
    str said = str_trim(result.errors);
    return err_with_arg(a,
                        ERR(a, ERR_UNAVAILABLE, key, "%s: exit %d signal %d: %.*s", argv[0],
                            result.exit_code, result.signal, STR_ARG(said)),
                        said);
}

/* Runs `args` with --dbname and the words for our database at their end. `path`: the file of the
 * copy. */
static const struct err *run_on(struct db *db, struct arena *a, const char *const *args, str path,
                                const char *key)
{
    const char *argv[PROGRAM_ARGS_MAX + 3] = {NULL};
    struct pg_conn conn = {.tx.db = db};
    size_t count = 0;
    str secret = STR_NONE, words = STR_NONE;
    TRY(str_fmt(a, &secret, "%.*s.secret", STR_ARG(path)));
    TRY(pg_conn_ready(a, &conn));
    PQconninfoOption *options = PQconninfo(conn.handle);
    const struct err *e =
        options == NULL ? &err_out_of_memory : describe(a, options, secret.ptr, &words);
    PQconninfoFree(options);
    pg_conn_close(&conn);
    for (; args[count] != NULL; count++)
        argv[count] = args[count];
    argv[count++] = "--dbname";
    argv[count] = words.ptr;
    if (e == NULL)
        e = run(a, argv, key);
    (void)unlink(secret.ptr);
    return e;
}

const struct err *pg_dump(struct db *db, struct arena *a, str path)
{
    const char *dump, *restore, *to;
    TRY(str_to_c(a, path, &to));
    TRY(find_program(a, "pg_dump", &dump));
    TRY(find_program(a, "pg_restore", &restore));
    const char *const args[] = {
        dump, "--format=custom", "--no-owner", "--no-privileges", "--no-password", "--file", to,
        NULL};
    TRY(run_on(db, a, args, path, "db.dump_failed"));
    const char *const look[] = {restore, "--list", to, NULL};
    return run(a, look, "db.dump_failed");
}

static const struct err *must_be_empty(struct db *db, struct arena *a)
{
    struct pg_conn conn = {.tx.db = db};
    TRY(pg_conn_ready(a, &conn));
    PGresult *result = PQexec(
        conn.handle, "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                     " WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') LIMIT 1");
    bool is_known = PQresultStatus(result) == PGRES_TUPLES_OK,
         is_empty = is_known && PQntuples(result) == 0;
    PQclear(result);
    pg_conn_close(&conn);
    if (!is_known)
        return ERR(a, ERR_UNAVAILABLE, "db.cannot_open", "the catalogue cannot be read");
    return is_empty ? NULL : ERR(a, ERR_CONFLICT, "db.not_empty", "tables are there");
}

const struct err *pg_restore(struct db *db, struct arena *a, str path)
{
    const char *restore, *from;
    TRY(str_to_c(a, path, &from));
    TRY(find_program(a, "pg_restore", &restore));
    TRY(must_be_empty(db, a));
    const char *const args[] = {restore,
                                "--no-owner", "--no-privileges", "--no-password",
                                "--single-transaction", "--exit-on-error", from,
                                NULL};
    return run_on(db, a, args, path, "db.restore_failed");
}
