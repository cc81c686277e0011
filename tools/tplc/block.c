/* Duty: {% %}: templates, layouts, conditions, loops.
 * Invariant: every branch of a block ends at the same place of the HTML where it began.
 */
#include "tools/tplc/tplc.h"

static struct block *top_block(struct tplc *p)
{
    return p->blocks.count == 0 ? NULL : &p->blocks.items[p->blocks.count - 1];
}

static const struct err *push_block(struct tplc *p, enum block_kind kind, int line, str item)
{
    if (p->blocks.count >= 64)
        return tplc_fail(p, line, "blocks nested too deep");
    struct block *block = VEC_PUSH(p->arena, &p->blocks);
    if (block == NULL)
        return &err_out_of_memory;
    *block = (struct block){
        .kind = kind, .line = line, .place = p->place, .depth = p->elements.count,
        .tag_serial = p->tag.serial, .attr_serial = p->attr_serial,
        .url_at_start = p->attr.url, .url_len_at_start = p->attr.url_len,
        .last_blank = p->last_blank, .item = item};
    return NULL;
}

/* The URL after a block may be what any branch left: PATH and QUERY mix, a beginning and a rest do
 * not. */
static const struct err *merge_url(struct tplc *p, struct block *block, enum url_state url,
                                   size_t url_len, int line)
{
    if (!block->has_merged) {
        block->url_merged = url;
        block->url_len_merged = url_len;
        block->has_merged = true;
        return NULL;
    }
    enum url_state other = block->url_merged;
    bool is_mixable =
        (url == URL_PATH || url == URL_QUERY) && (other == URL_PATH || other == URL_QUERY);
    if (url != other && !is_mixable)
        return tplc_fail(p, line,
                         "a URL has to begin in every branch or in none, whole or literal");
    if (url == URL_QUERY)
        block->url_merged = url;
    if (url_len < block->url_len_merged)
        block->url_len_merged = url_len;
    return NULL;
}

static const struct err *end_branch(struct tplc *p, struct block *block, int line)
{
    if (p->place != block->place || (p->place >= IN_TAG && p->tag.serial != block->tag_serial) ||
        (p->place == IN_VALUE && p->attr_serial != block->attr_serial))
        return tplc_fail(p, line,
                         "the block of line %d begins and ends at different places of a tag",
                         block->line);
    if (p->elements.count > block->depth) {
        const struct element *open = html_top(p);
        return tplc_fail(p, open->line, "<%.*s> is not closed in the block of line %d",
                         STR_ARG(open->name), block->line);
    }
    if (p->place == IN_VALUE)
        TRY(merge_url(p, block, p->attr.url, p->attr.url_len, line));
    return NULL;
}

static void start_branch(struct tplc *p, const struct block *block)
{
    p->attr.url = block->url_at_start;
    p->attr.url_len = block->url_len_at_start;
    p->last_blank = block->last_blank && block->kind == BLOCK_IF;
}

static const struct err *do_if(struct tplc *p, int line, str rest)
{
    str condition;
    TRY(expr_c(p, line, rest, &condition));
    emit_code(p, line, "if (%.*s) {", STR_ARG(condition));
    return push_block(p, BLOCK_IF, line, STR_NONE);
}

static const struct err *do_elif(struct tplc *p, int line, str rest)
{
    struct block *block = top_block(p);
    str condition;
    if (block->kind != BLOCK_IF || block->has_else)
        return tplc_fail(p, line, "elif without if");
    TRY(end_branch(p, block, line));
    TRY(expr_c(p, line, rest, &condition));
    emit_code(p, line, "} else if (%.*s) {", STR_ARG(condition));
    start_branch(p, block);
    return NULL;
}

static const struct err *do_else(struct tplc *p, int line)
{
    struct block *block = top_block(p);
    if (block->kind == BLOCK_TEMPLATE || block->has_else)
        return tplc_fail(p, line, "else without if or for");
    TRY(end_branch(p, block, line));
    block->has_else = true;
    if (block->kind == BLOCK_IF)
        emit_code(p, line, "} else {");
    else
        emit_code(p, line, "} if (%.*s_count_ == 0) {", STR_ARG(block->item));
    start_branch(p, block);
    return NULL;
}

