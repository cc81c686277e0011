/* Duty: follow the HTML outside attributes: text, tags, which elements are open.
 * Not its duty: attributes (attr.c), repairing wrong markup as browsers do: what they would repair
 * is an error here. Invariant: the elements stack is what a browser has open at that byte.
 */
#include <string.h>

#include "tools/tplc/tplc.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_char(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

/* Is name one of the words in " a b c "? */
static bool in_words(str name, const char *words)
{
    char needle[40];
    if (name.len == 0 || name.len > sizeof needle - 3)
        return false;
    needle[0] = ' ';
    memcpy(needle + 1, name.ptr, name.len);
    needle[name.len + 1] = ' ';
    needle[name.len + 2] = '\0';
    return strstr(words, needle) != NULL;
}

struct element *html_top(struct tplc *p)
{
    return p->elements.count == 0 ? NULL : &p->elements.items[p->elements.count - 1];
}

str html_lower(struct tplc *p, str name)
{
    char *copy = arena_alloc(p->arena, name.len + 1);
    if (copy == NULL)
        return S("?");
    for (size_t i = 0; i < name.len; i++)
        copy[i] = (char)(name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? name.ptr[i] + 32 : name.ptr[i]);
    return (str){copy, name.len};
}

size_t html_entity_len(str s)
{
    size_t i = 1;
    if (s.len > 1 && s.ptr[1] == '#')
        i++;
    size_t name_from = i;
    while (i < s.len && i < 34 && is_name_char(s.ptr[i]) && s.ptr[i] != '-')
        i++;
    return i > name_from && i < s.len && s.ptr[i] == ';' ? i + 1 : 0;
}

/* Whether the character at s is a letter of some script; *ret_len is its length. Punctuation,
 * arrows, symbols and emoji need no translation. */
static bool letter_at(str s, size_t *ret_len)
{
    unsigned char c = (unsigned char)s.ptr[0];
    size_t len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    *ret_len = len < s.len ? len : s.len;
    if (len == 1)
        return is_letter((char)c);
    unsigned code = c & (0xffu >> (len + 1));
    for (size_t i = 1; i < *ret_len; i++)
        code = code << 6 | ((unsigned char)s.ptr[i] & 0x3f);
    return !(code < 0xc0 || code == 0xd7 || code == 0xf7 || (code >= 0x2000 && code < 0x2c00) ||
             (code >= 0x3000 && code < 0x3005) || (code >= 0x3008 && code < 0x3021) ||
             (code >= 0xfe00 && code < 0xfe10) || (code >= 0xff00 && code < 0xff10) ||
             code >= 0x1f000);
}

bool html_has_letters(str text)
{
    while (text.len > 0) {
        size_t len = text.ptr[0] == '&' ? html_entity_len(text) : 0;
        if (len == 0 && letter_at(text, &len))
            return true;
        text = str_from(text, len);
    }
    return false;
}

static const struct err *step_text(struct tplc *p)
{
    str rest = str_from(p->src, p->at);
    const struct element *top = html_top(p);
    char c = rest.ptr[0];
    size_t len = 1;
    if (is_blank(c)) {
        if (top != NULL && top->keeps_blanks) {
            emit_markup(p, (str){&c, 1});
        } else if (!p->last_blank) {
            emit_markup(p, S(" "));
            p->last_blank = true;
        }
    } else if (c == '&') {
        len = html_entity_len(rest);
        if (len == 0)
            emit_markup_escaped(p, c);
        emit_markup(p, str_sub(rest, 0, len));
        len = len == 0 ? 1 : len;
    } else {
        bool is_quiet = top != NULL && top->is_quiet;
        if (letter_at(rest, &len) && !is_quiet)
            return tplc_fail(
                p, p->line,
                "text that is not translated: use {{ t(\"key\") }}, or mark the element "
                "translate=\"no\"");
        emit_markup(p, str_sub(rest, 0, len));
    }
    p->line += c == '\n';
    p->at += len;
    return NULL;
}

static const struct err *step_comment(struct tplc *p, str rest)
{
    ptrdiff_t end = str_find(rest, S("-->"));
    if (end < 0)
        return tplc_fail(p, p->line, "<!-- without -->");
    str inside = str_sub(rest, 0, (size_t)end);
    if (str_find(inside, S("{{")) >= 0 || str_find(inside, S("{%")) >= 0)
        return tplc_fail(p, p->line, "a hole in an HTML comment: use {# #} to comment templates");
    for (size_t i = 0; i < inside.len; i++)
        p->line += inside.ptr[i] == '\n';
    p->at += (size_t)end + 3;
    return NULL;
}

