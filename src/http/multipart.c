#include "http/multipart.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "http/upload_file.h"

enum { WINDOW_BYTES = 64 * 1024, PART_HEAD_BYTES_MAX = 4096, BOUNDARY_BYTES_MAX = 70 };

/* The body as a sliding window. `at` <= `have`; bytes before `at` are done with. */
struct source {
    struct arena *arena;
    str memory;               /* what is left of a body in memory */
    int fd;                   /* -1: memory */
    char *window;
    size_t at, have;
    bool is_at_end;
};

struct parser {
    const struct http_request *rq;
    struct source source;
    str delimiter;            /* CR LF - - boundary */
    VEC(struct form_field) fields;
    struct strbuf text;       /* value of the part being read */
    struct upload_file *file; /* or its file */
};

static const struct err *malformed(struct arena *a, const char *what)
{
    return ERR(a, ERR_INVALID, "error.bad_multipart", "%s", what);
}

/* Moves the rest to the front and adds what fits. */
static const struct err *source_fill(struct source *s)
{
    memmove(s->window, s->window + s->at, s->have - s->at);
    s->have -= s->at;
    s->at = 0;
    size_t room = WINDOW_BYTES - s->have;
    if (s->fd < 0) {
        str piece = str_sub(s->memory, 0, room);
        if (piece.len > 0)
            memcpy(s->window + s->have, piece.ptr, piece.len);
        s->memory = str_from(s->memory, piece.len);
        s->have += piece.len;
        s->is_at_end = s->memory.len == 0;
        return NULL;
    }
    ssize_t got;
    do
        got = read(s->fd, s->window + s->have, room);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return ERR(s->arena, ERR_UNAVAILABLE, "error.disk", "read of the body failed: %d", errno);
    s->have += (size_t)got;
    s->is_at_end = got == 0;
    return NULL;
}

static str source_view(const struct source *s)
{
    return (str){s->window + s->at, s->have - s->at};
}

/* Makes at least `bytes` visible, or INVALID at the end of the body. */
static const struct err *source_need(struct source *s, size_t bytes)
{
    while (s->have - s->at < bytes) {
        if (s->is_at_end)
            return malformed(s->arena, "ends too early");
        TRY(source_fill(s));
    }
    return NULL;
}

static const struct err *take_data(struct parser *p, str bytes, bool is_kept)
{
    if (!is_kept || bytes.len == 0)
        return NULL;
    struct form_field *field = &p->fields.items[p->fields.count - 1];
    if (!str_is_absent(field->file_name)) {
        if (p->file == NULL) {
            TRY(upload_file_open(p->rq, (int)p->fields.count, &p->file));
            field->file_path = str_c(p->file->path);
        }
        TRY(upload_file_write(p->file, bytes));
        field->file_bytes = p->file->bytes;
        return NULL;
    }
    strbuf_add(&p->text, bytes);
    if (p->text.failed)
        return ERR(p->rq->arena, ERR_LIMIT, "error.form_too_large", "value of a part");
    return NULL;
}

/* Reads up to and over the next delimiter. */
static const struct err *read_data(struct parser *p, bool is_kept)
{
    struct source *s = &p->source;
    for (;;) {
        str view = source_view(s);
        ptrdiff_t hit = str_find(view, p->delimiter);
        if (hit >= 0) {
            TRY(take_data(p, str_sub(view, 0, (size_t)hit), is_kept));
            s->at += (size_t)hit + p->delimiter.len;
            return NULL;
        }
        if (view.len >= p->delimiter.len) {
            size_t safe = view.len - p->delimiter.len + 1;
            TRY(take_data(p, str_sub(view, 0, safe), is_kept));
            s->at += safe;
        }
        if (s->is_at_end)
            return malformed(s->arena, "no closing boundary");
        TRY(source_fill(s));
    }
}

/* Cuts the next `; name="value"` or `; name=value`; false when malformed or at the end. */
static bool cut_parameter(struct arena *a, str *rest, str *ret_name, str *ret_value)
{
    struct strbuf value;
    *rest = str_trim(*rest);
    if (!str_starts(*rest, S(";")))
        return false;
    *rest = str_trim(str_from(*rest, 1));
    ptrdiff_t equals = str_find_char(*rest, '=');
    if (equals < 1)
        return false;
    *ret_name = str_sub(*rest, 0, (size_t)equals);
    *rest = str_from(*rest, (size_t)equals + 1);
    if (!str_starts(*rest, S("\""))) {
        ptrdiff_t end = str_find_char(*rest, ';');
        *ret_value = str_trim(end < 0 ? *rest : str_sub(*rest, 0, (size_t)end));
        *rest = end < 0 ? str_from(*rest, rest->len) : str_from(*rest, (size_t)end);
        return true;
    }
    strbuf_init(&value, a, PART_HEAD_BYTES_MAX);
    for (size_t i = 1; i < rest->len; i++) {
        char c = rest->ptr[i];
        if (c == '"') {
            *rest = str_from(*rest, i + 1);
            return strbuf_finish(&value, ret_value) == NULL;
        }
        if (c == '\\' && i + 1 < rest->len && (rest->ptr[i + 1] == '"' || rest->ptr[i + 1] == '\\'))
            c = rest->ptr[++i];
        strbuf_add_char(&value, c);
    }
    return false;
}

/* For display: the last path segment, or "" when it is no honest text. */
static str displayable(str name)
{
    for (size_t i = name.len; i > 0; i--)
        if (name.ptr[i - 1] == '/' || name.ptr[i - 1] == '\\') {
            name = str_from(name, i);
            break;
        }
    return name.len <= 255 && utf8_is_title(name) ? name : S("");
}

