/* Duty: attributes: what each one means for the values in it, and literal URLs.
 * Not its duty: tags (html.c), holes (expr.c asks p->attr.kind).
 */
#include <string.h>

#include "tools/tplc/tplc.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct attr_rule {
    const char *name; /* a trailing '*' stands for any rest */
    enum attr_kind kind;
    const char *refusal; /* not NULL: never allowed */
};

static const struct attr_rule rules[] = {
    {"hx-on*", ATTR_UNSET, "inline script is not allowed"},
    {"on*", ATTR_UNSET, "inline script is not allowed"},
    {"hx-vars", ATTR_UNSET, "hx-vars runs its value as script"},
    {"style", ATTR_UNSET, "inline style is not allowed: use a class"},
    {"srcdoc", ATTR_UNSET, "srcdoc is not allowed"},
    {"http-equiv", ATTR_UNSET, "http-equiv is not allowed: the server sends headers"},
    {"formmethod", ATTR_UNSET, "formmethod is not allowed: make a second form"},
    {"formaction", ATTR_URL_LOCAL, NULL},
    {"action", ATTR_URL_LOCAL, NULL},
    {"hx-get", ATTR_URL_LOCAL, NULL},
    {"hx-post", ATTR_URL_LOCAL, NULL},
    {"hx-put", ATTR_URL_LOCAL, NULL},
    {"hx-patch", ATTR_URL_LOCAL, NULL},
    {"hx-delete", ATTR_URL_LOCAL, NULL},
    {"hx-push-url", ATTR_URL_LOCAL, NULL},
    {"hx-replace-url", ATTR_URL_LOCAL, NULL},
    {"sse-connect", ATTR_URL_LOCAL, NULL},
    {"ws-connect", ATTR_URL_LOCAL, NULL},
    {"href", ATTR_URL, NULL},
    {"xlink:href", ATTR_URL, NULL},
    {"src", ATTR_URL, NULL},
    {"poster", ATTR_URL, NULL},
    {"cite", ATTR_URL, NULL},
    {"background", ATTR_URL, NULL},
    {"longdesc", ATTR_URL, NULL},
    {"manifest", ATTR_URL, NULL},
    {"ping", ATTR_URL_LOCAL, NULL},
    {"srcset", ATTR_SRCSET, NULL},
    {"imagesrcset", ATTR_SRCSET, NULL},
    {"hx-vals", ATTR_INT, NULL},
    {"hx-headers", ATTR_INT, NULL},
    {"hx-request", ATTR_INT, NULL},
    {"hx-trigger", ATTR_INT, NULL},
    {"hx-ext", ATTR_FIXED, NULL},
    {"method", ATTR_FIXED, NULL},
    {"type", ATTR_FIXED, NULL},
    {"enctype", ATTR_FIXED, NULL},
    {"translate", ATTR_FIXED, NULL},
    {"rel", ATTR_FIXED, NULL},
    {"alt", ATTR_WORDS, NULL},
    {"title", ATTR_WORDS, NULL},
    {"placeholder", ATTR_WORDS, NULL},
    {"label", ATTR_WORDS, NULL},
    {"hx-confirm", ATTR_WORDS, NULL},
    {"hx-prompt", ATTR_WORDS, NULL},
    {"aria-label", ATTR_WORDS, NULL},
    {"aria-description", ATTR_WORDS, NULL},
    {"aria-placeholder", ATTR_WORDS, NULL},
    {"aria-roledescription", ATTR_WORDS, NULL},
    {"aria-valuetext", ATTR_WORDS, NULL},
};

static bool rule_matches(const struct attr_rule *rule, str name)
{
    str pattern = str_c(rule->name);
    if (str_ends(pattern, S("*")))
        return str_starts(name, str_sub(pattern, 0, pattern.len - 1));
    return str_eq(pattern, name);
}

/* htmx reads data-hx-get as hx-get. */
static str meaning_of(str name)
{
    return str_starts(name, S("data-hx-")) || str_starts(name, S("data-sse-")) ||
                   str_starts(name, S("data-ws-"))
               ? str_from(name, 5) : name;
}

static const struct err *classify(struct tplc *p, str low)
{
    str name = meaning_of(low);
    p->attr.kind = ATTR_TEXT;
    for (size_t i = 0; i < COUNT(rules); i++) {
        if (!rule_matches(&rules[i], name))
            continue;
        if (rules[i].refusal != NULL)
            return tplc_fail(p, p->line, "%.*s: %s", STR_ARG(low), rules[i].refusal);
        p->attr.kind = rules[i].kind;
        break;
    }
    if (str_eq(name, S("src")) && str_eq(p->tag.name, S("script")))
        p->attr.kind = ATTR_ASSET;
    return NULL;
}

