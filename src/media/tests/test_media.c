/* millpond-media through the image box: what it makes of sound images, what it refuses, and what
 * its sandbox denies. The program lies beside this test's own.
 */
#include "base/tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "base/base64.h"
#include "base/strbuf.h"
#include "sys/child.h"
#include "sys/file.h"
#include "sys/imagebox.h"

/* 24 x 16, left red, right blue, to be turned a quarter to the right; an artist and a place in
 * EXIF. */
static const char turned_jpeg[] =
    "/9j/"
    "4QEKRXhpZgAASUkqAAgAAAAIABIBAwABAAAABgAAABoBBQABAAAAbgAAABsBBQABAAAAdgAAACgBAwABAAAAAgAAADsB"
    "AgALAAAAfgAAABMCAwABAAAAAQAAAGmHBAABAAAAigAAACWIBAABAAAA2AAAAAAAAAA4YwAA6AMAADhjAADoAwAAU0VDUk"
    "VU"
    "TkFNRQAABgAAkAcABAAAADAyMTABkQcABAAAAAECAwAAoAcABAAAADAxMDABoAMAAQAAAP//"
    "AAACoAQAAQAAABgAAAADoAQA"
    "AQAAABAAAAAAAAAAAQACAAUAAwAAAOoAAAAAAAAAMAAAAAEAAAAzAAAAAQAAAB4AAAABAAAA/"
    "9sAQwAQCwwODAoQDg0OEhEQ"
    "ExgoGhgWFhgxIyUdKDozPTw5Mzg3QEhcTkBEV0U3OFBtUVdfYmdoZz5NcXlwZHhcZWdj/"
    "9sAQwEREhIYFRgvGhovY0I4QmNj"
    "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj/8AAEQgAEAAYAwEiAAIRAQMRAf/"
    "EAB8A"
    "AAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//"
    "EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGh"
    "CCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFho"
    "eI"
    "iYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/"
    "EAB8B"
    "AAMBAQEBAQEBAQEAAAAAAAABAgMEBQYHCAkKC//"
    "EALURAAIBAgQEAwQHBQQEAAECdwABAgMRBAUhMQYSQVEHYXETIjKBCBRC"
    "kaGxwQkjM1LwFWJy0QoWJDThJfEXGBkaJicoKSo1Njc4OTpDREVGR0hJSlNUVVZXWFlaY2RlZmdoaWpzdHV2d3h5eoKDhI"
    "WG"
    "h4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uLj5OXm5+jp6vLz9PX29/j5+v/"
    "aAAwD"
    "AQACEQMRAD8Axap3/wDyz/H+lXKp3/8Ayz/H+lGT/wC+w+f5M+qzX/dJ/L80U6KKK+8Piz//2Q==";

static char root[64], program[512];

static int make_root(void **state)
{
    (void)state;
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 32);
    if (len <= 0)
        return 1;
    program[len] = '\0';
    ptrdiff_t slash = str_rfind_char(str_c(program), '/');
    snprintf(program + slash + 1, 16, "millpond-media");
    snprintf(root, sizeof root, "/tmp/millpond-test-XXXXXX");
    return mkdtemp(root) == NULL;
}

static int remove_root(void **state)
{
    (void)state;
    return rmdir(root);
}

static const char *below(const char *name)
{
    str path;
    assert_null(str_fmt(&a, &path, "%s/%s", root, name));
    return path.ptr;
}

/* Runs the program over `upload` into root/out. */
static const struct err *convert(str upload, struct imagebox_result *ret)
{
    assert_null(file_remove_tree(&a, root, "out"));
    assert_null(file_make_folder(&a, below("out"), 0700));
    assert_null(file_write(&a, below("in"), upload, 0600));
    const struct err *e = imagebox_run(&a, program, below("in"), below("out"), ret);
    assert_null(file_remove_tree(&a, root, "in"));
    return e;
}

static void assert_refused(str upload, const char *key)
{
    struct imagebox_result r;
    const struct err *e = convert(upload, &r);
    assert_non_null(e);
    assert_string_equal(e->key, key);
    assert_null(file_remove_tree(&a, root, "out"));
}

static void add_number(struct strbuf *sb, unsigned long number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        strbuf_add_char(sb, (char)(number >> shift & 255));
}

static void add_chunk(struct strbuf *sb, const char *type, str data)
{
    add_number(sb, data.len);
    size_t from = sb->len;
    strbuf_add(sb, str_c(type));
    strbuf_add(sb, data);
    add_number(sb, crc32(0, (const unsigned char *)sb->ptr + from, (unsigned)(sb->len - from)));
}

