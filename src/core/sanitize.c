/* Duty: see sanitize.h. Not its duty: escaping (http/html.c), URLs (url_check).
 *
 * The tree is walked without recursion. What dropping an element leaves may be parsed differently
 * the next time (a <p> within a <p>), so the result is sanitised until it stays the same; what does
 * not settle is given as plain text. gumbo has no limits and expects memory never to fail: its
 * memory comes from an arena of its own, and when that is full a jump leaves the parser.
 */
#include "core/sanitize.h"

#include <gumbo.h>
#include <setjmp.h>
#include <string.h>

enum {
    DIRTY_MAX_BYTES = 128 * 1024,
    DIRTY_MAX_TAGS = 10000, /* some steps of the parser are quadratic in these */
    CLEAN_MAX_BYTES = 512 * 1024,
    PARSER_MAX_BYTES = 64 * 1024 * 1024,
    NESTING_MAX = 64,
    ROUNDS_MAX = 5
};

enum fate { FATE_KEEP = 0, FATE_UNWRAP, FATE_DROP };

struct tag_rule {
    GumboTag tag;
    enum fate fate;
    const char *name;   /* written when kept */
    bool is_block;      /* words do not run across it */
};

static const struct tag_rule rules[] = {
    {GUMBO_TAG_P, FATE_KEEP, "p", true},
    {GUMBO_TAG_DIV, FATE_KEEP, "p", true},
    {GUMBO_TAG_SECTION, FATE_KEEP, "p", true},
    {GUMBO_TAG_ARTICLE, FATE_KEEP, "p", true},
    {GUMBO_TAG_STRONG, FATE_KEEP, "strong", false},
    {GUMBO_TAG_EM, FATE_KEEP, "em", false},
    {GUMBO_TAG_B, FATE_KEEP, "b", false},
    {GUMBO_TAG_I, FATE_KEEP, "i", false},
    {GUMBO_TAG_U, FATE_KEEP, "u", false},
    {GUMBO_TAG_S, FATE_KEEP, "s", false},
    {GUMBO_TAG_UL, FATE_KEEP, "ul", true},
    {GUMBO_TAG_OL, FATE_KEEP, "ol", true},
    {GUMBO_TAG_LI, FATE_KEEP, "li", true},
    {GUMBO_TAG_H1, FATE_KEEP, "h2", true},
    {GUMBO_TAG_H2, FATE_KEEP, "h2", true},
    {GUMBO_TAG_H3, FATE_KEEP, "h3", true},
    {GUMBO_TAG_H4, FATE_KEEP, "h4", true},
    {GUMBO_TAG_H5, FATE_KEEP, "h4", true},
    {GUMBO_TAG_H6, FATE_KEEP, "h4", true},
    {GUMBO_TAG_BLOCKQUOTE, FATE_KEEP, "blockquote", true},
    {GUMBO_TAG_A, FATE_KEEP, "a", false},
    {GUMBO_TAG_BR, FATE_KEEP, "br", true},
    {GUMBO_TAG_TABLE, FATE_KEEP, "table", true},
    {GUMBO_TAG_THEAD, FATE_KEEP, "thead", true},
    {GUMBO_TAG_TBODY, FATE_KEEP, "tbody", true},
    {GUMBO_TAG_TR, FATE_KEEP, "tr", true},
    {GUMBO_TAG_TD, FATE_KEEP, "td", true},
    {GUMBO_TAG_TH, FATE_KEEP, "th", true},
    {GUMBO_TAG_SCRIPT, FATE_DROP, "", false},
    {GUMBO_TAG_STYLE, FATE_DROP, "", false},
    {GUMBO_TAG_TITLE, FATE_DROP, "", false},
    {GUMBO_TAG_TEMPLATE, FATE_DROP, "", false},
    {GUMBO_TAG_IFRAME, FATE_DROP, "", false},
    {GUMBO_TAG_OBJECT, FATE_DROP, "", false},
    {GUMBO_TAG_EMBED, FATE_DROP, "", false},
    {GUMBO_TAG_APPLET, FATE_DROP, "", false},
    {GUMBO_TAG_NOSCRIPT, FATE_DROP, "", false},
    {GUMBO_TAG_NOEMBED, FATE_DROP, "", false},
    {GUMBO_TAG_NOFRAMES, FATE_DROP, "", false},
    {GUMBO_TAG_XMP, FATE_DROP, "", false},
    {GUMBO_TAG_PLAINTEXT, FATE_DROP, "", false},
    {GUMBO_TAG_TEXTAREA, FATE_DROP, "", false},
    {GUMBO_TAG_SELECT, FATE_DROP, "", false},
    {GUMBO_TAG_VIDEO, FATE_DROP, "", false},
    {GUMBO_TAG_AUDIO, FATE_DROP, "", false},
    {GUMBO_TAG_CANVAS, FATE_DROP, "", false},
    {GUMBO_TAG_SVG, FATE_DROP, "", false},
    {GUMBO_TAG_MATH, FATE_DROP, "", false},
};

