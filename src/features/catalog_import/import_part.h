/* Inside feature catalog_import: what a group means for the catalogue, and the slices. Not for
 * other features.
 */
#ifndef CATALOG_IMPORT_IMPORT_PART_H
#define CATALOG_IMPORT_IMPORT_PART_H

#include "catalog_import/shopify.h"

/* Where each handle and each SKU of the file stands first: so that a second product of the same
 * address is found before anything is written, whatever slice it falls into. Keys are 64-bit
 * hashes; the file's owner alone is harmed by twins. */
struct import_seen {
    struct arena *arena;
    struct { uint64_t hash; int64_t line; } *slots;
    size_t space, count;
};
const struct err *import_seen_note(struct import_seen *s, char kind, str text,
                                   int64_t line) MUST_CHECK; /* keeps the first */
int64_t import_seen_line(const struct import_seen *s, char kind, str text); /* 0: nowhere */

struct import_work {
    struct shop shop;
    struct import_id id;
    struct account_id actor;
    bool is_dry;
    bool fetches_photos;      /* a job fetches what is not here */
    const struct import_seen *seen;
};

enum import_kind { IMPORT_KIND_UNSET = 0, IMPORT_NEW, IMPORT_CHANGED, IMPORT_SAME, IMPORT_REFUSED };

struct import_outcome {
    enum import_kind kind;
    str title, differences;   /* differences: lines of "field TAB before TAB after" */
    struct import_problem
        *problems; /* those of the group, and what came up against the catalogue */
    size_t problem_count, problems_dropped;
    bool wants_photos;        /* some have to be fetched */
};

/* Decides, and writes unless the work is dry. Running the turn again is safe. An error that is
 * about this product (INVALID, CONFLICT) has undone nothing by itself: the caller rolls back. */
const struct err *import_apply(struct turn *t, const struct import_work *w,
                               const struct import_group *g, struct import_outcome *ret) MUST_CHECK;

/* The product as catalog_save would take it again. */
const struct err *import_input_of(struct arena *a, const struct product *p,
                                  struct product_input *ret,
                                  struct variant_input **ret_variants) MUST_CHECK;

/* What stands differently; empty when nothing does. */
const struct err *import_differences(struct arena *a, const struct product *old,
                                     const int64_t *old_on_hand, const struct product_input *in,
                                     const int64_t *on_hand, str *ret) MUST_CHECK;

/* ---- photos ---- */

/* The bare name of a picture, as files have that go with a folder of them. */
bool import_is_photo_file(str source);

/* The photo of that address: 0 when it has still to be fetched; then, unless dry, it is noted as
 * waiting. An address of our own leads to the photo itself. */
const struct err *import_photo_find(struct turn *t, const struct import_work *w,
                                    const struct import_image *image, int64_t *ret_media,
                                    bool *ret_is_waiting) MUST_CHECK;
/* The gallery: the file's that are here, then those of the old product that no import brought.
 * `ids` has room for all. */
const struct err *import_gallery(struct tx *tx, struct arena *a, struct shop_id shop,
                                 const struct product *old, const int64_t *here, size_t here_count,
                                 int64_t *ids, size_t *ret_count) MUST_CHECK;
struct import_use {
    struct variant_id variant_id; /* 0: gallery */
    int64_t position;
    str source;
};
/* Notes what the product shows; writes only what differs. */
const struct err *import_uses_save(struct turn *t, struct shop_id shop, struct product_id product,
                                   const struct import_use *uses, size_t count) MUST_CHECK;
/* Job "import.photos": fetches what waits, product by product. */
const struct err *import_photos_job(struct job_run *run) MUST_CHECK;
/* The same at once from a folder, by the file names of the addresses; what is not there is refused.
 */
const struct err *import_photos_local(struct platform *p, struct arena *a, struct shop_id shop,
                                      const char *folder, int64_t *ret_here) MUST_CHECK;

/* ---- slices ---- */

/* How far it is; called after each committed batch. */
typedef void import_watch(void *self, int64_t line, int64_t lines);
struct import_slice {
    struct shop_id shop;
    struct import_id id;
    const char *path;
    int64_t batches_max;
    bool fetches_photos;
    import_watch *watch;      /* may be NULL */
    void *self;
};
/* Takes the file on from where the import stands, at most `batches_max` commits; ends the import
 * when the file ends. Errors are those of the disk and the store; what is wrong with the file as a
 * whole ends it as FAILED with its words. */
