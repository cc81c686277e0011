/* millpond-media: what strangers bring is opened here, in a sandbox. One image in on descriptor 0,
 * three WebP files out; or a business paper in words, a PDF out.
 *
 *   millpond-media --out-dir DIR < upload
 *
 * prints words of the form key=value, one line each:
 *   source width=4032 height=3024 average=8a7f70 grid=<16 colours, 4 x 4, by rows>
 *   image width=1200 height=900 bytes=123456 file=1200.webp      (three times; 1200, 600, 300)
 *   refused reason=kind|broken|animated|too_big                  (exit 2)
 *   warning ...                                                  (a weaker sandbox; goes on)
 *   millpond-media --paper < lines > PDF                         (src/sys/paperbox.h)
 * An image narrower than a size is not enlarged; sizes that come out the same share a file.
 *
 * A program of its own, because decoders have holes: it is started for one image, reads it whole,
 * and locks itself in (sandbox.h) before the first byte of it is looked at. The output carries
 * pixels only: turned upright, in sRGB, without EXIF, GPS, comments or colour profile. Not its
 * duty: where files go, what they belong to.
 */
#include <vips/vips.h>
#include <vips/vector.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "media/image_kind.h"
#include "media/paper_draw.h"
#include "media/sandbox.h"
#include "media/webp.h"

enum {
    INPUT_MAX = 32 * 1024 * 1024,
    PIXELS_MAX = 40 * 1000 * 1000,
    HEIGHT_MAX = 16383, /* of a WebP file */
    QUALITY = 80,
    GRID_SIDE = 4,
    EXIT_REFUSED = 2,
    EXIT_TROUBLE = 3,
};

static const int widths[] = {1200, 600, 300};

static NORETURN void stop(int code)
{
    (void)fflush(stdout);
    _exit(code); /* no clean-up: the process ends, and libvips' own would need more system calls */
}

static NORETURN void refuse(const char *reason)
{
    printf("refused reason=%s\n", reason);
    fprintf(stderr, "%s\n", vips_error_buffer());
    stop(EXIT_REFUSED);
}

static NORETURN void trouble(const char *what)
{
    fprintf(stderr, "millpond-media: %s: %s\n", what, strerror(errno));
    stop(EXIT_TROUBLE);
}

static str read_input(void)
{
    char *bytes = malloc(INPUT_MAX + 1);
    size_t len = 0;
    if (bytes == NULL)
        trouble("memory");
    for (;;) {
        ssize_t got = read(0, bytes + len, INPUT_MAX + 1 - len);
        if (got < 0 && errno != EINTR)
            trouble("read");
        if (got == 0)
            return (str){bytes, len};
        if (got > 0)
            len += (size_t)got;
        if (len > INPUT_MAX)
            refuse("too_big");
    }
}

/* Where memory may not be both written and run (systemd's MemoryDenyWriteExecute, SELinux), the
 * code that orc writes for libvips would end the program: then libvips does without. */
static bool may_write_code(void)
{
    void *page =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return false;
    munmap(page, 4096);
    return true;
}

/* Only the loaders of the kinds we take; everything else that libvips can read does not exist here.
 */
static void start_vips(const char *program)
{
    static const char *const loaders[] = {"VipsForeignLoadJpeg", "VipsForeignLoadPng",
                                          "VipsForeignLoadWebp", "VipsForeignLoadNsgif",
                                          "VipsForeignLoadHeif"};
    if (VIPS_INIT(program) != 0)
        trouble("libvips");
    vips_vector_set_enabled(may_write_code());
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    vips_operation_block_set("VipsForeignLoad", TRUE);
    for (size_t i = 0; i < COUNT(loaders); i++)
        vips_operation_block_set(loaders[i], FALSE);
    vips_block_untrusted_set(TRUE);
}

static void check_input(str input)
{
    enum image_kind kind = image_kind_of(input);
    VipsImage *header;
    if (kind == IMAGE_KIND_UNSET)
        refuse("kind");
    if (kind == IMAGE_PNG && image_png_is_animated(input))
        refuse("animated");
    header = vips_image_new_from_buffer(input.ptr, input.len, "", NULL);
    if (header == NULL)
        refuse("broken");
    int pages = vips_image_get_n_pages(header);
    int64_t pixels = (int64_t)vips_image_get_width(header) * vips_image_get_height(header);
    g_object_unref(header);
    if (pixels > PIXELS_MAX)
        refuse("too_big");
    if (pages > 1)
        refuse("animated");
}

/* EXIF, XMP, comments, profiles: else the saver writes them again. */
static void drop_metadata(VipsImage *image)
{
    char **fields = vips_image_get_fields(image);
    for (char **field = fields; *field != NULL; field++)
        vips_image_remove(image, *field);
    g_strfreev(fields);
}

