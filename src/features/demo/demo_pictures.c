/* All pictures of the demo, each drawn (or taken from the operator's folder) and encoded on one of
 * as many threads as there are cores. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "demo/art.h"
#include "demo/demo_part.h"
#include "demo/demo_photos.h"
#include "sys/file.h"

enum {
    WIDTH = 800,
    HEIGHT = 1000,
    SMALL_WIDTH = 80,
    SMALL_HEIGHT = 100,
    THREADS_MAX = 16,
    DRAWING_ARENA = 256
};

struct easel {
    struct demo *demo;
    const struct art_piece *pieces[DEMO_PICTURES_MAX];
    size_t shops[DEMO_PICTURES_MAX]; /* whose it is */
    size_t count;
    int width, height;
    const char *folder;
    _Atomic size_t next;
    pthread_mutex_t lock; /* of what follows, the demo's arena and the terminal */
    size_t done;
    const struct err *failed; /* the first failure */
};

/* Who shows it as her own: she needs it once more, as nobody may post another's photo. NULL:
 * nobody. */
static const char *poster_of(const struct demo_shop *shop, const char *picture)
{
    for (size_t i = 0; i < COUNT(shop->posts) && shop->posts[i].text != NULL; i++)
        for (size_t j = 0;
             shop->posts[i].personal && j < DEMO_PHOTOS_MAX && shop->posts[i].photos[j] != NULL;
             j++)
            if (strcmp(shop->posts[i].photos[j], picture) == 0)
                return shop->posts[i].author;
    return NULL;
}

static const struct err *import(struct easel *easel, struct arena *a, size_t i, str path, str alt)
{
    struct demo *d = easel->demo;
    struct media_id id;
    struct account_id owner = demo_person_id(d, demo_shops[easel->shops[i]]->owner);
    TRY(media_import(d->platform, a, owner, path, alt, &id));
    d->pictures[i].name = str_c(easel->pieces[i]->name);
    d->pictures[i].media_id = id.v; /* one thread per i */
    const char *poster = poster_of(demo_shops[easel->shops[i]], easel->pieces[i]->name);
    if (poster != NULL) {
        TRY(media_import(d->platform, a, demo_person_id(d, poster), path, alt, &id));
        d->pictures[i].personal_id = id.v;
    }
    return NULL;
}

static const struct err *draw(struct easel *easel, struct arena *a, size_t i)
{
    const struct art_piece *piece = easel->pieces[i];
    uint8_t *rgb;
    str png, path;
    TRY(art_draw(a, piece, easel->width, easel->height, &rgb));
    TRY(art_png(a, rgb, easel->width, easel->height, &png));
    TRY(str_fmt(a, &path, "%s/%s.png", easel->folder, piece->name));
    TRY(file_write(a, path.ptr, png, 0600));
    TRY(import(easel, a, i, path, str_c(easel->shops[i] == 2 ? piece->alt_zh : piece->alt_en)));
    (void)unlink(path.ptr); /* and the folder goes at the end */
    return NULL;
}

/* A photograph that cannot be read is named, and the picture drawn. */
static const struct err *make(struct easel *easel, struct arena *a, size_t i)
{
    const struct demo_photo *photo = easel->demo->photos == NULL ? NULL : &easel->demo->photos[i];
    if (photo == NULL || str_is_absent(photo->path))
        return draw(easel, a, i);
    const struct err *e = import(easel, a, i, photo->path, photo->alt);
    if (e == NULL || (e->kind != ERR_INVALID && e->kind != ERR_LIMIT))
        return e;
    pthread_mutex_lock(&easel->lock);
    printf("\rdemo: no picture, left out: %.*s (%s)\n", STR_ARG(photo->name), e->key);
    pthread_mutex_unlock(&easel->lock);
    return draw(easel, a, i);
}

static void *work(void *arg)
{
    struct easel *easel = arg;
    for (;;) {
        size_t i = atomic_fetch_add(&easel->next, 1);
        if (i >= easel->count)
            return NULL;
        struct arena a;
        arena_init(&a, MiB(DRAWING_ARENA));
        const struct err *e = make(easel, &a, i);
        pthread_mutex_lock(&easel->lock);
        if (e != NULL && easel->failed == NULL)
            easel->failed =
                err_wrap(easel->demo->arena, err_keep(easel->demo->arena, e), "picture %s: %.*s",
                         easel->pieces[i]->name, STR_ARG(e->detail));
        if (e != NULL)
            atomic_store(&easel->next, easel->count);
        printf("\rdemo: %zu of %zu pictures", ++easel->done, easel->count);
        fflush(stdout);
        pthread_mutex_unlock(&easel->lock);
        arena_done(&a);
    }
}

/* This thread works too. */
static const struct err *make_all(struct easel *easel)
{
    pthread_t threads[THREADS_MAX];
    size_t started = 0;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    for (; started < THREADS_MAX && (long)started + 1 < cores; started++)
        if (pthread_create(&threads[started], NULL, work, easel) != 0)
            break;
    work(easel);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    printf("\n");
    return easel->failed;
}

static void list_pieces(struct easel *easel)
{
    const struct art_piece *lists[] = {art_reef, art_clay, art_tea};
    for (size_t l = 0; l < COUNT(lists); l++) {
        for (const struct art_piece *p = lists[l]; p->name != NULL; p++) {
            easel->shops[easel->count] = l;
            easel->pieces[easel->count++] = p;
        }
    }
}

const struct err *demo_photos_find(struct demo *d, const char *folder)
{
    struct easel easel = {.demo = d};
    struct demo_photo *photos;
    list_pieces(&easel);
    TRY(demo_photos_choose(d->arena, folder, easel.pieces, easel.count, &photos));
    d->photos = photos;
    return NULL;
}

const struct err *demo_pictures(struct demo *d)
{
    struct easel easel = {.demo = d,
                          .width = d->small ? SMALL_WIDTH : WIDTH,
                          .height = d->small ? SMALL_HEIGHT : HEIGHT,
                          .lock = PTHREAD_MUTEX_INITIALIZER};
    const char *data_dir;
    str folder;
    list_pieces(&easel);
    TRY(str_fmt(d->arena, &folder, "%.*s/drawing", STR_ARG(d->platform->data_dir)));
    TRY(file_make_folder(d->arena, folder.ptr, 0700));
    easel.folder = folder.ptr;
    TRY(make_all(&easel));
    d->picture_count = easel.count;
    TRY(str_to_c(d->arena, d->platform->data_dir, &data_dir));
    return file_remove_tree(d->arena, data_dir, "drawing");
}