static str cut_tag_name(str rest)
{
    size_t len = 0;
    while (len < rest.len && (len == 0 ? is_letter(rest.ptr[0]) : is_name_char(rest.ptr[len])))
        len++;
    return str_sub(rest, 0, len);
}

static const struct err *step_close_tag(struct tplc *p, str rest)
{
    str name = cut_tag_name(str_from(rest, 2));
    size_t len = 2 + name.len;
    while (len < rest.len && is_blank(rest.ptr[len]))
        len++;
    if (name.len == 0 || len >= rest.len || rest.ptr[len] != '>')
        return tplc_fail(p, p->line, "a closing tag is </name>, without holes");
    str low = html_lower(p, name);
    struct element *top = html_top(p);
    if (top == NULL || !str_eq(top->name, low)) {
        if (top == NULL)
            return tplc_fail(p, p->line, "</%.*s> closes nothing", STR_ARG(low));
        return tplc_fail(p, p->line, "</%.*s> where <%.*s> of line %d is open", STR_ARG(low),
                         STR_ARG(top->name), top->line);
    }
    const struct block *block = &p->blocks.items[p->blocks.count - 1];
    if (p->elements.count <= block->depth)
        return tplc_fail(p, p->line, "</%.*s> closes an element opened outside this {%% %%} block",
                         STR_ARG(low));
    p->elements.count--;
    p->place = IN_TEXT;
    emit_markup(p, S("</"));
    emit_markup(p, name);
    emit_markup(p, S(">"));
    p->at += len + 1;
    return NULL;
}

static const struct err *check_nesting(struct tplc *p, str name)
{
    const struct element *top = html_top(p);
    if (in_words(
            name,
            " style base object embed applet frame frameset iframe plaintext xmp listing noembed "
            "noframes animate animatemotion animatetransform set foreignobject portal "))
        return tplc_fail(p, p->line, "<%.*s> is not allowed in templates", STR_ARG(name));
    if (top != NULL && str_eq(top->name, S("p")) &&
        in_words(
            name,
            " address article aside blockquote details div dl fieldset figure footer form h1 h2 h3 "
            "h4 h5 h6 header hr main menu nav ol p pre section table ul "))
        return tplc_fail(p, p->line, "<%.*s> inside <p>: a browser would close the <p> first",
                         STR_ARG(name));
    if (!in_words(name, " form a button "))
        return NULL;
    for (size_t i = 0; i < p->elements.count; i++)
        if (str_eq(p->elements.items[i].name, name))
            return tplc_fail(p, p->line, "<%.*s> inside <%.*s> of line %d", STR_ARG(name),
                             STR_ARG(name), p->elements.items[i].line);
    return NULL;
}

static const struct err *step_open_tag(struct tplc *p, str rest)
{
    str name = cut_tag_name(str_from(rest, 1));
    if (name.len == 0)
        return tplc_fail(p, p->line, str_starts(rest, S("<{")) ? "a hole in a tag's name"
                                                               : "write &lt; for a literal '<'");
    char after = 1 + name.len < rest.len ? rest.ptr[1 + name.len] : '\0';
    if (!is_blank(after) && after != '>' && after != '/')
        return tplc_fail(p, p->line, after == '{' ? "a hole in a tag's name: put a blank before {%%"
                                                  : "a tag's name is letters, digits and '-'");
    str low = html_lower(p, name);
    TRY(check_nesting(p, low));
    p->tag = (struct tag){.name = low, .line = p->line, .serial = p->tag.serial + 1};
    p->place = IN_TAG;
    emit_markup(p, S("<"));
    emit_markup(p, name);
    p->at += 1 + name.len;
    return NULL;
}

static const struct err *step_markup(struct tplc *p)
{
    str rest = str_from(p->src, p->at);
    if (str_starts(rest, S("<!--")))
        return step_comment(p, rest);
    if (str_starts_nocase(rest, S("<!doctype html>"))) {
        emit_markup(p, S("<!doctype html>"));
        p->at += 15;
        return NULL;
    }
    if (str_starts(rest, S("</")))
        return step_close_tag(p, rest);
    return step_open_tag(p, rest);
}