/* A green PNG whose header says width x height and whose pixels are of `rows` rows. */
static str make_png(unsigned width, unsigned height, unsigned rows, bool animated)
{
    struct strbuf png, head, pixels;
    size_t row_bytes = (size_t)width * 3 + 1;
    str text;
    strbuf_init(&png, &a, MiB(4));
    strbuf_init(&head, &a, 64);
    strbuf_init(&pixels, &a, MiB(4));
    for (unsigned y = 0; y < rows; y++)
        for (size_t x = 0; x < row_bytes; x++)
            strbuf_add_char(&pixels, x % 3 == 2 ? (char)200 : 0);
    uLongf packed_len = compressBound(pixels.len);
    char *packed = arena_alloc(&a, packed_len);
    assert_non_null(packed);
    assert_int_equal(compress((Bytef *)packed, &packed_len, (const Bytef *)pixels.ptr, pixels.len),
                     Z_OK);
    add_number(&head, width);
    add_number(&head, height);
    strbuf_add(&head, S("\x08\x02\0\0\0"));
    strbuf_add(&png, S("\x89PNG\r\n\x1a\n"));
    add_chunk(&png, "IHDR", strbuf_view(&head));
    if (animated)
        add_chunk(&png, "acTL", S("\0\0\0\2\0\0\0\0"));
    add_chunk(&png, "tEXt", S("Comment\0SECRETNAME"));
    add_chunk(&png, "IDAT", (str){packed, packed_len});
    add_chunk(&png, "IEND", S(""));
    assert_null(strbuf_finish(&png, &text));
    return text;
}

static void turns_upright_and_keeps_pixels_only(void **state)
{
    (void)state;
    struct imagebox_result r;
    str upload, file;
    assert_null(base64_decode(&a, str_c(turned_jpeg), &upload));
    assert_true(str_find(upload, S("SECRETNAME")) > 0);
    assert_null(convert(upload, &r));
    assert_true(r.width == 16 && r.height == 24);
    assert_true(r.grid[0] >> 16 > 200 && (r.grid[15] & 255) > 200); /* red above, blue below */
    for (size_t i = 0; i < IMAGEBOX_SIZES; i++) {
        assert_true(r.files[i].width == 16 && r.files[i].height == 24);
        assert_str_equal(r.files[i].name, "1200.webp");
    }
    assert_null(file_read(&a, below("out/1200.webp"), KiB(2), &file));
    assert_int_equal(file.len, r.files[0].bytes);
    assert_true(str_starts(file, S("RIFF")) && str_find(file, S("SECRETNAME")) < 0);
    assert_true(str_find(file, S("EXIF")) < 0 && str_find(file, S("ICCP")) < 0 &&
                str_find(file, S("XMP ")) < 0);
    assert_null(file_remove_tree(&a, root, "out"));
}

static void makes_three_sizes(void **state)
{
    (void)state;
    static const int widths[] = {700, 600, 300}, heights[] = {350, 300, 150};
    static const char *const names[] = {"1200.webp", "600.webp", "300.webp"};
    struct imagebox_result r;
    struct strbuf sb;
    str upload, file;
    strbuf_init(&sb, &a, MiB(4));
    strbuf_add(&sb, make_png(700, 350, 350, false));
    strbuf_add(&sb, S("PK\3\4hidden archive")); /* what hangs on behind the image stays behind */
    assert_null(strbuf_finish(&sb, &upload));
    assert_null(convert(upload, &r));
    assert_true(r.width == 700 && r.height == 350 && r.average == 0x00c800);
    for (size_t i = 0; i < IMAGEBOX_SIZES; i++) {
        assert_true(r.files[i].width == widths[i] && r.files[i].height == heights[i]);
        assert_true(str_eq(r.files[i].name, str_c(names[i])));
        str path;
        assert_null(str_fmt(&a, &path, "%s/out/%s", root, names[i]));
        assert_null(file_read(&a, path.ptr, MiB(1), &file));
        assert_true(str_find(file, S("hidden")) < 0 && str_find(file, S("SECRETNAME")) < 0);
    }
    assert_null(file_remove_tree(&a, root, "out"));
}

