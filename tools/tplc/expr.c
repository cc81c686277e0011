/* Duty: C expressions of templates, and the writer call a hole becomes in its place.
 * Not its duty: understanding C beyond brackets, strings and the house's few functions; the C
 * compiler checks the rest, at the template's line.
 */
#include <string.h>

#include "tools/tplc/tplc.h"

enum { NESTING_MAX = 8 };

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

str expr_identifier(str s)
{
    size_t len = 0;
    while (len < s.len && is_word(s.ptr[len]))
        len++;
    return len > 0 && s.ptr[0] >= '0' && s.ptr[0] <= '9' ? S("") : str_sub(s, 0, len);
}

/* Length of the string or character constant at the start of s; 0 if there is none, s.len + 1 if it
 * does not end. */
static size_t quoted_len(str s)
{
    if (s.len == 0 || (s.ptr[0] != '"' && s.ptr[0] != '\''))
        return 0;
    for (size_t i = 1; i < s.len && s.ptr[i] != '\n'; i++) {
        if (s.ptr[i] == '\\')
            i++;
        else if (s.ptr[i] == s.ptr[0])
            return i + 1;
    }
    return s.len + 1;
}

const struct err *expr_cut(struct tplc *p, str open, str close, str *ret)
{
    int line = p->line;
    str rest = str_from(p->src, p->at + open.len);
    for (size_t i = 0; i < rest.len;) {
        size_t quoted = quoted_len(str_from(rest, i));
        if (quoted > rest.len - i)
            return tplc_fail(p, p->line, "a quote that does not end on its line");
        if (quoted == 0 && str_starts(str_from(rest, i), close)) {
            *ret = str_trim(str_sub(rest, 0, i));
            p->at += open.len + i + close.len;
            return ret->len > 0
                       ? NULL
                       : tplc_fail(p, line, "%.*s %.*s is empty", STR_ARG(open), STR_ARG(close));
        }
        p->line += rest.ptr[i] == '\n';
        i += quoted == 0 ? 1 : quoted;
    }
    return tplc_fail(p, line, "%.*s without %.*s", STR_ARG(open), STR_ARG(close));
}

/* Brackets match, nothing ends the statement, no preprocessor, no comments. */
static const struct err *check_balance(struct tplc *p, int line, str e)
{
    char stack[32];
    size_t depth = 0;
    if (e.len == 0)
        return tplc_fail(p, line, "an expression is missing");
    for (size_t i = 0; i < e.len;) {
        str rest = str_from(e, i);
        size_t quoted = quoted_len(rest);
        if (quoted > 0) {
            if (quoted > rest.len)
                return tplc_fail(p, line, "a quote that does not end");
            i += quoted;
            continue;
        }
        char c = e.ptr[i++];
        if (c == ';' || c == '#' || c == '\\' || c == '\0' || str_starts(rest, S("//")) ||
            str_starts(rest, S("/*")))
            return tplc_fail(p, line, "not an expression: %.*s", STR_ARG(e));
        if (c == '(' || c == '[' || c == '{') {
            if (depth == sizeof stack)
                return tplc_fail(p, line, "brackets nested too deep");
            stack[depth++] = (char)(c == '(' ? ')' : c == '[' ? ']' : '}');
        } else if ((c == ')' || c == ']' || c == '}') && (depth == 0 || stack[--depth] != c)) {
            return tplc_fail(p, line, "brackets do not match: %.*s", STR_ARG(e));
        }
    }
    return depth == 0 ? NULL : tplc_fail(p, line, "brackets do not match: %.*s", STR_ARG(e));
}

const struct err *expr_split(struct tplc *p, int line, str list, struct expr_list *ret)
{
    size_t depth = 0, from = 0;
    ret->count = 0;
    if (str_trim(list).len == 0)
        return NULL;
    TRY(check_balance(p, line, list));
    for (size_t i = 0; i <= list.len;) {
        size_t quoted = quoted_len(str_from(list, i));
        char c = i < list.len ? list.ptr[i] : ',';
        if (quoted == 0 && c == ',' && depth == 0) {
            if (ret->count == COUNT(ret->items))
                return tplc_fail(p, line, "more than %zu parts", COUNT(ret->items));
            str item = str_trim(str_sub(list, from, i - from));
            if (item.len == 0)
                return tplc_fail(p, line, "an argument is missing");
            ret->items[ret->count++] = item;
            from = i + 1;
        }
        depth += c == '(' || c == '[' || c == '{';
        depth -= c == ')' || c == ']' || c == '}';
        i += quoted == 0 ? 1 : quoted;
    }
    return NULL;
}