static const struct err *check_tag(struct tplc *p)
{
    const struct tag *t = &p->tag;
    const struct element *top = html_top(p);
    bool is_quiet = t->is_quiet || (top != NULL && top->is_quiet);
    if (str_eq(t->name, S("img")) && !(t->has_alt && t->has_width && t->has_height))
        return tplc_fail(p, t->line, "<img> needs alt (may be empty), width and height");
    if (str_eq(t->name, S("form")) && !t->has_method)
        return tplc_fail(p, t->line, "<form> needs a method");
    if (str_eq(t->name, S("script")) && !t->has_src)
        return tplc_fail(p, t->line,
                         "inline <script> is not allowed: put it into a module with src");
    if (!is_quiet && !str_is_absent(t->untranslated))
        return tplc_fail(p, t->line,
                         "%.*s=\"\" has text that is not translated: use {{ t(\"key\") }}",
                         STR_ARG(t->untranslated));
    if (!is_quiet && t->is_button && t->value_is_words)
        return tplc_fail(p, t->line, "value=\"\" of a button has text that is not translated");
    return NULL;
}

/* <script src> has to be empty: its end is taken at once. */
static const struct err *finish_script(struct tplc *p)
{
    str rest = str_from(p->src, p->at);
    size_t len = 0;
    while (len < rest.len && is_blank(rest.ptr[len]))
        p->line += rest.ptr[len++] == '\n';
    if (!str_starts(str_from(rest, len), S("</script>")))
        return tplc_fail(p, p->line, "<script> has to be empty: no code, no holes");
    emit_markup(p, S("</script>"));
    p->at += len + 9;
    return NULL;
}

static const struct err *end_tag(struct tplc *p, bool is_self_closed)
{
    const struct tag *t = &p->tag;
    const struct element *top = html_top(p);
    bool is_foreign = (top != NULL && top->is_foreign) || in_words(t->name, " svg math ");
    bool is_void = in_words(t->name, " area br col hr img input link meta source track wbr ");
    TRY(check_tag(p));
    if (is_self_closed && !is_void && !is_foreign)
        return tplc_fail(p, t->line, "<%.*s/> does not close itself in HTML", STR_ARG(t->name));
    emit_markup(p, is_self_closed && is_foreign ? S("/>") : S(">"));
    p->place = IN_TEXT;
    if (str_eq(t->name, S("script")))
        return finish_script(p);
    if (str_eq(t->name, S("form")) && t->is_post)
        emit_code(p, t->line, "html_csrf_field(h);");
    if (is_void || is_self_closed)
        return NULL;
    bool is_textarea = str_eq(t->name, S("textarea"));
    struct element element = {.name = t->name,
                              .line = t->line,
                              .is_foreign = is_foreign,
                              .is_quiet = t->is_quiet || (top != NULL && top->is_quiet),
                              .keeps_blanks = is_textarea || str_eq(t->name, S("pre")) ||
                                              (top != NULL && top->keeps_blanks)};
    struct element *pushed = VEC_PUSH(p->arena, &p->elements);
    if (pushed == NULL)
        return &err_out_of_memory;
    *pushed = element;
    if (is_textarea || (str_eq(t->name, S("title")) && !is_foreign))
        p->place = IN_RCDATA;
    if (is_textarea) /* a browser drops one line break here: give it one, so that the value keeps
                        its own */
        emit_markup(p, S("\n"));
    return NULL;
}

static const struct err *step_tag(struct tplc *p)
{
    str rest = str_from(p->src, p->at);
    char c = rest.ptr[0];
    if (is_blank(c)) {
        p->line += c == '\n';
        p->at++;
        return NULL;
    }
    if (c == '>' || str_starts(rest, S("/>"))) {
        p->at += c == '>' ? 1 : 2;
        return end_tag(p, c == '/');
    }
    return attr_step(p);
}

const struct err *html_step(struct tplc *p)
{
    str rest = str_from(p->src, p->at);
    switch (p->place) {
    case IN_TAG:
        return step_tag(p);
    case IN_VALUE:
        return attr_value_step(p);
    case IN_RCDATA:
        if (str_starts(rest, S("</")))
            return step_close_tag(p, rest);
        if (rest.ptr[0] == '<')
            return tplc_fail(p, p->line, "no tags inside <%.*s>", STR_ARG(html_top(p)->name));
        return step_text(p);
    case IN_TEXT:
    default:
        return rest.ptr[0] == '<' ? step_markup(p) : step_text(p);
    }
}