static const struct err *do_for(struct tplc *p, int line, str rest)
{
    struct expr_list parts;
    str item = expr_identifier(rest), array, count;
    str after = str_trim(str_from(rest, item.len));
    if (item.len == 0 || !str_starts(after, S("in ")))
        return tplc_fail(p, line, "expected: for item in array, count");
    TRY(expr_split(p, line, str_from(after, 3), &parts));
    if (parts.count != 2)
        return tplc_fail(p, line, "expected: for item in array, count");
    TRY(expr_c(p, line, parts.items[0], &array));
    TRY(expr_c(p, line, parts.items[1], &count));
    int n = (int)item.len;
    emit_code(p, line,
              "{ const size_t %.*s_count_ = (size_t)(%.*s); "
              "for (size_t %.*s_index = 0; %.*s_index < %.*s_count_; %.*s_index++) { "
              "__extension__ __auto_type %.*s = &(%.*s)[%.*s_index]; (void)%.*s;",
              n, item.ptr, STR_ARG(count), n, item.ptr, n, item.ptr, n, item.ptr, n, item.ptr, n,
              item.ptr, STR_ARG(array), n, item.ptr, n, item.ptr);
    TRY(push_block(p, BLOCK_FOR, line, item));
    p->last_blank = false;
    return NULL;
}

static const struct err *do_set(struct tplc *p, int line, str rest)
{
    str name = expr_identifier(rest), value;
    str after = str_trim(str_from(rest, name.len));
    if (name.len == 0 || !str_starts(after, S("=")) || str_starts(after, S("==")))
        return tplc_fail(p, line, "expected: set name = expression");
    TRY(expr_c(p, line, str_trim(str_from(after, 1)), &value));
    emit_code(p, line, "__extension__ __auto_type %.*s = (%.*s); (void)%.*s;", STR_ARG(name),
              STR_ARG(value), STR_ARG(name));
    return NULL;
}

/* name(arguments), with the arguments checked and rewritten. */
static const struct err *parse_target(struct tplc *p, int line, str rest, str *ret_name,
                                      str *ret_args)
{
    str name = expr_identifier(rest);
    str list = str_from(rest, name.len);
    if (name.len == 0 || !str_starts(list, S("(")) || !str_ends(list, S(")")))
        return tplc_fail(p, line, "expected: name(arguments)");
    *ret_name = name;
    *ret_args = str_trim(str_sub(list, 1, list.len - 2));
    return ret_args->len == 0 ? NULL : expr_c(p, line, *ret_args, ret_args);
}

static const struct err *do_call(struct tplc *p, int line, str rest, bool is_personal)
{
    str name, args;
    if (p->place != IN_TEXT)
        return tplc_fail(p, line, "call and personal stand between elements only");
    TRY(parse_target(p, line, rest, &name, &args));
    if (is_personal)
        emit_code(p, line, "html_personal_begin(h, \"%.*s\");", STR_ARG(name));
    emit_code(p, line, "tpl_%.*s(h%s%.*s);", STR_ARG(name), args.len > 0 ? ", " : "",
              STR_ARG(args));
    if (is_personal)
        emit_code(p, line, "html_personal_end(h);");
    p->last_blank = false;
    return NULL;
}

static const struct err *do_body(struct tplc *p, int line)
{
    if (!p->unit.is_layout || p->unit.has_body || p->place != IN_TEXT)
        return tplc_fail(p, line, "body stands once, in a layout, between elements");
    p->unit.has_body = true;
    emit_code(p, line, "body_(h, body_args_);");
    p->last_blank = false;
    return NULL;
}

