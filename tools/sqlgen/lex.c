/* The tokens of the SQL that both engines read alike. What only one of them reads, or reads
 * otherwise, is refused here already: quoted identifiers, block comments (they nest on PostgreSQL
 * only), `::`, named parameters, dollar quotes.
 */
#include "sqlgen.h"

#include <stdio.h>
#include <string.h>

const struct err *sqlgen_error(struct arena *a, str path, int line, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return ERR(a, ERR_INVALID, "sqlgen", "%.*s:%d: %s", STR_ARG(path), line, text);
}

bool token_is(const struct token *t, const char *word)
{
    return (t->kind == TOKEN_WORD || t->kind == TOKEN_PUNCT) && str_eq_nocase(t->text, str_c(word));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static char peek(const struct lexer *lx, size_t at)
{
    return at < lx->rest.len ? lx->rest.ptr[at] : '\0';
}

static void skip_comment(struct lexer *lx)
{
    str line = lx->rest;
    ptrdiff_t end = str_find_char(line, '\n');
    if (end >= 0)
        line.len = (size_t)end;
    str text = str_trim(str_from(line, 2));
    if (str_starts(text, S("@global:")))
        lx->global_reason = str_trim(str_from(text, 8));
    lx->rest = str_from(lx->rest, line.len);
}

static bool skip_blanks(struct lexer *lx)
{
    size_t before = lx->rest.len;
    while (lx->rest.len > 0) {
        char c = lx->rest.ptr[0];
        if (c == '-' && peek(lx, 1) == '-') {
            skip_comment(lx);
            continue;
        }
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
            break;
        lx->line += c == '\n';
        lx->rest = str_from(lx->rest, 1);
    }
    return lx->rest.len != before;
}

static const struct err *fail(const struct lexer *lx, const char *message)
{
    return sqlgen_error(lx->arena, lx->path, lx->line, "%s", message);
}

/* A literal ends at a quote that is not doubled; `rest` begins with the opening one. */
static const struct err *string_length(const struct lexer *lx, size_t *ret)
{
    for (size_t at = 1; at < lx->rest.len; at++) {
        if (lx->rest.ptr[at] == '\0')
            return fail(lx, "NUL inside a string literal");
        if (lx->rest.ptr[at] != '\'')
            continue;
        if (peek(lx, at + 1) == '\'') {
            at++;
            continue;
        }
        *ret = at + 1;
        return NULL;
    }
    return fail(lx, "string literal without an end");
}

static size_t word_length(const struct lexer *lx)
{
    size_t n = 1;
    while (is_word_start(peek(lx, n)) || is_digit(peek(lx, n)))
        n++;
    return n;
}

static const struct err *number_length(const struct lexer *lx, size_t *ret)
{
    size_t n = 1;
    while (is_digit(peek(lx, n)))
        n++;
    if (peek(lx, n) == '.' || is_word_start(peek(lx, n)))
        return fail(lx, "only whole decimal numbers: money and time are integers");
    *ret = n;
    return NULL;
}

static const struct err *param_length(struct lexer *lx, struct token *t, size_t *ret)
{
    size_t n = 1;
    while (is_digit(peek(lx, n)))
        n++;
    if (!lx->allow_params)
        return fail(
            lx, "a migration has no parameters; engine-only text goes under -- @pg or -- @sqlite");
    if (n == 1 || is_word_start(peek(lx, n)) || peek(lx, n) == '$')
        return fail(lx, "'$' must begin a parameter $1..$n");
    if (!str_to_int(str_sub(lx->rest, 1, n - 1), &t->number) || t->number < 1 ||
        t->number > SQLGEN_PARAM_MAX)
        return fail(lx, "parameter number out of range");
    *ret = n;
    return NULL;
}

static const struct err *punct_length(const struct lexer *lx, size_t *ret)
{
    static const char *const pairs[] = {"<=", ">=", "<>", "!=", "||", "->"};
    char c = lx->rest.ptr[0];
    *ret = 1;
    if (str_starts(lx->rest, S("::")))
        return fail(lx, "'::' is PostgreSQL only; write CAST(x AS type)");
    if (str_starts(lx->rest, S("/*")))
        return fail(lx, "block comments nest on one engine only; write --");
    for (size_t i = 0; i < COUNT(pairs); i++)
        if (str_starts(lx->rest, str_c(pairs[i])))
            *ret = 2;
    if (c == '"' || c == '`' || c == '[')
        return fail(lx, "quoted identifiers are not allowed; choose a plain name");
    if (c == '?' || c == ':' || c == '@')
        return fail(lx, "parameters are written $1..$n");
    if (c == '\0' || strchr("()<>=!|+-*/%,;.~&", c) == NULL)
        return fail(lx, "a character that is no SQL");
    return NULL;
}

const struct err *lexer_next(struct lexer *lx, struct token *ret)
{
    bool blank_before = skip_blanks(lx);
    *ret = (struct token){.blank_before = blank_before, .line = lx->line};
    if (lx->rest.len == 0) {
        ret->kind = TOKEN_END;
        return NULL;
    }
    size_t length = 0;
    char c = lx->rest.ptr[0];
    if (c == '\'') {
        ret->kind = TOKEN_STRING;
        TRY(string_length(lx, &length));
    } else if (is_word_start(c)) {
        ret->kind = TOKEN_WORD;
        length = word_length(lx);
        if (peek(lx, length) == '\'')
            return fail(lx, "prefixed string literals are not allowed");
    } else if (is_digit(c)) {
        ret->kind = TOKEN_NUMBER;
        TRY(number_length(lx, &length));
    } else if (c == '$') {
        ret->kind = TOKEN_PARAM;
        TRY(param_length(lx, ret, &length));
    } else if (c == '{' && lx->allow_braces) {
        ptrdiff_t end = str_find_char(lx->rest, '}');
        if (end < 0)
            return fail(lx, "'{' without '}'");
        ret->kind = TOKEN_BRACE;
        ret->text = str_sub(lx->rest, 1, (size_t)end - 1);
        if (str_find_char(ret->text, '\n') >= 0)
            return fail(lx, "'{' without '}' on its line");
        lx->rest = str_from(lx->rest, (size_t)end + 1);
        return NULL;
    } else {
        ret->kind = TOKEN_PUNCT;
        TRY(punct_length(lx, &length));
    }
    ret->text = str_sub(lx->rest, 0, length);
    for (size_t i = 0; i < length; i++)
        lx->line += ret->text.ptr[i] == '\n';
    lx->rest = str_from(lx->rest, length);
    return NULL;
}