static const struct err *note_presence(struct tplc *p, str name)
{
    struct tag *t = &p->tag;
    t->has_alt |= str_eq(name, S("alt"));
    t->has_width |= str_eq(name, S("width"));
    t->has_height |= str_eq(name, S("height"));
    t->has_src |= str_eq(name, S("src"));
    if (str_eq(name, S("method")) || str_eq(name, S("type")) || str_eq(name, S("translate"))) {
        const struct block *block = &p->blocks.items[p->blocks.count - 1];
        if (block->place == IN_TAG)
            return tplc_fail(p, p->line, "%.*s may not depend on a condition", STR_ARG(name));
    }
    return NULL;
}

static bool has_script_prefix(str value)
{
    str trimmed = str_trim(value);
    return str_starts_nocase(trimmed, S("js:")) || str_starts_nocase(trimmed, S("javascript:"));
}

static const struct err *end_value(struct tplc *p)
{
    struct tag *t = &p->tag;
    struct attr *attr = &p->attr;
    str value = strbuf_view(&attr->value), name = attr->name;
    if (str_eq(name, S("method"))) {
        t->has_method = true;
        t->is_post = str_eq_nocase(value, S("post"));
        if (!t->is_post && !str_eq_nocase(value, S("get")) && !str_eq_nocase(value, S("dialog")))
            return tplc_fail(p, attr->line, "method is get, post or dialog");
    }
    if (str_eq(name, S("translate")))
        t->is_quiet = str_eq_nocase(value, S("no"));
    if (str_eq(name, S("type")))
        t->is_button = str_eq_nocase(value, S("submit")) || str_eq_nocase(value, S("button")) ||
                       str_eq_nocase(value, S("reset"));
    if (str_eq(name, S("value")) && str_eq(t->name, S("input")))
        t->value_is_words = html_has_letters(value);
    if (attr->kind == ATTR_WORDS && html_has_letters(value))
        t->untranslated = name;
    if (attr->kind == ATTR_INT && has_script_prefix(value))
        return tplc_fail(p, attr->line, "%.*s: inline script is not allowed", STR_ARG(name));
    bool is_url =
        attr->kind == ATTR_URL || attr->kind == ATTR_URL_LOCAL || attr->kind == ATTR_ASSET;
    if (is_url && attr->url == URL_START && !str_starts(name, S("hx-")))
        return tplc_fail(p, attr->line, "%.*s=\"\" is empty", STR_ARG(name));
    emit_markup(p, S("\""));
    p->place = IN_TAG;
    return NULL;
}

/* The first bytes decide whether a literal URL is one of ours. */
static const struct err *begin_literal_url(struct tplc *p, str rest)
{
    struct attr *attr = &p->attr;
    char second = rest.len > 1 ? rest.ptr[1] : '\0';
    if (rest.ptr[0] == '/' && second != '/' && second != '\\')
        attr->url = URL_PATH;
    else if (rest.ptr[0] == '#' || rest.ptr[0] == '?')
        attr->url = URL_QUERY;
    else if (attr->kind == ATTR_URL &&
             (str_starts(rest, S("mailto:")) || str_starts(rest, S("tel:"))))
        attr->url = URL_PATH;
    else if (str_ends(attr->name, S("-url")) &&
             (str_starts(rest, S("true")) || str_starts(rest, S("false"))))
        attr->url = URL_QUERY;
    else
        return tplc_fail(p, p->line, "%.*s: a literal URL begins with /, #, ?, mailto: or tel:",
                         STR_ARG(attr->name));
    return NULL;
}

static const struct err *check_url_char(struct tplc *p, str rest)
{
    struct attr *attr = &p->attr;
    char c = rest.ptr[0];
    if ((unsigned char)c <= ' ' || c == '\\' || c == 0x7f)
        return tplc_fail(p, p->line, "%.*s: blank, control character or backslash in a URL",
                         STR_ARG(attr->name));
    if (attr->url == URL_START)
        TRY(begin_literal_url(p, rest));
    else if (attr->url == URL_WHOLE || (attr->url == URL_ASSET && c != '#'))
        return tplc_fail(p, p->line, "%.*s: nothing may follow a whole URL", STR_ARG(attr->name));
    else if (attr->url == URL_PATH && attr->url_len == 1 && c == '/')
        return tplc_fail(p, p->line, "%.*s: the URL could begin with //", STR_ARG(attr->name));
    if (c == '?' || c == '#')
        attr->url = URL_QUERY;
    attr->url_len++;
    return NULL;
}

