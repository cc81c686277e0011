/* A file read by a list of what its columns are. See import_mapping.h. */
#include "catalog_import/import_mapping.h"

#include "base/utf8.h"

const struct err *mapping_check(struct arena *a, const struct mapping *m)
{
    bool has_name = false;
    for (size_t i = 0; i < m->count; i++) {
        if (m->fields[i] < 0)
            continue;
        const struct mapping_field *field = &mapping_fields[m->fields[i]];
        has_name = has_name || field->column == SHOPIFY_TITLE || field->column == SHOPIFY_HANDLE ||
                   field->column == SHOPIFY_SKU;
        for (size_t k = 0; k < i && !field->is_many; k++)
            if (m->fields[k] == m->fields[i])
                return err_with_arg(a, ERR(a, ERR_INVALID, "import.map_twice", "%s", field->key),
                                    str_c(field->key));
    }
    return has_name ? NULL
                    : ERR(a, ERR_INVALID, "import.map_title", "neither name nor address nor SKU");
}

const struct err *mapping_write(struct arena *a, const struct mapping *m, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, MAPPING_TEXT_MAX);
    for (size_t i = 0; i < m->count; i++)
        strbuf_addf(&sb, "%s\n", m->fields[i] < 0 ? "" : mapping_fields[m->fields[i]].key);
    return strbuf_finish(&sb, ret);
}

void mapping_read(str text, struct mapping *ret)
{
    *ret = (struct mapping){0};
    for (str rest = text; !str_is_empty(rest) && ret->count < IMPORT_COLUMNS_MAX;)
        ret->fields[ret->count++] = mapping_field_of(str_cut(&rest, '\n'));
}

int64_t mapping_head_key(const struct import_source *s)
{
    uint64_t key = s->column_count;
    for (size_t i = 0; i < s->column_count; i++)
        key = key * 0x9e3779b97f4a7c15ull + str_hash(s->head[i]);
    return (int64_t)(key >> 1);
}

const struct err *mapping_sample_read(struct arena *a, struct import_source *s,
                                      struct mapping_sample *ret)
{
    const str **rows;
    TRY_NEW_ARRAY(a, rows, MAPPING_SAMPLES);
    *ret = (struct mapping_sample){.head = s->head, .column_count = s->column_count, .rows = rows};
    for (int i = 0; i < 2 * MAPPING_SAMPLES && ret->row_count < MAPPING_SAMPLES; i++) {
        struct csv_row row;
        str *cells;
        TRY(csv_read(&s->csv, &row));
        if (row.kind == CSV_END)
            break;
        if (row.kind == CSV_BAD)
            continue;
        TRY_NEW_ARRAY(a, cells, s->column_count);
        for (size_t c = 0; c < s->column_count; c++)
            TRY(str_dup(a, c < row.count ? utf8_cut_bytes(str_trim(row.cells[c]), 400) : S(""),
                        &cells[c]));
        rows[ret->row_count++] = cells;
    }
    return NULL;
}

/* ---- as a format ---- */

static enum import_how how_of(enum shopify_column column)
{
    switch ((int)column) {
    case SHOPIFY_PRICE:
    case SHOPIFY_COMPARE_AT:
        return HOW_AMOUNT;
    case SHOPIFY_GRAMS:
        return HOW_WEIGHT;
    case SHOPIFY_IMAGE:
        return HOW_IMAGES;
    case SHOPIFY_TYPE:
        return HOW_PATH;
    case SHOPIFY_TAGS:
        return HOW_JOIN;
    default:
        return HOW_TEXT;
    }
}

/* "Weight (kg)", "重量(克)" */
static const char *unit_in(str head)
{
    static const char *const units[] = {"kg", "\xe5\x8d\x83\xe5\x85\x8b",
                                        "\xe5\x85\xac\xe6\x96\xa4", "lb", "oz"};
    for (size_t i = 0; i < COUNT(units); i++)
        for (size_t at = 0; at + str_c(units[i]).len <= head.len; at++)
            if (str_eq_nocase(str_sub(head, at, str_c(units[i]).len), str_c(units[i])))
                return units[i];
    return "g";
}

