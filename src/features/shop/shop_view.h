/* What the pages of feature shop show.
 */
#ifndef SHOP_SHOP_VIEW_H
#define SHOP_SHOP_VIEW_H

#include "shop/shop.h"
#include "web/page.h"

struct shop_choice {
    str value, words;
    bool is_chosen;
};

struct shop_sell_view {
    struct page page;
    struct form_fault fault;
    str name, handle;
    str country, currency;    /* chosen, in words */
    bool is_open;             /* the part that is guessed: something in it is wrong */
    struct shop_choice *countries, *currencies;
    size_t country_count, currency_count;
    bool is_chinese;
    struct shop *mine;
    size_t mine_count;
};

struct shop_member_row {
    struct account_id account_id;
    struct face face;
    str name, handle;
    str role;
    bool is_self;
};

/* A way to pay that the program knows. */
struct shop_gateway_row {
    const char *label_key;
    bool is_test;             /* play money */
};

struct shop_settings_view {
    struct page page;
    struct form_fault fault, member_fault;
    struct shop shop;
    struct face face;
    str name, tagline, about, contact_email, delivery_text, returns_text, shipping,
        free_shipping_from, tax, accent;
    str who;                  /* typed into the form of a new member */
    bool tax_included, is_chinese, may_change;
    struct shop_choice *countries, *zones;
    size_t country_count, zone_count;
    struct shop_member_row *members;
    size_t member_count;
    struct shop_gateway_row *gateways;
    size_t gateway_count;
    bool takes_money;         /* one of them is more than play */
};

#endif