static const struct err *do_unit(struct tplc *p, int line, str rest, bool is_layout)
{
    ptrdiff_t uses = str_find(rest, S(") uses "));
    str head = uses < 0 ? rest : str_sub(rest, 0, (size_t)uses + 1), params;
    p->unit = (struct unit){.line = line, .is_layout = is_layout};
    p->unit.name = expr_identifier(head);
    params = str_from(head, p->unit.name.len);
    if (p->unit.name.len == 0 || !str_starts(params, S("(")) || !str_ends(params, S(")")))
        return tplc_fail(p, line, "expected: %s name(parameters) [uses layout(arguments)]",
                         is_layout ? "layout" : "template");
    p->unit.params = str_trim(str_sub(params, 1, params.len - 2));
    if (uses >= 0)
        TRY(parse_target(p, line, str_trim(str_from(rest, (size_t)uses + 7)), &p->unit.layout,
                         &p->unit.layout_args));
    p->place = IN_TEXT;
    p->last_blank = true;
    TRY(push_block(p, BLOCK_TEMPLATE, line, STR_NONE));
    return emit_unit_begin(p);
}

static const struct err *do_end(struct tplc *p, int line)
{
    struct block *block = top_block(p);
    TRY(end_branch(p, block, line));
    if (block->kind == BLOCK_TEMPLATE) {
        str made = strbuf_view(&p->literal);
        if (p->last_blank && str_ends(made, S(" ")))
            p->literal.len--;
        if (p->unit.is_layout && !p->unit.has_body)
            return tplc_fail(p, block->line, "a layout needs {%% body %%}");
        emit_unit_end(p);
    } else {
        bool may_skip = !block->has_else; /* no branch taken, or no round of the loop */
        if (p->place == IN_VALUE && may_skip)
            TRY(merge_url(p, block, block->url_at_start, block->url_len_at_start, line));
        emit_code(p, line, block->kind == BLOCK_FOR ? "} }" : "}");
        if (p->place == IN_VALUE) {
            p->attr.url = block->url_merged;
            p->attr.url_len = block->url_len_merged;
        }
        p->last_blank = false;
    }
    p->blocks.count--;
    return NULL;
}

static const struct err *do_include(struct tplc *p, int line, str rest)
{
    if (rest.len < 3 || rest.ptr[0] != '"' ||
        str_find_char(str_from(rest, 1), '"') != (ptrdiff_t)rest.len - 2)
        return tplc_fail(p, line, "expected: include \"file.h\"");
    str directive;
    TRY(str_fmt(p->arena, &directive, "#include %.*s\n", STR_ARG(rest)));
    if (str_find(strbuf_view(&p->includes), directive) < 0)
        strbuf_add(&p->includes, directive);
    return NULL;
}

static const struct err *do_top_level(struct tplc *p, int line, str word, str rest)
{
    if (str_eq(word, S("include")))
        return do_include(p, line, rest);
    if (str_eq(word, S("template")) || str_eq(word, S("layout")))
        return do_unit(p, line, rest, str_eq(word, S("layout")));
    return tplc_fail(p, line,
                     "outside a template stand only include, template and layout, not %.*s",
                     STR_ARG(word));
}

const struct err *block_step(struct tplc *p)
{
    int line = p->line;
    str inside;
    TRY(expr_cut(p, S("{%"), S("%}"), &inside));
    str word = expr_identifier(inside), rest = str_trim(str_from(inside, word.len));
    if (p->blocks.count == 0)
        return do_top_level(p, line, word, rest);
    bool is_bare = rest.len == 0;
    if (str_eq(word, S("if")))
        return do_if(p, line, rest);
    if (str_eq(word, S("elif")))
        return do_elif(p, line, rest);
    if (str_eq(word, S("else")) && is_bare)
        return do_else(p, line);
    if (str_eq(word, S("for")))
        return do_for(p, line, rest);
    if (str_eq(word, S("set")))
        return do_set(p, line, rest);
    if (str_eq(word, S("call")) || str_eq(word, S("personal")))
        return do_call(p, line, rest, str_eq(word, S("personal")));
    if (str_eq(word, S("body")) && is_bare)
        return do_body(p, line);
    if (str_eq(word, S("end")) && is_bare)
        return do_end(p, line);
    return tplc_fail(p, line, "unknown here: {%% %.*s %%}", STR_ARG(inside));
}