static const struct tag_rule unwrap = {GUMBO_TAG_UNKNOWN, FATE_UNWRAP, "", false};
static const struct tag_rule drop = {GUMBO_TAG_UNKNOWN, FATE_DROP, "", false};

static const struct tag_rule *rule_of(const GumboNode *node)
{
    if (node->type == GUMBO_NODE_TEMPLATE)
        return &drop;
    if (node->v.element.tag_namespace != GUMBO_NAMESPACE_HTML)
        return &drop;
    for (size_t i = 0; i < COUNT(rules); i++)
        if (rules[i].tag == node->v.element.tag)
            return &rules[i];
    return &unwrap;
}

struct parser {
    struct arena arena;
    jmp_buf full;
};

static void *parser_alloc(void *userdata, size_t bytes)
{
    struct parser *parser = userdata;
    void *memory = arena_alloc(&parser->arena, bytes);
    if (memory == NULL)
        longjmp(parser->full, 1);
    return memory;
}

static void parser_free(void *userdata, void *memory)
{
    (void)userdata; /* all of it ends with the arena */
    (void)memory;
}

/* NULL when the parser's memory is full. */
static const GumboOutput *parse(struct parser *parser, str dirty)
{
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = parser_alloc;
    options.deallocator = parser_free;
    options.userdata = parser;
    options.max_errors = 0;
    if (setjmp(parser->full) != 0)
        return NULL;
    return gumbo_parse_with_options(&options, dirty.ptr, dirty.len);
}

struct writer {
    struct html html;
    const GumboNode *open[NESTING_MAX]; /* written and not yet closed */
    size_t depth;
    bool text_only;
    bool owes_blank;
};

static void write_words(struct writer *w, str text)
{
    while (text.len > 0) {
        size_t blank = 0, word = 0;
        while (blank < text.len && str_find_char(S(" \t\n\r\f"), text.ptr[blank]) >= 0)
            blank++;
        while (blank + word < text.len && str_find_char(S(" \t\n\r\f"), text.ptr[blank + word]) < 0)
            word++;
        w->owes_blank |= blank > 0;
        if (word > 0) {
            if (w->owes_blank && w->html.out.len > 0)
                strbuf_add_char(&w->html.out, ' ');
            w->owes_blank = false;
            strbuf_add(&w->html.out, str_sub(text, blank, word));
        }
        text = str_from(text, blank + word);
    }
}

/* False when the link is none of ours: then only its text stays. */
static bool open_link(struct writer *w, const GumboNode *node)
{
    const GumboAttribute *href = gumbo_get_attribute(&node->v.element.attributes, "href");
    struct url_safe url;
    if (href == NULL || !url_check(str_trim(str_c(href->value)), &url))
        return false;
    strbuf_add(&w->html.out, S("<a href=\""));
    html_url(&w->html, url);
    strbuf_add(&w->html.out, S("\" rel=\"nofollow noopener\">"));
    return true;
}

