/* sqlgen --name order --dir src/features/order --schema-dirs DIR... --out-h PATH --out-c PATH
 *
 * Reads the .sql files of DIR (queries) and DIR/schema/NNNN_name.sql (migrations) of one feature,
 * checks them against the schema of all features (--schema-dirs, in migration order; a feature is
 * named by the folder above its schema folder), writes one header and one source. Exit 1 and one
 * line on stderr when something is wrong; then nothing is written. --check instead of outputs only
 * checks.
 */
#include <dirent.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sqlgen.h"

enum { FILE_BYTES_MAX = 1024 * 1024, SCHEMA_DIRS_MAX = 100 };

struct options {
    str name, dir, out_h, out_c;
    bool only_check;
    str schema_dirs[SCHEMA_DIRS_MAX];
    size_t schema_dir_count;
};

static const struct err *read_file(struct arena *a, str path, str *ret)
{
    const char *c_path;
    TRY(str_to_c(a, path, &c_path));
    FILE *f = fopen(c_path, "rb");
    if (f == NULL)
        return ERR(a, ERR_INVALID, "sqlgen", "%s: %s", c_path, strerror(errno));
    char *bytes = arena_alloc(a, FILE_BYTES_MAX + 1);
    size_t length = bytes == NULL ? 0 : fread(bytes, 1, FILE_BYTES_MAX + 1, f);
    fclose(f);
    if (bytes == NULL)
        return &err_out_of_memory;
    if (length > FILE_BYTES_MAX)
        return ERR(a, ERR_LIMIT, "sqlgen", "%s: longer than 1 MiB", c_path);
    return str_dup(a, (str){bytes, length}, ret);
}

static int compare_names(const void *x, const void *y)
{
    const str *one = x, *two = y;
    return str_cmp(*one, *two);
}

/* Sorted names ending in .sql; an absent folder has none. */
static const struct err *list_sql(struct arena *a, str dir, str **ret, size_t *ret_count)
{
    VEC(str) names = {0};
    const char *c_dir;
    const struct err *e = NULL;
    TRY(str_to_c(a, dir, &c_dir));
    DIR *d = opendir(c_dir);
    struct dirent *entry;
    while (d != NULL && e == NULL && (entry = readdir(d)) != NULL) {
        str name = str_c(entry->d_name);
        if (!str_ends(name, S(".sql")) || str_starts(name, S(".")))
            continue;
        str *slot = VEC_PUSH(a, &names);
        e = slot == NULL ? &err_out_of_memory : str_dup(a, name, slot);
    }
    if (d != NULL)
        closedir(d);
    if (names.count > 0)
        qsort(names.items, names.count, sizeof *names.items, compare_names);
    *ret = names.items;
    *ret_count = names.count;
    return e;
}

static const struct err *sha256_hex(struct arena *a, str bytes, str *ret)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    struct strbuf hex;
    if (EVP_Digest(bytes.len == 0 ? "" : bytes.ptr, bytes.len, digest, &length, EVP_sha256(),
                   NULL) != 1)
        return ERR(a, ERR_BUG, "sqlgen", "SHA-256 is not available");
    strbuf_init(&hex, a, 2 * EVP_MAX_MD_SIZE);
    for (unsigned int i = 0; i < length; i++)
        strbuf_addf(&hex, "%02x", digest[i]);
    return strbuf_finish(&hex, ret);
}

static const struct err *load_migration(struct arena *a, str dir, str file_name, int number,
                                        struct migration *ret)
{
    int64_t in_name = 0;
    str text;
    *ret = (struct migration){.file_name = file_name, .number = number};
    TRY(str_fmt(a, &ret->path, "%.*s/%.*s", STR_ARG(dir), STR_ARG(file_name)));
    if (file_name.len < 10 || file_name.ptr[4] != '_' ||
        !str_to_int(str_sub(file_name, 0, 4), &in_name))
        return sqlgen_error(a, ret->path, 1, "a migration is named NNNN_name.sql");
    if (in_name != number)
        return sqlgen_error(a, ret->path, 1, "number %04d expected: migrations have no gaps",
                            number);
    TRY(read_file(a, ret->path, &text));
    TRY(ddl_expand(a, ret->path, text, ret));
    return sha256_hex(a, text, &ret->checksum);
}

static str parent_name(str dir)
{
    while (str_ends(dir, S("/")))
        dir.len--;
    ptrdiff_t slash = str_rfind_char(dir, '/');
    str parent = slash < 0 ? S("") : str_sub(dir, 0, (size_t)slash);
    slash = str_rfind_char(parent, '/');
    return slash < 0 ? parent : str_from(parent, (size_t)slash + 1);
}

static const struct err *load_schema(struct arena *a, str dir, struct schema *ret)
{
    str *names;
    size_t count;
    *ret = (struct schema){.owner = parent_name(dir)};
    TRY(list_sql(a, dir, &names, &count));
    for (size_t i = 0; i < count; i++) {
        struct migration *m = VEC_PUSH(a, &ret->migrations);
        if (m == NULL)
            return &err_out_of_memory;
        TRY(load_migration(a, dir, names[i], (int)i + 1, m));
    }
    return NULL;
}

