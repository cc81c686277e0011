/* millpond user ...: people made and helped by the operator. Passwords come from standard input, so
 * that they stand in no history and no process list. */
#include <stdio.h>
#include <string.h>

#include "account/account_part.h"
#include "account/account_sql.h"
#include "core/session.h"
#include "sys/crypto.h"

enum { LINE_MAX_BYTES = CRYPTO_PASSWORD_MAX + 2 };

static const struct err *usage(struct command_args *args, const char *text)
{
    return err_with_arg(args->arena, ERR(args->arena, ERR_INVALID, "app.usage", "%s", text),
                        str_c(text));
}

/* The word after `name`, or NULL. */
static const char *option(const struct command_args *args, const char *name)
{
    for (int i = 0; i + 1 < args->argc; i++)
        if (strcmp(args->argv[i], name) == 0)
            return args->argv[i + 1];
    return NULL;
}

static bool has_word(const struct command_args *args, const char *word)
{
    for (int i = 0; i < args->argc; i++)
        if (strcmp(args->argv[i], word) == 0)
            return true;
    return false;
}

static const struct err *read_password(struct command_args *args, str email, str name,
                                       str *ret_hash)
{
    char line[LINE_MAX_BYTES];
    fprintf(stderr, "Password: ");
    if (fgets(line, sizeof line, stdin) == NULL)
        return usage(args, "user ... < file with the password");
    size_t length = strcspn(line, "\r\n");
    str password = {line, length};
    TRY(account_password_check(args->arena, password, email, name));
    const struct err *e =
        crypto_password_hash(args->arena, args->platform->rng, secret_of(password), ret_hash);
    memset(line, 0, sizeof line);
    return e;
}

static const struct err *create_turn(struct turn *t, void *arg)
{
    struct account_id id;
    return account_create(t, arg, &id);
}

static const struct err *user_create(struct command_args *args)
{
    static const char how[] =
        "user create EMAIL --name NAME [--handle HANDLE] [--language zh] [--operator]";
    const char *name = option(args, "--name");
    if (args->argc < 1 || args->argv[0][0] == '-' || name == NULL)
        return usage(args, how);
    struct account_new made = {.email = str_c(args->argv[0]),
                               .name = str_c(name),
                               .email_verified = true,
                               .handle = str_c(option(args, "--handle")),
                               .language = str_c(option(args, "--language")),
                               .is_operator = has_word(args, "--operator")};
    if (str_find_char(made.email, '@') < 1 || made.email.len > ACCOUNT_EMAIL_MAX)
        return usage(args, how);
    TRY(read_password(args, made.email, made.name, &made.password_hash));
    TRY(turn_run(args->platform, args->arena, (struct account_id){0}, create_turn, &made));
    printf("%s can log in now\n", args->argv[0]);
    return NULL;
}

struct change {
    struct account_id id;
    str password_hash;   /* absent: not this */
    bool is_operator;
};

static const struct err *change_turn(struct turn *t, void *arg)
{
    const struct change *c = arg;
    if (str_is_absent(c->password_hash))
        return account_operator_update(t->tx, t->arena, c->id, c->is_operator);
    TRY(account_password_set(t, c->id, c->password_hash));
    return session_revoke_others(t, c->id, (struct session_id){0});
}

static const struct err *find(struct command_args *args, struct account *ret)
{
    struct tx *tx;
    bool is_found = false;
    TRY(db_read_begin(args->platform->db, args->arena, &tx));
    const struct err *e = account_by_email(tx, args->arena, str_c(args->argv[0]), &is_found, ret);
    db_read_end(tx);
    TRY(e);
    return is_found ? NULL : ERR(args->arena, ERR_NOT_FOUND, "account.gone", "%s", args->argv[0]);
}

static const struct err *user_password(struct command_args *args)
{
    struct account account;
    struct change change = {0};
    if (args->argc != 1)
        return usage(args, "user password EMAIL");
    TRY(find(args, &account));
    change.id = account.id;
    TRY(read_password(args, account.email, account.name, &change.password_hash));
    TRY(turn_run(args->platform, args->arena, (struct account_id){0}, change_turn, &change));
    printf("new password for %s; all sessions ended\n", args->argv[0]);
    return NULL;
}

static const struct err *user_operator(struct command_args *args)
{
    struct account account;
    if (args->argc < 1 || args->argc > 2)
        return usage(args, "user operator EMAIL [off]");
    TRY(find(args, &account));
    struct change change = {.id = account.id, .is_operator = !has_word(args, "off")};
    TRY(turn_run(args->platform, args->arena, (struct account_id){0}, change_turn, &change));
    printf("%s is %s operator\n", args->argv[0], change.is_operator ? "an" : "no longer an");
    return NULL;
}

const struct command account_commands[ACCOUNT_COMMAND_COUNT] = {
    {"user create", "EMAIL --name NAME [--handle HANDLE] [--language zh] [--operator]",
     "makes an account; the password is read from standard input", user_create},
    {"user password", "EMAIL",
     "sets a new password, read from standard input, and ends all sessions", user_password},
    {"user operator", "EMAIL [off]", "lets somebody run this server, or no longer", user_operator},
};
