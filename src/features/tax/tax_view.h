/* What the page of feature tax shows. */
#ifndef TAX_TAX_VIEW_H
#define TAX_TAX_VIEW_H

#include "tax/tax.h"
#include "web/page.h"

struct tax_row {
    str country, name, region, standard, reduced, day; /* as typed; day: of a suggestion */
    bool is_included;
};

struct tax_view {
    struct page page;
    struct shop shop;
    struct form_fault fault;
    struct tax_row *rows;
    size_t row_count;
    struct country_name *all;
    size_t all_count;
    bool by_line, reverse_charge;
    str vat_id, ioss_number, ioss_limit;
    str add, add_region;
    bool lacks_eu;            /* some EU country has no row */
};

#endif