static const struct err *load_queries(struct arena *a, str dir, struct query_set *set)
{
    str *names, path, text;
    size_t count;
    TRY(list_sql(a, dir, &names, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(str_fmt(a, &path, "%.*s/%.*s", STR_ARG(dir), STR_ARG(names[i])));
        TRY(read_file(a, path, &text));
        TRY(query_file_parse(a, path, text, set));
    }
    for (size_t i = 0; i < set->queries.count; i++)
        TRY(body_expand(a, set->queries.items[i]));
    return NULL;
}

static const struct err *write_file(struct arena *a, str path, struct strbuf *text)
{
    str whole;
    const char *c_path;
    TRY(strbuf_finish(text, &whole));
    TRY(str_to_c(a, path, &c_path));
    FILE *f = fopen(c_path, "wb");
    if (f == NULL)
        return ERR(a, ERR_UNAVAILABLE, "sqlgen", "%s: %s", c_path, strerror(errno));
    bool written = fwrite(whole.ptr, 1, whole.len, f) == whole.len;
    if (fclose(f) != 0 || !written)
        return ERR(a, ERR_UNAVAILABLE, "sqlgen", "%s: %s", c_path, strerror(errno));
    return NULL;
}

static str base_name(str path)
{
    ptrdiff_t slash = str_rfind_char(path, '/');
    return slash < 0 ? path : str_from(path, (size_t)slash + 1);
}

static const struct err *generate(struct arena *a, const struct options *o)
{
    struct query_set set = {0};
    VEC(struct schema) schemas = {0};
    struct schema *own = NULL, *s;
    str own_dir;
    size_t own_index = SIZE_MAX;
    TRY(str_fmt(a, &own_dir, "%.*s/schema", STR_ARG(o->dir)));
    str owner = parent_name(own_dir);
    for (size_t i = 0; i < o->schema_dir_count; i++) {
        if ((s = VEC_PUSH(a, &schemas)) == NULL)
            return &err_out_of_memory;
        TRY(load_schema(a, o->schema_dirs[i], s));
        if (str_eq(s->owner, owner))
            own_index = i;
    }
    if (own_index == SIZE_MAX) {
        if ((s = VEC_PUSH(a, &schemas)) == NULL)
            return &err_out_of_memory;
        own_index = schemas.count - 1;
        TRY(load_schema(a, own_dir, s));
    }
    own = &schemas.items[own_index];
    TRY(load_queries(a, o->dir, &set));
    TRY(check_all(a, schemas.items, schemas.count, owner, &set));
    if (o->only_check)
        return NULL;
    struct emit_input in = {.name = o->name, .header_name = base_name(o->out_h), .set = &set,
                            .migrations = own->migrations.items,
                            .migration_count = own->migrations.count};
    struct strbuf header, source;
    strbuf_init(&header, a, MiB(8));
    strbuf_init(&source, a, MiB(8));
    emit_header(&header, &in);
    emit_source(&source, &in);
    TRY(write_file(a, o->out_h, &header));
    return write_file(a, o->out_c, &source);
}

static bool parse_options(int argc, char **argv, struct options *o)
{
    for (int i = 1; i < argc; i++) {
        str word = str_c(argv[i]);
        if (str_eq(word, S("--schema-dirs"))) {
            while (i + 1 < argc && !str_starts(str_c(argv[i + 1]), S("--"))) {
                if (o->schema_dir_count == SCHEMA_DIRS_MAX)
                    return false;
                o->schema_dirs[o->schema_dir_count++] = str_c(argv[++i]);
            }
            continue;
        }
        if (str_eq(word, S("--check"))) {
            o->only_check = true;
            continue;
        }
        str *slot = str_eq(word, S("--name")) ? &o->name
                    : str_eq(word, S("--dir")) ? &o->dir
                    : str_eq(word, S("--out-h")) ? &o->out_h
                    : str_eq(word, S("--out-c")) ? &o->out_c : NULL;
        if (slot == NULL || i + 1 == argc)
            return false;
        *slot = str_c(argv[++i]);
    }
    return !str_is_empty(o->dir) &&
           (o->only_check ||
            (!str_is_empty(o->name) && !str_is_empty(o->out_h) && !str_is_empty(o->out_c)));
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct arena arena;
    if (!parse_options(argc, argv, &options)) {
        fprintf(stderr, "usage: sqlgen --name NAME --dir DIR --schema-dirs DIR... "
                        "(--out-h PATH --out-c PATH | --check)\n");
        return 2;
    }
    arena_init(&arena, MiB(512));
    const struct err *e = generate(&arena, &options);
    if (e != NULL)
        fprintf(stderr, "%.*s\n", STR_ARG(e->detail));
    arena_done(&arena);
    return e == NULL ? 0 : 1;
}