/* Returns whether the children are to be visited. */
static bool enter(struct writer *w, const GumboNode *node)
{
    switch (node->type) {
    case GUMBO_NODE_DOCUMENT:
        return true;
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_WHITESPACE:
        if (w->text_only)
            write_words(w, str_c(node->v.text.text));
        else
            html_text_c(&w->html, node->v.text.text);
        return false;
    case GUMBO_NODE_CDATA:
    case GUMBO_NODE_COMMENT:
        return false;
    case GUMBO_NODE_ELEMENT:
    case GUMBO_NODE_TEMPLATE:
    default:
        break;
    }
    const struct tag_rule *rule = rule_of(node);
    w->owes_blank |= rule->is_block;
    if (rule->fate != FATE_KEEP || w->text_only || w->depth == NESTING_MAX)
        return rule->fate != FATE_DROP;
    if (rule->tag == GUMBO_TAG_A) {
        if (!open_link(w, node))
            return true;
    } else {
        strbuf_addf(&w->html.out, "<%s>", rule->name);
        if (rule->tag == GUMBO_TAG_BR)
            return false;
    }
    w->open[w->depth++] = node;
    return true;
}

static bool is_blank(str s)
{
    return str_trim(s).len == 0;
}

static void leave(struct writer *w, const GumboNode *node)
{
    if (node->type != GUMBO_NODE_ELEMENT)
        return;
    const struct tag_rule *rule = rule_of(node);
    w->owes_blank |= rule->is_block;
    if (w->depth == 0 || w->open[w->depth - 1] != node)
        return;
    w->depth--;
    str made = strbuf_view(&w->html.out);
    ptrdiff_t last = str_rfind_char(made, '<');
    if (strcmp(rule->name, "p") == 0 && last >= 0 &&
        str_starts(str_from(made, (size_t)last), S("<p>")) &&
        is_blank(str_from(made, (size_t)last + 3)))
        w->html.out.len = (size_t)last; /* an empty paragraph is only a gap */
    else
        strbuf_addf(&w->html.out, "</%s>", rule->name);
}

static const GumboVector *children_of(const GumboNode *node)
{
    return node->type == GUMBO_NODE_DOCUMENT ? &node->v.document.children
                                             : &node->v.element.children;
}

static void walk(struct writer *w, const GumboNode *root)
{
    const GumboNode *node = root;
    for (;;) {
        if (enter(w, node) && children_of(node)->length > 0) {
            node = children_of(node)->data[0];
            continue;
        }
        leave(w, node);
        while (node != root) {
            const GumboVector *siblings = children_of(node->parent);
            if (node->index_within_parent + 1 < siblings->length) {
                node = siblings->data[node->index_within_parent + 1];
                break;
            }
            node = node->parent;
            leave(w, node);
        }
        if (node == root)
            return;
    }
}

static const struct err *clean_once(struct arena *a, str dirty, bool text_only, str *ret)
{
    struct parser *parser;
    struct writer *w;
    size_t tags = 0;
    for (size_t i = 0; i < dirty.len; i++)
        tags += dirty.ptr[i] == '<';
    if (dirty.len > DIRTY_MAX_BYTES || tags > DIRTY_MAX_TAGS)
        return ERR(a, ERR_LIMIT, "error.too_large", "%zu bytes of HTML with %zu tags", dirty.len,
                   tags);
    TRY_NEW(a, parser);
    TRY_NEW(a, w);
    w->text_only = text_only;
    html_init(&w->html, a, NULL, CLEAN_MAX_BYTES);
    arena_init(&parser->arena, PARSER_MAX_BYTES);
    const GumboOutput *output = parse(parser, dirty.len == 0 ? S("") : dirty);
    if (output != NULL)
        walk(w, output->document);
    arena_done(&parser->arena);
    if (output == NULL)
        return ERR(a, ERR_LIMIT, "error.too_large", "HTML that needs too much memory");
    str made;
    TRY(html_finish(&w->html, &made));
    return str_dup(a, str_trim(made), ret);
}

const struct err *sanitize_html(struct arena *a, str dirty, struct html_safe *ret)
{
    str now, before = dirty;
    for (int round = 0; round < ROUNDS_MAX; round++) {
        TRY(clean_once(a, before, false, &now));
        if (str_eq(now, before)) {
            *ret = (struct html_safe){now};
            return NULL;
        }
        before = now;
    }
    TRY(clean_once(a, now, true, &now));
    return sanitize_plain(a, now, ret);
}