/* The greatest size, upright, in sRGB, in memory: decoding happens here and once. */
static VipsImage *decode(str input, int *ret_width, int *ret_height)
{
    VipsImage *header = vips_image_new_from_buffer(input.ptr, input.len, "", NULL), *thumbnail,
              *image, *plain;
    if (header == NULL)
        refuse("broken");
    bool turned = vips_image_get_orientation_swap(header);
    /* Only an image with a profile is converted: without one it is sRGB, and stays what it is. */
    const char *profile = vips_image_get_typeof(header, VIPS_META_ICC_NAME) != 0 ? "srgb" : NULL;
    *ret_width = turned ? vips_image_get_height(header) : vips_image_get_width(header);
    *ret_height = turned ? vips_image_get_width(header) : vips_image_get_height(header);
    g_object_unref(header);
    void *bytes = (void *)(uintptr_t)input.ptr; /* not changed by libvips */
    if (vips_thumbnail_buffer(bytes, input.len, &thumbnail, widths[0], "height", HEIGHT_MAX, "size",
                              VIPS_SIZE_DOWN, "export_profile", profile, "option_string",
                              "[fail_on=truncated]", NULL) != 0)
        refuse("broken");
    image = vips_image_copy_memory(thumbnail);
    if (image == NULL || vips_copy(image, &plain, NULL) != 0)
        refuse("broken");
    drop_metadata(plain);
    return plain;
}

static void print_source(VipsImage *image, int width, int height)
{
    VipsImage *flat = image, *colours, *small;
    VipsArrayDouble *white = vips_array_double_newv(3, 255.0, 255.0, 255.0);
    size_t size = 0;
    unsigned sums[3] = {0};
    if (vips_colourspace(image, &colours, VIPS_INTERPRETATION_sRGB, NULL) != 0)
        refuse("broken");
    if (vips_image_hasalpha(colours) ? vips_flatten(colours, &flat, "background", white, NULL) != 0
                                     : vips_copy(colours, &flat, NULL) != 0)
        refuse("broken");
    if (vips_thumbnail_image(flat, &small, GRID_SIDE, "height", GRID_SIDE, "size", VIPS_SIZE_FORCE,
                             NULL) != 0)
        refuse("broken");
    const unsigned char *pixels = vips_image_write_to_memory(small, &size);
    if (pixels == NULL || size != (size_t)GRID_SIDE * GRID_SIDE * 3)
        refuse("broken");
    for (size_t i = 0; i < size; i++)
        sums[i % 3] += pixels[i];
    printf("source width=%d height=%d average=%02x%02x%02x grid=", width, height, sums[0] / 16,
           sums[1] / 16, sums[2] / 16);
    for (size_t i = 0; i < size; i++)
        printf("%02x", pixels[i]);
    printf("\n");
}

static void write_file(int folder, const char *name, const unsigned char *bytes, size_t len)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        trouble("create");
    while (len > 0) {
        ssize_t put = write(fd, bytes, len);
        if (put < 0 && errno != EINTR)
            trouble("write");
        if (put > 0) {
            bytes += put;
            len -= (size_t)put;
        }
    }
    if (fsync(fd) != 0 || close(fd) != 0)
        trouble("write");
}

static size_t save(int folder, const char *name, VipsImage *image)
{
    void *bytes = NULL;
    size_t len = 0;
    if (vips_webpsave_buffer(image, &bytes, &len, "Q", QUALITY, NULL) != 0)
        refuse("broken");
    len = webp_strip(bytes, len);
    write_file(folder, name, bytes, len);
    g_free(bytes);
    return len;
}

/* From the greatest to the smallest, each from the greatest. */
static void write_sizes(int folder, VipsImage *image)
{
    char name[32] = "";
    size_t bytes = 0;
    int last_width = 0;
    for (size_t i = 0; i < COUNT(widths); i++) {
        VipsImage *scaled;
        if (vips_thumbnail_image(image, &scaled, widths[i], "height", HEIGHT_MAX, "size",
                                 VIPS_SIZE_DOWN, NULL) != 0)
            refuse("broken");
        int width = vips_image_get_width(scaled);
        if (width != last_width) {
            snprintf(name, sizeof name, "%d.webp", widths[i]);
            bytes = save(folder, name, scaled);
            last_width = width;
        }
        printf("image width=%d height=%d bytes=%zu file=%s\n", width, vips_image_get_height(scaled),
               bytes, name);
        g_object_unref(scaled);
    }
}

/* Fonts are looked for while it is drawn: threads of their libraries begin behind the lock. */
static NORETURN void draw_paper(void)
{
    if (sandbox_enter_fonts() == SANDBOX_FAILED)
        trouble("sandbox");
    const char *fault = paper_draw(read_input());
    if (fault != NULL) {
        fprintf(stderr, "millpond-media: %s\n", fault);
        stop(EXIT_TROUBLE);
    }
    stop(0);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--paper") == 0)
        draw_paper();
    bool probe = argc == 4 && strcmp(argv[3], "--probe") == 0;
    int width, height;
    if ((argc != 3 && !probe) || strcmp(argv[1], "--out-dir") != 0) {
        fprintf(stderr,
                "usage: millpond-media --out-dir DIR [--probe] < IMAGE, or --paper < LINES\n");
        return 1;
    }
    setvbuf(stdout, NULL, _IOFBF, 8192);
    int folder = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        trouble(argv[2]);
    start_vips(argv[0]);
    enum sandbox_state state = sandbox_enter(folder);
    if (state == SANDBOX_FAILED)
        trouble("sandbox");
    if (state == SANDBOX_NO_LANDLOCK)
        printf("warning this kernel has no Landlock: files are protected by permissions only\n");
    if (probe)
        stop(sandbox_probe(state == SANDBOX_FULL) ? 0 : EXIT_TROUBLE);
    str input = read_input();
    check_input(input);
    VipsImage *image = decode(input, &width, &height);
    print_source(image, width, height);
    write_sizes(folder, image);
    stop(0);
}