const struct err *import_slice_run(struct platform *p, struct arena *a,
                                   const struct import_slice *s, bool *ret_is_over) MUST_CHECK;
/* Job "import.run": a slice, and the next one. */
const struct err *import_run_job(struct job_run *run) MUST_CHECK;
/* Removes files that nobody waits for. */
const struct err *import_sweep_job(struct job_run *run) MUST_CHECK;
/* The head alone: INVALID says in words what is wrong with the file. */
const struct err *import_check_file(struct arena *a, struct currency currency,
                                    const char *path) MUST_CHECK;

/* What the table says of a file that is read as it is: our own CSV, which is Shopify's. */
#define IMPORT_OWN "shopify"
/* Of a file that is read by a list of its columns. */
#define IMPORT_MAPPED "mapped"
/* Of Shopify's other exports, which are history. */
#define IMPORT_CUSTOMERS "shopify_customers"
#define IMPORT_ORDERS "shopify_orders"

/* Finds the format of the files and makes what is read of them: `paths[0]` itself, or a translation
 * at `to`. INVALID says in words what is wrong with them. */
struct import_wish {
    const struct shop *shop;
    const char *const *paths;
    size_t count;             /* at most IMPORT_SOURCES_MAX */
    const char *to;
};
struct import_prepared {
    const char *format, *path;
    bool needs_mapping;       /* `path` is a CSV of a kind nobody knows */
    int64_t head_key;         /* then */
};
const struct err *import_prepare(struct arena *a, const struct import_wish *wish,
                                 struct import_prepared *ret) MUST_CHECK;

/* A new import. `path`: an uploaded file that is moved away and taken by a job; absent: the caller
 * runs the slices. CONFLICT import.busy while another of the shop is under way; one that was only
 * checked gives way. */
struct import_new {
    struct shop_id shop;
    struct account_id actor;
    str file_name, path;
    str format;               /* absent: IMPORT_OWN */
    bool waits_for_columns;   /* `path` is to be read once somebody has said what its columns are */
    int64_t bytes;
    bool is_dry;
};
const struct err *import_create(struct platform *p, struct arena *a, const struct import_new *n,
                                struct import_id *ret) MUST_CHECK;
/* `path` read by a list of its columns, into `to`. `list` as mapping_write writes it, absent: the
 * one that is remembered for files with that head, else a guess. INVALID import.map_title,
 * import.map_twice. */
const struct err *import_prepare_mapped(struct platform *p, struct arena *a,
                                        const struct shop *shop, const char *path, str list,
                                        const char *to) MUST_CHECK;
/* The list is known now, and `path` is the translation: it is checked, by a job. CONFLICT
 * import.not_waiting. */
struct import_mapped {
    struct shop_id shop;
    struct import_id id;
    const char *path;
    int64_t head_key;
    str list;                 /* remembered for the next file with that head */
};
const struct err *import_map(struct platform *p, struct arena *a, struct account_id actor,
                             const struct import_mapped *m) MUST_CHECK;
/* Where the file of an import that waits for its columns stands. */
const struct err *import_source_path(struct arena *a, const struct platform *p, struct import_id id,
                                     const char **ret) MUST_CHECK;
/* After a dry run: now in earnest. CONFLICT import.not_checked. */
const struct err *import_start(struct turn *t, struct shop_id shop, struct import_id id) MUST_CHECK;
/* Failed pictures once more. */
const struct err *import_photos_again(struct turn *t, struct shop_id shop) MUST_CHECK;
const struct err *import_enqueue_photos(struct turn *t, struct shop_id shop) MUST_CHECK;
/* data_dir/imports, made when missing. */
const struct err *import_folder(struct arena *a, const struct platform *p,
                                const char **ret) MUST_CHECK;

/* All products of the shop as Shopify's CSV into a new file at `path`. */
const struct err *import_export(struct platform *p, struct arena *a, struct shop_id shop,
                                const char *path) MUST_CHECK;

enum { IMPORT_COMMANDS = 3 };
extern const struct command import_commands[IMPORT_COMMANDS];

#endif