struct call {
    str name;
    struct expr_list args;
};

/* name(args) at the start of s; *ret_len is its length, 0 if s does not begin so. */
static const struct err *parse_call(struct tplc *p, int line, str s, struct call *ret,
                                    size_t *ret_len)
{
    size_t depth = 0;
    *ret_len = 0;
    ret->name = expr_identifier(s);
    if (ret->name.len == 0 || ret->name.len >= s.len || s.ptr[ret->name.len] != '(')
        return NULL;
    for (size_t i = ret->name.len; i < s.len;) {
        size_t quoted = quoted_len(str_from(s, i));
        depth += s.ptr[i] == '(';
        if (s.ptr[i] == ')' && --depth == 0) {
            *ret_len = i + 1;
            return expr_split(p, line, str_sub(s, ret->name.len + 1, i - ret->name.len - 1),
                              &ret->args);
        }
        i += quoted == 0 ? 1 : quoted;
    }
    return NULL;
}

static const struct err *rewrite(struct tplc *p, int line, str e, int depth, str *ret) MUST_CHECK;

/* Functions whose value is written by the reader's locale or id format. */
struct value_function {
    const char *name, *writer, *arg; /* statement and html_arg forms; %.*s is the argument */
    const char *writer_end;
};
static const struct value_function value_functions[] = {
    {"money", "html_money(h, ", "html_arg_money(", ")"},
    {"date", "html_date(h, ", "html_arg_of(HTML_ARG_DATE, ", ", HTML_DATE)"},
    {"datetime", "html_date(h, ", "html_arg_of(HTML_ARG_DATE_TIME, ", ", HTML_DATE_TIME)"},
    {"ago", "html_date(h, ", "html_arg_of(HTML_ARG_AGO, ", ", HTML_DATE_AGO)"},
    {"number", "html_number(h, ", "html_arg_of(HTML_ARG_NUMBER, ", ")"},
    {"id", "html_id(h, (", "html_arg_of(HTML_ARG_ID, (", ").v)"},
};

static const struct value_function *find_value_function(str name)
{
    for (size_t i = 0; i < COUNT(value_functions); i++)
        if (str_eq(name, str_c(value_functions[i].name)))
            return &value_functions[i];
    return NULL;
}

/* Whole expression `name(one)` of a value function, else NULL. */
static const struct err *as_value_function(struct tplc *p, int line, str e, str *ret_arg,
                                           const struct value_function **ret)
{
    struct call call;
    size_t len;
    *ret = NULL;
    TRY(parse_call(p, line, e, &call, &len));
    const struct value_function *f = len == e.len ? find_value_function(call.name) : NULL;
    if (f == NULL)
        return NULL;
    if (call.args.count != 1)
        return tplc_fail(p, line, "%s() takes one argument", f->name);
    *ret_arg = call.args.items[0];
    *ret = f;
    return NULL;
}

static const struct err *text_arg(struct tplc *p, int line, str e, int depth, struct strbuf *out)
{
    const struct value_function *f;
    str inner = e, code;
    TRY(as_value_function(p, line, e, &inner, &f));
    TRY(rewrite(p, line, inner, depth + 1, &code));
    if (f != NULL)
        strbuf_addf(out, "%s%.*s%s", f->arg, STR_ARG(code),
                    str_eq(str_c(f->name), S("id")) ? ").v)" : ")");
    else
        strbuf_addf(out, "HTML_ARG(%.*s)", STR_ARG(code));
    return NULL;
}

static const struct err *check_key(struct tplc *p, int line, str quoted, bool is_plural,
                                   size_t args)
{
    str key = str_sub(quoted, 1, quoted.len < 2 ? 0 : quoted.len - 2);
    if (quoted.len < 3 || quoted.ptr[0] != '"' || quoted_len(quoted) != quoted.len)
        return tplc_fail(p, line,
                         "the key of a text is one literal string; use t_key() for a computed one");
    str name = key;
    if (is_plural)
        TRY(str_fmt(p->arena, &name, "%.*s.other", STR_ARG(key)));
    const struct text_entry *entry = text_table_find(p->texts, name);
    if (entry == NULL)
        return tplc_fail(p, line, "no text %.*s in any en.txt", STR_ARG(name));
    unsigned given = (1u << (args + is_plural)) - 1;
    if ((entry->placeholders | is_plural) != given)
        return tplc_fail(p, line,
                         "%.*s (%s:%d) has other placeholders than the %zu argument%s given",
                         STR_ARG(name), entry->file, entry->line, args, args == 1 ? "" : "s");
    return NULL;
}

/* t, tn, t_key: writes `writer` or, with is_str, the expression of type str. False: another
 * function. */
