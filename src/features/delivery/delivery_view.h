/* What the pages of feature delivery show. */
#ifndef DELIVERY_DELIVERY_VIEW_H
#define DELIVERY_DELIVERY_VIEW_H

#include "delivery/delivery.h"
#include "web/page.h"

/* A method as the form holds it: texts as typed. */
struct delivery_typed {
    str id, name, price, steps, volume_divisor, free_from, days_from, days_to;
    str prefix;               /* of its fields: "m0" */
    enum delivery_kind kind;
    bool is_removed;
};

struct delivery_country {
    str code, name;
};

struct delivery_zone_view {
    struct page page;
    struct shop shop;
    struct form_fault fault;
    struct delivery_zone_id id; /* 0: a new one */
    str name, countries;      /* countries: " DE FR " or "*" */
    struct delivery_country *chosen;
    size_t chosen_count;
    bool is_rest;
    struct country_name *all;
    size_t all_count;
    struct delivery_typed methods[DELIVERY_METHODS_MAX];
    size_t method_count;      /* the last may be empty: room for one more */
};

#endif
