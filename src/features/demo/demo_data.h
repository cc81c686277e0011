/* What the demo is made of: tables of texts and numbers, one file per shop and one of people.
 * Invented: no such shop, person or address exists. Texts of a shop are in its own language.
 */
#ifndef DEMO_DEMO_DATA_H
#define DEMO_DEMO_DATA_H

#include "base/base.h"
#include "base/str.h"

enum {
    DEMO_VALUES_MAX = 5,
    DEMO_PHOTOS_MAX = 3,
    DEMO_PRODUCTS_MAX = 9,
    DEMO_POSTS_MAX = 8,
    DEMO_POOLS_MAX = 5,
    DEMO_COMMENTS_MAX = 4,
    DEMO_PEOPLE_MAX = 24
};

struct demo_product {
    const char *handle, *title, *html, *kind, *tags;
    const char *first, *firsts[DEMO_VALUES_MAX]; /* option and its values; none: one variant */
    const char *second,
        *seconds[DEMO_VALUES_MAX];   /* a second option; its n-th value shows the n-th photo */
    int64_t prices[DEMO_VALUES_MAX]; /* of each value of the first option; 0 = as the one before */
    int64_t compare;                 /* old price of the first; 0 = none */
    int weight_g;
    int stock; /* of each variant, about; 0 = made to order, not counted */
    const char *photos[DEMO_PHOTOS_MAX];
};

struct demo_post {
    int day;            /* days before now */
    const char *author; /* handle of the person who writes; for the shop unless `personal` */
    bool personal;
    const char *text;
    const char *photos[DEMO_PHOTOS_MAX];
    struct {
        const char *product;
        int x, y; /* permille on the first photo */
    } tags[3];
    const char *trigger; /* hashtag that wakes the bot, or NULL; about the first tag */
    struct {
        const char *who, *text;
    } comments[DEMO_COMMENTS_MAX];
    int likes;
};

struct demo_pool {
    const char *key, *name, *label; /* of the pool and its link */
    const char *target;             /* after /s/SHOP: "" or "/p/handle" */
    int visits_per_day;
    int peak_day, peak_visits; /* a story for the chart: so many more on that day, fading */
    int buys_permille;         /* of its visits */
};

struct demo_shop {
    const char *handle, *name, *tagline, *about, *currency, *language, *country, *zone, *email,
        *accent;
    const char *delivery, *returns;
    int64_t shipping, free_from;
    int tax_basis_points;
    bool tax_included;
    const char *logo;          /* a picture */
    const char *owner, *staff; /* handles of people */
    struct demo_product products[DEMO_PRODUCTS_MAX];
    struct demo_post posts[DEMO_POSTS_MAX];
    struct demo_pool pools[DEMO_POOLS_MAX];
};

struct demo_person {
    const char *handle, *name, *bio, *language;
    const char *line, *city, *postcode, *region, *country; /* an address; NULL: never orders */
};

extern const struct demo_shop demo_reef, demo_jingde, demo_chaguan;
extern const struct demo_person demo_people[DEMO_PEOPLE_MAX]; /* ends with a row without handle */
extern const struct demo_shop *const demo_shops[3];

#endif