static const struct err *text_call(struct tplc *p, int line, const struct call *call, bool is_str,
                                   int depth, str *ret, bool *ret_is_text)
{
    bool is_t = str_eq(call->name, S("t")), is_tn = str_eq(call->name, S("tn"));
    struct strbuf out;
    size_t first = is_tn ? 2 : 1;
    *ret_is_text = is_t || is_tn || str_eq(call->name, S("t_key"));
    if (!*ret_is_text)
        return NULL;
    if (call->args.count < first || call->args.count > 4)
        return tplc_fail(p, line, "%.*s() takes %s and up to %zu arguments", STR_ARG(call->name),
                         is_tn ? "a key, a count" : "a key", 4 - first);
    size_t given = call->args.count - first;
    str key = call->args.items[0];
    if (is_t || is_tn)
        TRY(check_key(p, line, key, is_tn, given));
    else
        TRY(rewrite(p, line, key, depth + 1, &key));
    strbuf_init(&out, p->arena, KiB(64));
    strbuf_addf(&out, "html_%s%s(h, %.*s, ", is_tn ? "tn" : "t", is_str ? "_str" : "",
                STR_ARG(key));
    if (is_tn) {
        str count;
        TRY(rewrite(p, line, call->args.items[1], depth + 1, &count));
        strbuf_addf(&out, "(int64_t)(%.*s), ", STR_ARG(count));
    }
    strbuf_add(&out, given == 0 ? S("NULL") : S("(const struct html_arg[]){"));
    for (size_t i = 0; i < given; i++) {
        strbuf_add(&out, i > 0 ? S(", ") : S(""));
        TRY(text_arg(p, line, call->args.items[first + i], depth, &out));
    }
    strbuf_addf(&out, "%s, %zu)", given == 0 ? "" : "}", given);
    return strbuf_finish(&out, ret);
}

static const struct err *rewrite(struct tplc *p, int line, str e, int depth, str *ret)
{
    struct strbuf out;
    if (depth > NESTING_MAX)
        return tplc_fail(p, line, "calls nested too deep");
    strbuf_init(&out, p->arena, KiB(64));
    for (size_t i = 0; i < e.len;) {
        str rest = str_from(e, i), text;
        size_t quoted = quoted_len(rest), word = expr_identifier(rest).len, len = 0;
        char before = i > 0 ? e.ptr[i - 1] : ' ';
        bool is_text = false;
        struct call call;
        if (quoted == 0 && word > 0 && before != '.' && before != '>' && !is_word(before)) {
            TRY(parse_call(p, line, rest, &call, &len));
            if (len > 0)
                TRY(text_call(p, line, &call, true, depth, &text, &is_text));
        }
        if (is_text) {
            strbuf_add(&out, text);
            i += len;
        } else if (quoted > 0 || word > 0) {
            strbuf_add(&out, str_sub(rest, 0, quoted > 0 ? quoted : word));
            i += quoted > 0 ? quoted : word;
        } else {
            strbuf_add_char(&out, rest.ptr[0] == '\n' || rest.ptr[0] == '\r' ? ' ' : rest.ptr[0]);
            i++;
        }
    }
    return strbuf_finish(&out, ret);
}

const struct err *expr_c(struct tplc *p, int line, str expr, str *ret)
{
    TRY(check_balance(p, line, expr));
    return rewrite(p, line, expr, 0, ret);
}

static bool is_static_name(str quoted)
{
    if (quoted.len < 3 || quoted.ptr[0] != '"' || quoted_len(quoted) != quoted.len)
        return false;
    for (size_t i = 1; i + 1 < quoted.len; i++)
        if (!is_word(quoted.ptr[i]) && quoted.ptr[i] != '-' && quoted.ptr[i] != '.' &&
            quoted.ptr[i] != '/')
            return false;
    return true;
}

/* icon, asset and markup, which only some places take. */
static const struct err *place_call(struct tplc *p, int line, const struct call *call, str *ret)
{
    bool is_icon = str_eq(call->name, S("icon")), is_asset = str_eq(call->name, S("asset"));
    bool is_markup = str_eq(call->name, S("markup"));
    *ret = STR_NONE;
    if (!is_icon && !is_asset && !is_markup)
        return NULL;
    if (call->args.count != 1)
        return tplc_fail(p, line, "%.*s() takes one argument", STR_ARG(call->name));
    if (is_asset) {
        if (!is_static_name(call->args.items[0]))
            return tplc_fail(p, line, "asset() takes the literal name of a file");
        bool is_url =
            p->place == IN_VALUE && p->attr.kind >= ATTR_URL && p->attr.kind <= ATTR_ASSET;
        if (is_url && p->attr.url != URL_START)
            return tplc_fail(p, line, "asset() is a whole URL");
        p->attr.url = URL_ASSET;
        return str_fmt(p->arena, ret, "html_asset(h, %.*s)", STR_ARG(call->args.items[0]));
    }
    if (p->place != IN_TEXT)
        return tplc_fail(p, line, "%.*s() stands in text only", STR_ARG(call->name));
    str arg;
    TRY(rewrite(p, line, call->args.items[0], 0, &arg));
    return str_fmt(p->arena, ret, is_icon ? "html_icon(h, %.*s)" : "HTML_MARKUP(h, %.*s)",
                   STR_ARG(arg));
}