const struct err *sanitize_to_text(struct arena *a, str dirty, str *ret)
{
    return clean_once(a, dirty, true, ret);
}

enum plain_block { PLAIN_NONE, PLAIN_PARAGRAPH, PLAIN_LIST, PLAIN_BLOCK_COUNT };

static void plain_end(struct html *h, enum plain_block *open)
{
    static const str ends[PLAIN_BLOCK_COUNT] = {STR_INIT(""), STR_INIT("</p>"), STR_INIT("</ul>")};
    strbuf_add(&h->out, ends[*open]);
    *open = PLAIN_NONE;
}

static void plain_line(struct html *h, str line, enum plain_block *open)
{
    bool is_item = str_starts(line, S("- "));
    enum plain_block wanted = is_item ? PLAIN_LIST : PLAIN_PARAGRAPH;
    bool is_first = *open != wanted;
    if (is_first)
        plain_end(h, open);
    if (is_item)
        strbuf_add(&h->out, is_first ? S("<ul><li>") : S("<li>"));
    else
        strbuf_add(&h->out, is_first ? S("<p>") : S("<br>"));
    html_text_str(h, is_item ? str_trim(str_from(line, 2)) : line);
    strbuf_add(&h->out, is_item ? S("</li>") : S(""));
    *open = wanted;
}

const struct err *sanitize_plain(struct arena *a, str text, struct html_safe *ret)
{
    struct html h;
    str rest = str_trim(text), made;
    enum plain_block open = PLAIN_NONE;
    html_init(&h, a, NULL, CLEAN_MAX_BYTES);
    while (rest.len > 0) {
        str line = str_trim(str_cut(&rest, '\n'));
        if (line.len == 0)
            plain_end(&h, &open);
        else
            plain_line(&h, line, &open);
    }
    plain_end(&h, &open);
    TRY(html_finish(&h, &made));
    *ret = (struct html_safe){made};
    return NULL;
}

const struct err *sanitize_plain_undo(struct arena *a, struct html_safe markup, str *ret,
                                      bool *ret_is_plain)
{
    static const struct {
        str from, to;
    } parts[] = {{STR_INIT("</p><ul><li>"), STR_INIT("\n\n- ")},
                 {STR_INIT("</li></ul><p>"), STR_INIT("\n\n")},
                 {STR_INIT("</li></ul><ul><li>"), STR_INIT("\n\n- ")},
                 {STR_INIT("</li><li>"), STR_INIT("\n- ")},
                 {STR_INIT("<ul><li>"), STR_INIT("- ")},
                 {STR_INIT("</li></ul>"), STR_INIT("")},
                 {STR_INIT("</p><p>"), STR_INIT("\n\n")}, {STR_INIT("<p>"), STR_INIT("")},
                 {STR_INIT("</p>"), STR_INIT("")},        {STR_INIT("<br>"), STR_INIT("\n")},
                 {STR_INIT("&lt;"), STR_INIT("<")},       {STR_INIT("&gt;"), STR_INIT(">")},
                 {STR_INIT("&amp;"), STR_INIT("&")},      {STR_INIT("&quot;"), STR_INIT("\"")},
                 {STR_INIT("&#34;"), STR_INIT("\"")},     {STR_INIT("&#39;"), STR_INIT("'")}};
    struct strbuf sb;
    struct html_safe again;
    strbuf_init(&sb, a, CLEAN_MAX_BYTES);
    for (size_t i = 0; i < markup.markup.len;) {
        size_t p = 0;
        while (p < COUNT(parts) && !str_starts(str_from(markup.markup, i), parts[p].from))
            p++;
        strbuf_add(&sb, p < COUNT(parts) ? parts[p].to : str_sub(markup.markup, i, 1));
        i += p < COUNT(parts) ? parts[p].from.len : 1;
    }
    TRY(strbuf_finish(&sb, ret));
    TRY(sanitize_plain(a, *ret, &again));
    TRY(sanitize_html(a, again.markup, &again));
    *ret_is_plain = str_eq(again.markup, markup.markup);
    return NULL;
}
