#include "sys/imagebox.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "sys/child.h"

/* Reasons the program prints, and what they mean to us. */
static const struct {
    str reason;
    enum err_kind kind;
    const char *key;
} reasons[] = {
    {STR_INIT("kind"), ERR_INVALID, "image.kind"},
    {STR_INIT("broken"), ERR_INVALID, "image.broken"},
    {STR_INIT("animated"), ERR_INVALID, "image.animated"},
    {STR_INIT("too_big"), ERR_LIMIT, "image.too_big"},
};

/* The value of " key=" in a line of words, or absent. */
static str word_of(str line, str key)
{
    while (!str_is_absent(line)) {
        str word = str_cut(&line, ' ');
        str name = str_cut(&word, '=');
        if (str_eq(name, key))
            return word;
    }
    return STR_NONE;
}

static bool number_of(str line, str key, uint64_t max, uint64_t *ret)
{
    return str_to_uint(word_of(line, key), max, ret);
}

static bool colour_of(str text, uint32_t *ret)
{
    *ret = 0;
    for (size_t i = 0; i < text.len; i++) {
        ptrdiff_t digit = str_find_char(S("0123456789abcdef"), text.ptr[i]);
        if (digit < 0)
            return false;
        *ret = *ret << 4 | (uint32_t)digit;
    }
    return text.len == 6;
}

static bool take_file(str line, size_t index, struct imagebox_result *r)
{
    uint64_t width, height, bytes;
    struct imagebox_file *file = &r->files[index];
    if (!number_of(line, S("width"), 16383, &width) ||
        !number_of(line, S("height"), 16383, &height) ||
        !number_of(line, S("bytes"), INT32_MAX, &bytes))
        return false;
    *file = (struct imagebox_file){word_of(line, S("file")), (int)width, (int)height,
                                   (int64_t)bytes};
    return file->name.len > 0 && str_find_char(file->name, '/') < 0 && width > 0 && height > 0;
}

static bool take_source(str line, struct imagebox_result *r)
{
    uint64_t width, height;
    str grid = word_of(line, S("grid"));
    if (!number_of(line, S("width"), INT32_MAX, &width) ||
        !number_of(line, S("height"), INT32_MAX, &height) ||
        !colour_of(word_of(line, S("average")), &r->average) || grid.len != 6 * IMAGEBOX_GRID)
        return false;
    for (size_t i = 0; i < IMAGEBOX_GRID; i++)
        if (!colour_of(str_sub(grid, 6 * i, 6), &r->grid[i]))
            return false;
    r->width = (int)width;
    r->height = (int)height;
    return true;
}

static const struct err *trouble(struct arena *a, const struct child_result *child)
{
    str errors = str_sub(child->errors, 0, 200);
    return ERR(a, ERR_UNAVAILABLE, "image.trouble", "exit %d, signal %d: %.*s", child->exit_code,
               child->signal, STR_ARG(errors));
}

static const struct err *refuse(struct arena *a, str line, const struct child_result *child)
{
    str reason = word_of(line, S("reason"));
    for (size_t i = 0; i < COUNT(reasons); i++)
        if (str_eq(reason, reasons[i].reason))
            return ERR(a, reasons[i].kind, reasons[i].key, "millpond-media: %.*s", STR_ARG(line));
    return trouble(a, child);
}

static const struct err *parse(struct arena *a, const struct child_result *child,
                               struct imagebox_result *ret)
{
    struct imagebox_result r = {.warning = STR_NONE};
    str rest = child->output;
    size_t files = 0;
    bool has_source = false, valid = true;
    while (!str_is_empty(rest)) {
        str line = str_cut(&rest, '\n');
        if (str_starts(line, S("refused ")))
            return refuse(a, line, child);
        if (str_starts(line, S("warning ")))
            r.warning = str_from(line, 8);
        else if (str_starts(line, S("source ")))
            valid = valid && (has_source = take_source(line, &r));
        else if (str_starts(line, S("image ")))
            valid = valid && files < IMAGEBOX_SIZES && take_file(line, files++, &r);
        else
            valid = false;
    }
    if (!valid || !has_source || files != IMAGEBOX_SIZES || child->exit_code != 0)
        return trouble(a, child);
    *ret = r;
    return NULL;
}

const struct err *imagebox_run(struct arena *a, const char *program, const char *in_path,
                               const char *out_dir, struct imagebox_result *ret)
{
    const char *const argv[] = {program, "--out-dir", out_dir, NULL};
    struct child_result child;
    int in = open(in_path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (in < 0)
        return ERR(a, errno == ENOENT ? ERR_NOT_FOUND : ERR_UNAVAILABLE, "image.trouble",
                   "open %s: errno %d", in_path, errno);
    struct child_options options = {.argv = argv,
                                    .input_fd = in,
                                    .output_max = KiB(8),
                                    .timeout_ms = IMAGEBOX_TIMEOUT_MS,
                                    .cpu_seconds_max = 10,
                                    .file_bytes_max = MiB(16)};
    const struct err *e = child_run(a, &options, &child);
    close(in);
    return e == NULL ? parse(a, &child, ret) : e;
}