/* The macro that takes a plain expression here, or an error. */
static const struct err *macro_here(struct tplc *p, int line, const char **ret)
{
    struct attr *attr = &p->attr;
    *ret = "HTML_TEXT";
    if (p->place == IN_TEXT || p->place == IN_RCDATA)
        return NULL;
    switch (attr->kind) {
    case ATTR_TEXT:
    case ATTR_WORDS:
        return NULL;
    case ATTR_INT:
        *ret = "HTML_INT";
        return NULL;
    case ATTR_SRCSET:
        if (attr->has_hole || strbuf_view(&attr->value).len > 0)
            return tplc_fail(p, line, "srcset is one hole alone, of type struct srcset_safe");
        *ret = "HTML_SRCSET";
        return NULL;
    case ATTR_ASSET:
        return tplc_fail(p, line, "the src of a script is a literal or asset(\"name\")");
    case ATTR_URL:
    case ATTR_URL_LOCAL:
        if (attr->url == URL_WHOLE || attr->url == URL_ASSET)
            return tplc_fail(p, line, "nothing may follow a whole URL");
        *ret = attr->url == URL_PATH    ? "HTML_URL_PATH"
               : attr->url == URL_QUERY ? "HTML_URL_PART"
               : attr->kind == ATTR_URL ? "HTML_URL"
                                        : "HTML_URL_LOCAL";
        if (attr->url == URL_START)
            attr->url = URL_WHOLE;
        attr->url_len += 2; /* a component is never empty */
        return NULL;
    case ATTR_FIXED:
    case ATTR_UNSET:
    default:
        return tplc_fail(p, line, "%.*s takes no hole", STR_ARG(attr->name));
    }
}

static const struct err *write_hole(struct tplc *p, int line, str e)
{
    const struct value_function *f;
    struct call call;
    size_t len;
    str code = STR_NONE, arg = e;
    bool is_text = false;
    bool is_plain = p->place != IN_VALUE || p->attr.kind == ATTR_TEXT || p->attr.kind == ATTR_WORDS;
    TRY(parse_call(p, line, e, &call, &len));
    if (len == e.len) {
        TRY(place_call(p, line, &call, &code));
        if (str_is_absent(code) && is_plain)
            TRY(text_call(p, line, &call, false, 0, &code, &is_text));
    }
    if (!str_is_absent(code)) {
        emit_code(p, line, "%.*s;", STR_ARG(code));
        return NULL;
    }
    TRY(as_value_function(p, line, e, &arg, &f));
    TRY(rewrite(p, line, arg, 0, &code));
    bool was_start = p->attr.url == URL_START;
    const char *macro;
    TRY(macro_here(p, line, &macro));
    if (f == NULL) {
        emit_code(p, line, "%s(h, %.*s);", macro, STR_ARG(code));
        return NULL;
    }
    bool is_id = str_eq(str_c(f->name), S("id"));
    bool takes_id = !(p->place == IN_VALUE && (p->attr.kind == ATTR_SRCSET ||
                      ((p->attr.kind == ATTR_URL || p->attr.kind == ATTR_URL_LOCAL) && was_start)));
    if (!is_plain && !(is_id && takes_id))
        return tplc_fail(p, line, "%s() does not fit into %.*s", f->name, STR_ARG(p->attr.name));
    emit_code(p, line, "%s%.*s%s;", f->writer, STR_ARG(code), f->writer_end);
    return NULL;
}

const struct err *hole_step(struct tplc *p)
{
    int line = p->line;
    str e;
    TRY(expr_cut(p, S("{{"), S("}}"), &e));
    TRY(check_balance(p, line, e));
    if (p->place == IN_TAG)
        return tplc_fail(p, line, "a hole inside a tag stands only in a quoted value");
    TRY(write_hole(p, line, e));
    p->attr.has_hole |= p->place == IN_VALUE;
    p->last_blank = false;
    return NULL;
}
