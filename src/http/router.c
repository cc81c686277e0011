/* A tree of path segments. Search goes literal, then "@" with a parameter, then parameter, then
 * rest, with one level of choice kept per segment; the depth is bounded, so the search is a loop
 * over a small stack.
 */
#include "http/router.h"

#include "base/strbuf.h"

enum { SEGMENTS_MAX = 24, METHODS = HTTP_OPTIONS + 1 };

enum segment_kind { SEGMENT_UNSET = 0, SEGMENT_LITERAL, SEGMENT_AT, SEGMENT_PARAM, SEGMENT_REST };

struct node {
    str literal;
    struct node *literals;   /* children, a list */
    struct node *next;       /* sibling among literals */
    struct node *at_param;
    struct node *param;
    struct node *rest;
    int rows[METHODS];       /* row + 1; 0 = none */
};

struct router {
    struct node root;
};

const struct err *router_new(struct arena *a, struct router **ret)
{
    TRY_NEW(a, *ret);
    return NULL;
}

/* "{id}", "@{handle}" and "{rest...}" by their braces; a brace elsewhere is malformed. */
static enum segment_kind classify(str segment, bool is_last)
{
    bool has_brace = str_find_char(segment, '{') >= 0 || str_find_char(segment, '}') >= 0;
    if (!has_brace)
        return segment.len > 0 || is_last ? SEGMENT_LITERAL : SEGMENT_UNSET;
    bool is_at = segment.ptr[0] == '@';
    segment = str_from(segment, is_at ? 1 : 0);
    if (segment.len < 3 || segment.ptr[0] != '{' || segment.ptr[segment.len - 1] != '}')
        return SEGMENT_UNSET;
    str name = str_sub(segment, 1, segment.len - 2);
    bool is_rest = str_ends(name, S("..."));
    if (is_rest)
        name = str_sub(name, 0, name.len - 3);
    for (size_t i = 0; i < name.len; i++)
        if ((name.ptr[i] < 'a' || name.ptr[i] > 'z') && name.ptr[i] != '_')
            return SEGMENT_UNSET;
    if (name.len == 0 || (is_rest && (!is_last || is_at)))
        return SEGMENT_UNSET;
    if (is_at)
        return SEGMENT_AT;
    return is_rest ? SEGMENT_REST : SEGMENT_PARAM;
}

static struct node *find_literal(const struct node *n, str segment)
{
    for (struct node *child = n->literals; child != NULL; child = child->next)
        if (str_eq(child->literal, segment))
            return child;
    return NULL;
}

static const struct err *child_for(struct arena *a, struct node *n, enum segment_kind kind,
                                   str segment, struct node **ret)
{
    struct node **slot = kind == SEGMENT_AT      ? &n->at_param
                         : kind == SEGMENT_PARAM ? &n->param
                                                 : &n->rest;
    *ret = kind == SEGMENT_LITERAL ? find_literal(n, segment) : *slot;
    if (*ret != NULL)
        return NULL;
    TRY_NEW(a, *ret);
    if (kind == SEGMENT_LITERAL) {
        TRY(str_dup(a, segment, &(*ret)->literal));
        (*ret)->next = n->literals;
        slot = &n->literals;
    }
    *slot = *ret;
    return NULL;
}

const struct err *router_add(struct router *r, struct arena *a, enum http_method m,
                             const char *pattern, int row)
{
    struct node *n = &r->root;
    str rest = str_c(pattern);
    size_t segments = 0, params = 0;
    if (!str_starts(rest, S("/")) || m <= HTTP_UNSET || (int)m >= METHODS || row < 0)
        return ERR(a, ERR_BUG, "error.bug", "route %s", pattern);
    rest = str_from(rest, 1);
    while (!str_is_absent(rest)) {
        str segment = str_cut(&rest, '/');
        enum segment_kind kind = classify(segment, str_is_absent(rest));
        params += kind == SEGMENT_AT || kind == SEGMENT_PARAM || kind == SEGMENT_REST;
        if (kind == SEGMENT_UNSET || params > HTTP_PATH_PARAMS_MAX || ++segments > SEGMENTS_MAX)
            return ERR(a, ERR_BUG, "error.bug", "route %s is malformed", pattern);
        TRY(child_for(a, n, kind, segment, &n));
    }
    if (n->rows[m] != 0)
        return ERR(a, ERR_BUG, "error.bug", "route %s is there twice", pattern);
    n->rows[m] = row + 1;
    return NULL;
}

struct frame {
    const struct node *node;
    size_t at;               /* where the rest of the path begins */
    size_t param_count;      /* before this segment */
    enum segment_kind tried;
};

/* A node that ends the path: notes its methods; true when it serves the one asked for. */
static bool ends_here(const struct node *n, enum http_method m, struct route_match *match)
{
    for (unsigned i = HTTP_GET; i < METHODS; i++)
        if (n->rows[i] != 0)
            match->allowed_methods |= 1u << i;
    if (n->rows[HTTP_GET] != 0)
        match->allowed_methods |= 1u << HTTP_HEAD;
    int row = n->rows[m];
    if (row == 0 && m == HTTP_HEAD)
        row = n->rows[HTTP_GET];
    if (row == 0)
        return false;
    match->row = row - 1;
    return true;
}

/* The next child of the frame's node that fits its segment, or NULL when all were tried. */
static const struct node *next_choice(struct frame *f, str path, struct route_match *match,
                                      size_t *ret_next_at)
{
    str rest = str_from(path, f->at);
    ptrdiff_t slash = str_find_char(rest, '/');
    str segment = slash < 0 ? rest : str_sub(rest, 0, (size_t)slash);
    while (f->tried < SEGMENT_REST) {
        f->tried++;
        match->param_count = f->param_count;
        const struct node *child = f->tried == SEGMENT_LITERAL ? find_literal(f->node, segment)
                                   : f->tried == SEGMENT_AT    ? f->node->at_param
                                   : f->tried == SEGMENT_PARAM ? f->node->param
                                                               : f->node->rest;
        bool takes_param = f->tried != SEGMENT_LITERAL;
        str param = f->tried == SEGMENT_REST ? rest : segment;
        if (f->tried == SEGMENT_AT)
            param = str_starts(segment, S("@")) ? str_from(segment, 1) : S("");
        if (child == NULL || (takes_param && param.len == 0))
            continue;
        if (takes_param)
            match->params[match->param_count++] = param;
        bool ends = slash < 0 || f->tried == SEGMENT_REST;
        *ret_next_at = ends ? path.len + 1 : f->at + segment.len + 1;
        return child;
    }
    return NULL;
}

struct route_match router_find(const struct router *r, enum http_method m, str path)
{
    struct route_match match = {.row = -1};
    struct frame stack[SEGMENTS_MAX + 1];
    size_t depth = 0;
    if (!str_starts(path, S("/")) || (int)m >= METHODS)
        return match;
    stack[depth++] = (struct frame){.node = &r->root, .at = 1};
    while (depth > 0) {
        struct frame *top = &stack[depth - 1];
        size_t next_at = 0;
        const struct node *child = next_choice(top, path, &match, &next_at);
        if (child == NULL)
            depth--;
        else if (next_at > path.len) {
            if (ends_here(child, m, &match))
                return match;
        } else if (depth < COUNT(stack))
            stack[depth++] =
                (struct frame){.node = child, .at = next_at, .param_count = match.param_count};
    }
    match.param_count = 0;
    match.row = match.allowed_methods != 0 ? -2 : -1;
    return match;
}