static void settle_status(str *cell)
{
    static const str on[] = {STR_INIT("active"),
                             STR_INIT("published"),
                             STR_INIT("true"),
                             STR_INIT("yes"),
                             STR_INIT("1"),
                             STR_INIT("on"),
                             STR_INIT("enabled"),
                             STR_INIT("visible"),
                             STR_INIT("ja"),
                             STR_INIT("oui"),
                             STR_INIT("si"),
                             STR_INIT("sim"),
                             STR_INIT("aktiv"),
                             STR_INIT("\xe6\x98\xaf"),
                             STR_INIT("\xe4\xb8\x8a\xe6\x9e\xb6"),
                             STR_INIT("\xe5\x9c\xa8\xe5\x94\xae")};
    static const str off[] = {STR_INIT("inactive"),
                              STR_INIT("unpublished"),
                              STR_INIT("false"),
                              STR_INIT("no"),
                              STR_INIT("0"),
                              STR_INIT("off"),
                              STR_INIT("disabled"),
                              STR_INIT("hidden"),
                              STR_INIT("nein"),
                              STR_INIT("non"),
                              STR_INIT("nao"),
                              STR_INIT("inaktiv"),
                              STR_INIT("\xe5\x90\xa6"),
                              STR_INIT("\xe4\xb8\x8b\xe6\x9e\xb6"),
                              STR_INIT("\xe4\xbb\x93\xe5\xba\x93")};
    for (size_t i = 0; i < COUNT(on); i++)
        if (str_eq_nocase(*cell, on[i]))
            *cell = S("active");
    for (size_t i = 0; i < COUNT(off); i++)
        if (str_eq_nocase(*cell, off[i]))
            *cell = S("draft");
}

/* The name of an option is that of its column. */
static const struct err *adjust(struct import_draft *d, const struct import_record *r,
                                struct import_taken *t)
{
    (void)d;
    settle_status(&t->cells[SHOPIFY_STATUS]);
    for (size_t i = 0; i < r->source->column_count; i++) {
        const struct import_rule *rule = r->source->places[i].rule;
        bool is_option = rule != NULL && (rule->ours == SHOPIFY_OPTION1_VALUE ||
                                          rule->ours == SHOPIFY_OPTION2_VALUE ||
                                          rule->ours == SHOPIFY_OPTION3_VALUE);
        if (is_option && !str_is_empty(t->cells[rule->ours]))
            t->cells[rule->ours - 1] = r->source->head[i];
    }
    return NULL;
}

/* Options that a product does not use go; those behind them move up. */
const struct err *import_options_close_up(struct import_draft *d)
{
    int to = 0;
    for (int from = 0; from < PRODUCT_OPTIONS_MAX; from++) {
        int name = SHOPIFY_OPTION1_NAME + 2 * from, into = SHOPIFY_OPTION1_NAME + 2 * to;
        if (str_is_empty(d->product.cells[name]))
            continue;
        to++;
        if (into == name)
            continue;
        d->product.cells[into] = d->product.cells[name];
        d->product.cells[name] = S("");
        for (size_t i = 0; i < d->variant_count; i++) {
            d->variants[i].cells[into + 1] = d->variants[i].cells[name + 1];
            d->variants[i].cells[name + 1] = S("");
        }
    }
    return NULL;
}

const struct err *mapping_format(struct arena *a, const struct import_source *s,
                                 const struct mapping *m, const struct import_format **ret)
{
    struct import_format *format;
    struct import_layout *layout;
    struct import_rule *rules;
    const char *title = NULL, *handle = NULL;
    bool has_options = false;
    TRY_NEW(a, format);
    TRY_NEW(a, layout);
    TRY_NEW_ARRAY(a, rules, m->count + 1);
    *layout = (struct import_layout){.rules = rules, .adjust = adjust, .is_literal = true};
    for (size_t i = 0; i < m->count && i < s->column_count; i++) {
        if (m->fields[i] < 0)
            continue;
        enum shopify_column ours = mapping_fields[m->fields[i]].column;
        rules[layout->rule_count++] =
            (struct import_rule){.theirs = s->head[i],
                                 .ours = ours,
                                 .how = how_of(ours),
                                 .param = ours == SHOPIFY_GRAMS   ? unit_in(s->head[i])
                                          : ours == SHOPIFY_IMAGE ? "*"
                                                                  : NULL};
        title = ours == SHOPIFY_TITLE ? s->head[i].ptr : title;
        handle = ours == SHOPIFY_HANDLE ? s->head[i].ptr : handle;
        has_options = has_options || ours == SHOPIFY_OPTION1_VALUE ||
                      ours == SHOPIFY_OPTION2_VALUE || ours == SHOPIFY_OPTION3_VALUE;
    }
    layout->keys[0] = handle != NULL ? handle : has_options ? title : NULL;
    *format = (struct import_format){.name = IMPORT_MAPPED, .layouts = layout, .layout_count = 1,
                                     .finish = import_options_close_up};
    *ret = format;
    return NULL;
}
