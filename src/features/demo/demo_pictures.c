/* All pictures of the demo: drawn by two threads while the first are being encoded, or taken from a
 * folder. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "demo/art.h"
#include "demo/demo_part.h"
#include "sys/file.h"

enum {
    WIDTH = 800,
    HEIGHT = 1000,
    SMALL_WIDTH = 80,
    SMALL_HEIGHT = 100,
    THREADS_MAX = 8,
    DRAWING_ARENA = 256
};

struct easel {
    const struct art_piece *pieces[DEMO_PICTURES_MAX];
    size_t shops[DEMO_PICTURES_MAX]; /* whose it is */
    size_t count;
    int width, height;
    const char *folder;
    _Atomic size_t next;
    pthread_mutex_t lock;
    pthread_cond_t drawn;
    bool done[DEMO_PICTURES_MAX];
    const char *failed; /* i18n key of the first failure */
};

static const struct err *path_of(struct arena *a, const struct easel *easel, size_t i, str *ret)
{
    return str_fmt(a, ret, "%s/%s.png", easel->folder, easel->pieces[i]->name);
}

static const struct err *draw_one(struct arena *a, const struct easel *easel, size_t i)
{
    uint8_t *rgb;
    str png, path;
    TRY(art_draw(a, easel->pieces[i], easel->width, easel->height, &rgb));
    TRY(art_png(a, rgb, easel->width, easel->height, &png));
    TRY(path_of(a, easel, i, &path));
    return file_write(a, path.ptr, png, 0600);
}

static void *draw_thread(void *arg)
{
    struct easel *easel = arg;
    for (;;) {
        size_t i = atomic_fetch_add(&easel->next, 1);
        if (i >= easel->count)
            return NULL;
        struct arena a;
        arena_init(&a, MiB(DRAWING_ARENA));
        const struct err *e = draw_one(&a, easel, i);
        pthread_mutex_lock(&easel->lock);
        easel->done[i] = true;
        if (e != NULL && easel->failed == NULL)
            easel->failed = e->key;
        pthread_cond_broadcast(&easel->drawn);
        pthread_mutex_unlock(&easel->lock);
        arena_done(&a);
    }
}

static const char *wait_for(struct easel *easel, size_t i)
{
    pthread_mutex_lock(&easel->lock);
    while (!easel->done[i])
        pthread_cond_wait(&easel->drawn, &easel->lock);
    const char *failed = easel->failed;
    pthread_mutex_unlock(&easel->lock);
    return failed;
}

static const struct err *import_one(struct demo *d, struct easel *easel, size_t i)
{
    struct arena a;
    struct media_id id;
    str path;
    const struct art_piece *piece = easel->pieces[i];
    const char *failed = wait_for(easel, i);
    struct account_id owner = demo_person_id(d, demo_shops[easel->shops[i]]->owner);
    if (failed != NULL)
        return ERR(d->arena, ERR_UNAVAILABLE, failed, "picture %s", piece->name);
    arena_init(&a, MiB(DRAWING_ARENA));
    const struct err *e = path_of(&a, easel, i, &path);
    if (e == NULL)
        e = media_import(d->platform, &a, owner, path,
                         str_c(easel->shops[i] == 2 ? piece->alt_zh : piece->alt_en), &id);
    if (e == NULL) {
        d->pictures[d->picture_count].name = str_c(piece->name);
        d->pictures[d->picture_count++].media_id = id.v;
        printf("\rdemo: %zu of %zu pictures", i + 1, easel->count);
        fflush(stdout);
    } else {
        e = err_wrap(d->arena, e, "picture %s", piece->name);
    }
    arena_done(&a);
    return e;
}

static const struct err *import_all(struct demo *d, struct easel *easel)
{
    for (size_t i = 0; i < easel->count; i++)
        TRY(import_one(d, easel, i));
    printf("\n");
    return NULL;
}

const struct err *demo_pictures(struct demo *d)
{
    const struct art_piece *lists[] = {art_reef, art_clay, art_tea};
    struct easel easel = {.width = d->small ? SMALL_WIDTH : WIDTH,
                          .height = d->small ? SMALL_HEIGHT : HEIGHT,
                          .lock = PTHREAD_MUTEX_INITIALIZER,
                          .drawn = PTHREAD_COND_INITIALIZER};
    pthread_t threads[THREADS_MAX];
    size_t started = 0;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    str folder;
    for (size_t l = 0; l < COUNT(lists); l++) {
        for (const struct art_piece *p = lists[l]; p->name != NULL; p++) {
            easel.shops[easel.count] = l;
            easel.pieces[easel.count++] = p;
        }
    }
    TRY(str_fmt(d->arena, &folder, "%.*s/drawing", STR_ARG(d->platform->data_dir)));
    TRY(file_make_folder(d->arena, folder.ptr, 0700));
    easel.folder = folder.ptr;
    for (; started < THREADS_MAX && (long)started < cores; started++)
        if (pthread_create(&threads[started], NULL, draw_thread, &easel) != 0)
            break;
    if (started == 0)
        draw_thread(&easel);
    const struct err *e = import_all(d, &easel);
    if (e != NULL)
        atomic_store(&easel.next, easel.count);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    TRY(e);
    const char *data_dir;
    TRY(str_to_c(d->arena, d->platform->data_dir, &data_dir));
    return file_remove_tree(d->arena, data_dir, "drawing");
}