const struct err *attr_value_step(struct tplc *p)
{
    struct attr *attr = &p->attr;
    str rest = str_from(p->src, p->at);
    char c = rest.ptr[0];
    size_t len = 1;
    if (c == attr->quote) {
        p->at++;
        return end_value(p);
    }
    if (attr->kind == ATTR_URL || attr->kind == ATTR_URL_LOCAL || attr->kind == ATTR_ASSET)
        TRY(check_url_char(p, rest));
    if (attr->kind == ATTR_SRCSET && attr->has_hole)
        return tplc_fail(p, p->line, "srcset is one hole alone");
    if (c == '&' && html_entity_len(rest) > 0) {
        if (attr->kind != ATTR_TEXT && attr->kind != ATTR_WORDS && str_starts(rest, S("&#")))
            return tplc_fail(p, p->line, "%.*s: write the character itself", STR_ARG(attr->name));
        len = html_entity_len(rest);
        emit_markup(p, str_sub(rest, 0, len));
    } else if (c == '\n') {
        emit_markup(p, S(" "));
    } else {
        emit_markup_escaped(p, c);
    }
    strbuf_add(&attr->value, str_sub(rest, 0, len));
    p->line += c == '\n';
    p->at += len;
    return NULL;
}

/* A value without quotes: literal only, written back with quotes. */
static const struct err *step_unquoted(struct tplc *p)
{
    size_t from = p->at, to = from;
    while (to < p->src.len && !is_blank(p->src.ptr[to]) && p->src.ptr[to] != '>')
        to++;
    str value = str_sub(p->src, from, to - from);
    if (str_find(value, S("{{")) >= 0 || str_find(value, S("{%")) >= 0)
        return tplc_fail(p, p->line, "%.*s: a hole needs quotes around the value",
                         STR_ARG(p->attr.name));
    if (value.len == 0)
        return tplc_fail(p, p->line, "%.*s= has no value", STR_ARG(p->attr.name));
    for (size_t i = 0; i < value.len; i++)
        if (strchr("\"'<=`", value.ptr[i]) != NULL)
            return tplc_fail(p, p->line, "%.*s: this value needs quotes", STR_ARG(p->attr.name));
    while (p->at < to)
        TRY(attr_value_step(p));
    return end_value(p);
}

static size_t name_len(str rest)
{
    size_t len = 0;
    for (; len < rest.len; len++) {
        char c = rest.ptr[len];
        bool is_first = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!is_first &&
            (len == 0 || !((c >= '0' && c <= '9') || c == '-' || c == ':' || c == '.')))
            break;
    }
    return len;
}

const struct err *attr_step(struct tplc *p)
{
    str rest = str_from(p->src, p->at);
    size_t len = name_len(rest);
    if (len == 0)
        return tplc_fail(p, p->line, "unexpected '%c' inside <%.*s>", rest.ptr[0],
                         STR_ARG(p->tag.name));
    str name = str_sub(rest, 0, len), low = html_lower(p, name);
    if (str_starts(str_from(rest, len), S("{{")))
        return tplc_fail(p, p->line, "a hole in an attribute's name");
    p->attr = (struct attr){.name = low, .line = p->line, .quote = '\0', .url = URL_START};
    strbuf_init(&p->attr.value, p->arena, KiB(64));
    p->attr_serial++;
    TRY(classify(p, low));
    TRY(note_presence(p, low));
    emit_markup(p, S(" "));
    emit_markup(p, name);
    p->at += len;
    size_t next = p->at;
    while (next < p->src.len && is_blank(p->src.ptr[next]))
        next++;
    if (next >= p->src.len || p->src.ptr[next] != '=')
        return NULL;
    next++;
    while (next < p->src.len && is_blank(p->src.ptr[next]))
        next++;
    for (; p->at < next; p->at++)
        p->line += p->src.ptr[p->at] == '\n';
    emit_markup(p, S("=\""));
    char quote = next < p->src.len ? p->src.ptr[next] : '\0';
    if (quote != '"' && quote != '\'')
        return step_unquoted(p);
    p->attr.quote = quote;
    p->place = IN_VALUE;
    p->at++;
    return NULL;
}