static const struct err *take_disposition(struct parser *p, str value, struct form_field *field)
{
    struct arena *a = p->rq->arena;
    str name, text;
    if (!str_starts_nocase(value, S("form-data")))
        return malformed(a, "disposition");
    str rest = str_from(value, 9);
    while (cut_parameter(a, &rest, &name, &text)) {
        if (str_eq_nocase(name, S("name")))
            field->name = text;
        else if (str_eq_nocase(name, S("filename")))
            field->file_name = displayable(text);
    }
    if (rest.len > 0)
        return malformed(a, "disposition parameters");
    return NULL;
}

/* Starts a new field from the part's header lines. */
static const struct err *take_head(struct parser *p, str head)
{
    struct arena *a = p->rq->arena;
    struct form_field field = {0};
    str own;
    TRY(str_dup(a, head, &own));
    while (own.len > 0) {
        ptrdiff_t end = str_find(own, S("\r\n"));
        str line = end < 0 ? own : str_sub(own, 0, (size_t)end);
        own = end < 0 ? str_from(own, own.len) : str_from(own, (size_t)end + 2);
        str value = line, name = str_cut(&value, ':');
        if (str_is_absent(value))
            return malformed(a, "header line");
        if (str_eq_nocase(name, S("content-disposition")))
            TRY(take_disposition(p, str_trim(value), &field));
        else if (str_eq_nocase(name, S("content-type")) && url_is_text(value))
            field.file_type = str_trim(value);
    }
    if (str_is_absent(field.name) || !url_is_text(field.name))
        return malformed(a, "a part without a name");
    if (p->fields.count == FORM_FIELDS_MAX || field.name.len > FORM_NAME_BYTES_MAX)
        return ERR(a, ERR_LIMIT, "error.form_too_large", "parts");
    struct form_field *slot = VEC_PUSH(a, &p->fields);
    if (slot == NULL)
        return &err_out_of_memory;
    *slot = field;
    p->file = NULL;
    strbuf_init(&p->text, a, FORM_VALUE_BYTES_MAX);
    return NULL;
}

static const struct err *end_part(struct parser *p)
{
    struct form_field *field = &p->fields.items[p->fields.count - 1];
    if (p->file != NULL)
        return upload_file_sync_close(p->file); /* so that keeping it is quick */
    if (!str_is_absent(field->file_name))
        return NULL;
    TRY(strbuf_finish(&p->text, &field->value));
    if (!url_is_text(field->value))
        return ERR(p->rq->arena, ERR_INVALID, "error.bad_text", "value of a part is not UTF-8");
    return NULL;
}

static const struct err *read_part_head(struct parser *p)
{
    struct source *s = &p->source;
    for (;;) {
        str view = str_sub(source_view(s), 0, PART_HEAD_BYTES_MAX);
        ptrdiff_t end = str_find(view, S("\r\n\r\n"));
        if (end >= 0) {
            TRY(take_head(p, str_sub(view, 0, (size_t)end)));
            s->at += (size_t)end + 4;
            return NULL;
        }
        if (view.len == PART_HEAD_BYTES_MAX)
            return ERR(s->arena, ERR_LIMIT, "error.form_too_large", "head of a part");
        TRY(source_need(s, view.len + 1));
    }
}

static const struct err *read_parts(struct parser *p)
{
    struct source *s = &p->source;
    TRY(read_data(p, false));
    for (;;) {
        TRY(source_need(s, 2));
        str mark = str_sub(source_view(s), 0, 2);
        if (str_eq(mark, S("--")))
            return NULL;
        if (!str_eq(mark, S("\r\n")))
            return malformed(s->arena, "after a boundary");
        s->at += 2;
        TRY(read_part_head(p));
        TRY(read_data(p, true));
        TRY(end_part(p));
    }
}

static const struct err *find_delimiter(const struct http_request *rq, str *ret)
{
    str type = http_request_header(rq, S("content-type"));
    ptrdiff_t semicolon = str_find_char(type, ';');
    str rest = semicolon < 0 ? S("") : str_from(type, (size_t)semicolon), name, value;
    while (cut_parameter(rq->arena, &rest, &name, &value))
        if (str_eq_nocase(name, S("boundary")) && value.len > 0 && value.len <= BOUNDARY_BYTES_MAX)
            return str_fmt(rq->arena, ret, "\r\n--%.*s", STR_ARG(value));
    return malformed(rq->arena, "boundary");
}

static void close_fd(void *p)
{
    const int *fd = p;
    (void)close(*fd);
}

static const struct err *open_source(const struct http_request *rq, struct source *s)
{
    *s = (struct source){.arena = rq->arena, .memory = rq->body, .fd = -1};
    s->window = arena_alloc(rq->arena, WINDOW_BYTES);
    if (s->window == NULL)
        return &err_out_of_memory;
    /* So that a boundary at the very start is found like all others. */
    memcpy(s->window, "\r\n", 2);
    s->have = 2;
    if (str_is_absent(rq->body_path))
        return NULL;
    int *fd;
    TRY_NEW(rq->arena, fd);
    const char *path;
    TRY(str_to_c(rq->arena, rq->body_path, &path));
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (*fd < 0)
        return ERR(rq->arena, ERR_UNAVAILABLE, "error.disk", "open of the body failed: %d", errno);
    if (!arena_defer(rq->arena, close_fd, fd))
        return &err_out_of_memory;
    s->fd = *fd;
    return NULL;
}

const struct err *multipart_parse(const struct http_request *rq, struct form *ret)
{
    struct parser p = {.rq = rq};
    *ret = (struct form){0};
    TRY(find_delimiter(rq, &p.delimiter));
    TRY(open_source(rq, &p.source));
    TRY(read_parts(&p));
    ret->fields = p.fields.items;
    ret->count = p.fields.count;
    return NULL;
}
