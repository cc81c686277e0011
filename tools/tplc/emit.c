/* Duty: the C text made so far. Not its duty: knowing HTML or the template language. */
#include <stdio.h>
#include <string.h>

#include "tools/tplc/tplc.h"

/* ISO C promises string literals of 4095 bytes. */
enum { LITERAL_MAX_BYTES = 2000 };

const struct err *tplc_fail(struct tplc *p, int line, const char *fmt, ...)
{
    struct strbuf sb;
    va_list args;
    strbuf_init(&sb, p->arena, 2048);
    strbuf_addf(&sb, "%s:%d: ", p->file, line);
    va_start(args, fmt);
    strbuf_addv(&sb, fmt, args);
    va_end(args);
    return ERR(p->arena, ERR_INVALID, "error.template", "%.*s", STR_ARG(strbuf_view(&sb)));
}

void emit_markup(struct tplc *p, str markup)
{
    strbuf_add(&p->literal, markup);
    if (markup.len > 0)
        p->last_blank = false;
}

void emit_markup_escaped(struct tplc *p, char c)
{
    switch (c) {
    case '&': emit_markup(p, S("&amp;")); break;
    case '<': emit_markup(p, S("&lt;")); break;
    case '"': emit_markup(p, S("&quot;")); break;
    default: emit_markup(p, (str){&c, 1}); break;
    }
}

static void add_c_string(struct strbuf *out, str s)
{
    strbuf_add_char(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '\n')
            strbuf_add(out, S("\\n"));
        else if (c == '"' || c == '\\' || c == '?' || c < ' ')
            strbuf_addf(out, "\\%03o", c);
        else
            strbuf_add_char(out, (char)c);
    }
    strbuf_add_char(out, '"');
}

void emit_flush(struct tplc *p)
{
    str rest = strbuf_view(&p->literal);
    while (rest.len > 0) {
        size_t len = rest.len < LITERAL_MAX_BYTES ? rest.len : LITERAL_MAX_BYTES;
        strbuf_add(&p->code, S("    html_literal(h, "));
        add_c_string(&p->code, str_sub(rest, 0, len));
        strbuf_addf(&p->code, ", %zu);\n", len);
        rest = str_from(rest, len);
    }
    strbuf_clear(&p->literal);
}

void emit_line(struct tplc *p, int line)
{
    strbuf_addf(&p->code, "#line %d ", line);
    add_c_string(&p->code, str_c(p->file));
    strbuf_add_char(&p->code, '\n');
}

void emit_code(struct tplc *p, int line, const char *fmt, ...)
{
    va_list args;
    emit_flush(p);
    emit_line(p, line);
    strbuf_add(&p->code, S("    "));
    va_start(args, fmt);
    strbuf_addv(&p->code, fmt, args);
    va_end(args);
    strbuf_add_char(&p->code, '\n');
}

/* The name in "const struct order_view *v". */
static str name_of_param(str param)
{
    size_t from = param.len;
    while (from > 0) {
        char c = param.ptr[from - 1];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_'))
            break;
        from--;
    }
    return str_from(param, from);
}

#define BODY_PARAMS "void (*body_)(struct html *h, const void *args), const void *body_args_"

static void add_prototype(struct strbuf *out, const struct unit *u)
{
    strbuf_addf(out, "void tpl_%.*s(struct html *h%s%.*s%s)", STR_ARG(u->name),
                u->params.len > 0 ? ", " : "", STR_ARG(u->params),
                u->is_layout ? ", " BODY_PARAMS : "");
}

/* A template with a layout is a body function, which the layout calls back with the arguments. */
static void begin_body(struct tplc *p, const struct expr_list *params)
{
    const struct unit *u = &p->unit;
    strbuf_addf(&p->code, "struct %.*s_args_ {\n", STR_ARG(u->name));
    for (size_t i = 0; i < params->count; i++)
        strbuf_addf(&p->code, "    %.*s;\n", STR_ARG(params->items[i]));
    strbuf_addf(&p->code, "%s    struct html *h_;\n};\n",
                u->is_layout ? "    void (*body_)(struct html *h, const void *args);\n"
                               "    const void *body_args_;\n" : "");
    strbuf_addf(&p->code, "static void %.*s_body_(struct html *h, const void *data_)\n{\n",
                STR_ARG(u->name));
    strbuf_addf(&p->code, "    const struct %.*s_args_ *args_ = data_;\n    (void)args_;\n",
                STR_ARG(u->name));
    for (size_t i = 0; i < params->count; i++)
        strbuf_addf(&p->code, "    %.*s = args_->%.*s;\n", STR_ARG(params->items[i]),
                    STR_ARG(name_of_param(params->items[i])));
    if (u->is_layout)
        strbuf_add(&p->code,
                   S("    void (*body_)(struct html *h, const void *args) = args_->body_;\n"
                     "    const void *body_args_ = args_->body_args_;\n"));
}

const struct err *emit_unit_begin(struct tplc *p)
{
    const struct unit *u = &p->unit;
    struct expr_list params;
    TRY(expr_split(p, u->line, u->params, &params));
    for (size_t i = 0; i < params.count; i++) {
        str name = name_of_param(params.items[i]);
        if (name.len == 0 || name.len == params.items[i].len ||
            str_find_char(params.items[i], '(') >= 0)
            return tplc_fail(p, u->line, "a parameter is a type and a name: %.*s",
                             STR_ARG(params.items[i]));
        if (str_eq(name, S("h")))
            return tplc_fail(p, u->line, "the name h is taken by the HTML writer");
    }
    add_prototype(&p->header, u);
    strbuf_add(&p->header, S(";\n"));
    strbuf_add_char(&p->code, '\n');
    emit_line(p, u->line);
    if (u->layout.len > 0) {
        begin_body(p, &params);
    } else {
        add_prototype(&p->code, u);
        strbuf_add(&p->code, S("\n{\n"));
    }
    strbuf_add(&p->code, S("    (void)h;\n"));
    for (size_t i = 0; i < params.count; i++)
        strbuf_addf(&p->code, "    (void)%.*s;\n", STR_ARG(name_of_param(params.items[i])));
    if (u->is_layout)
        strbuf_add(&p->code, S("    (void)body_;\n    (void)body_args_;\n"));
    return NULL;
}

void emit_unit_end(struct tplc *p)
{
    const struct unit *u = &p->unit;
    struct expr_list params = {0};
    emit_flush(p);
    strbuf_add(&p->code, S("}\n"));
    if (u->layout.len == 0 || expr_split(p, u->line, u->params, &params) != NULL)
        return;
    emit_line(p, u->line);
    add_prototype(&p->code, u);
    strbuf_addf(&p->code, "\n{\n    const struct %.*s_args_ args_ = {", STR_ARG(u->name));
    for (size_t i = 0; i < params.count; i++)
        strbuf_addf(&p->code, "%.*s, ", STR_ARG(name_of_param(params.items[i])));
    strbuf_addf(&p->code, "%sh};\n", u->is_layout ? "body_, body_args_, " : "");
    emit_line(p, u->line);
    strbuf_addf(&p->code, "    tpl_%.*s(h%s%.*s, %.*s_body_, &args_);\n}\n", STR_ARG(u->layout),
                u->layout_args.len > 0 ? ", " : "", STR_ARG(u->layout_args), STR_ARG(u->name));
}
