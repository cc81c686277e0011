/* Types and names that stand in signatures. */
#include "sqlgen.h"

#include <string.h>

static bool is_name(str s)
{
    if (s.len == 0 || s.len > 63 || s.ptr[0] < 'a' || s.ptr[0] > 'z')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return true;
}

const struct err *name_check(struct arena *a, str path, int line, str name)
{
    static const char *const taken[] = {
        "auto",     "bool",    "break",     "case",      "char",         "const",    "continue",
        "default",  "do",      "double",    "else",      "enum",         "extern",   "float",
        "for",      "goto",    "if",        "inline",    "int",          "long",     "register",
        "restrict", "return",  "short",     "signed",    "sizeof",       "static",   "struct",
        "switch",   "typedef", "union",     "unsigned",  "void",         "volatile", "while",
        "true",     "false",   "asm",       "typeof",    "str",          "tx",       "a",
        "ret",      "limit",   "ret_count", "ret_found", "ret_affected", "each",     "self",
        "params",
    };
    if (!is_name(name))
        return sqlgen_error(a, path, line, "'%.*s' is no lower-case name", STR_ARG(name));
    for (size_t i = 0; i < COUNT(taken); i++)
        if (str_eq(name, str_c(taken[i])))
            return sqlgen_error(a, path, line, "the name '%s' is taken in C; choose another",
                                taken[i]);
    return NULL;
}

const struct err *type_parse(struct arena *a, str path, int line, str word, struct sql_type *ret)
{
    static const struct {
        const char *name;
        char letter;
    } plain[] = {{"int", 'i'}, {"bool", 'b'}, {"text", 't'}, {"bytes", 'y'}};
    bool nullable = str_ends(word, S("?"));
    str name = nullable ? str_sub(word, 0, word.len - 1) : word;
    *ret = (struct sql_type){.name = name};
    for (size_t i = 0; i < COUNT(plain); i++)
        if (str_eq(name, str_c(plain[i].name)))
            ret->letter = plain[i].letter;
    if (ret->letter == 0 && is_name(name) && name.len > 3 && str_ends(name, S("_id")))
        ret->letter = 'd';
    if (ret->letter == 0)
        return sqlgen_error(a, path, line, "unknown type '%.*s': int bool text bytes or NAME_id",
                            STR_ARG(word));
    if (nullable && ret->letter == 'b')
        return sqlgen_error(a, path, line, "bool cannot be NULL; use int?");
    if (nullable)
        ret->letter = (char)(ret->letter - 'a' + 'A');
    return NULL;
}