static void refuses_hostile_files(void **state)
{
    (void)state;
    static const char gif_head[] = "GIF89a\1\0\1\0\x80\0\0\xff\xff\xff\0\0\0";
    static const char gif_frame[] = "\x21\xf9\4\0\x0a\0\0\0\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0";
    struct imagebox_result r;
    struct strbuf gif;
    str jpeg, png = make_png(64, 64, 64, false);
    assert_null(base64_decode(&a, str_c(turned_jpeg), &jpeg));
    assert_refused(S(""), "image.kind");
    assert_refused(S("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"),
                   "image.kind");
    assert_refused(S("<html><img src=x></html>"), "image.kind");
    assert_refused(S("%PDF-1.4"), "image.kind");
    assert_refused(S("\xff\xd8\xff"), "image.broken");
    assert_refused(S("GIF89a/*<script>*/=1;"), "image.broken");
    assert_refused(str_sub(jpeg, 0, jpeg.len - 40), "image.broken");
    assert_refused(str_sub(png, 0, png.len / 2), "image.broken");
    assert_refused(make_png(64, 64, 3, false), "image.broken");
    assert_refused(make_png(50000, 50000, 1, false), "image.too_big");
    assert_refused(make_png(8000, 5001, 1, false), "image.too_big");
    assert_refused(make_png(64, 64, 64, true), "image.animated");
    strbuf_init(&gif, &a, 1000);
    strbuf_add(&gif, (str){gif_head, sizeof gif_head - 1});
    strbuf_add(&gif, (str){gif_frame, sizeof gif_frame - 1});
    assert_null(convert(strbuf_view(&gif), &r)); /* one frame is a picture */
    strbuf_add(&gif, (str){gif_frame, sizeof gif_frame - 1});
    strbuf_add(&gif, S(";"));
    assert_refused(strbuf_view(&gif), "image.animated");
    struct arena large;
    arena_init(&large, MiB(64));
    char *bytes = arena_new(&large, MiB(33));
    assert_non_null(bytes);
    memcpy(bytes, "\xff\xd8\xff", 3);
    assert_refused((str){bytes, MiB(33)}, "image.too_big");
    arena_done(&large);
}

static void the_sandbox_denies_everything_else(void **state)
{
    (void)state;
    const char *const argv[] = {program, "--out-dir", root, "--probe", NULL};
    struct child_options options = {.argv = argv, .output_max = KiB(8), .timeout_ms = 20000};
    struct child_result r;
    assert_null(child_run(&a, &options, &r));
    assert_int_equal(r.exit_code, 0);
    static const char *const denied[] = {"inet-socket denied", "unix-socket denied",
                                         "ptrace denied",      "unlink denied",
                                         "fork denied",        "exec denied"};
    for (size_t i = 0; i < COUNT(denied); i++)
        assert_true(str_find(r.output, str_c(denied[i])) >= 0);
    assert_true(str_find(r.output, S("ALLOWED")) < 0);
    assert_true(str_find(r.output, S("read-file denied")) >= 0 ||
                str_starts(r.output, S("warning ")));
}

/* As in the shipped unit: MemoryDenyWriteExecute (here the kernel's own way to say it; one older
 * than 6.3 says no and the image is made as ever). */
static void works_where_no_code_may_be_written(void **state)
{
    (void)state;
    enum { SET_MDWE = 65, REFUSE_EXEC_GAIN = 1 };
    struct imagebox_result r;
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        (void)prctl(SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0);
        _exit(convert(make_png(1300, 700, 700, false), &r) == NULL ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_null(file_remove_tree(&a, root, "out"));
}

static void a_missing_program_is_our_trouble(void **state)
{
    (void)state;
    struct imagebox_result r;
    assert_null(file_write(&a, below("in"), S("x"), 0600));
    assert_int_equal(imagebox_run(&a, "/no/such", below("in"), root, &r)->kind, ERR_UNAVAILABLE);
    assert_string_equal(imagebox_run(&a, "/bin/false", below("in"), root, &r)->key,
                        "image.trouble");
    assert_int_equal(imagebox_run(&a, program, below("none"), root, &r)->kind, ERR_NOT_FOUND);
    assert_null(file_remove_tree(&a, root, "in"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(turns_upright_and_keeps_pixels_only),
        TEST(makes_three_sizes),
        TEST(refuses_hostile_files),
        TEST(the_sandbox_denies_everything_else),
        TEST(works_where_no_code_may_be_written),
        TEST(a_missing_program_is_our_trouble),
    };
    return cmocka_run_group_tests_name("media", tests, make_root, remove_root);
}
