#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "media/paper_draw.h"

/* Points: A4, with margins. */
static const double page_width = 595.28, page_height = 841.89, left = 48, right = 547.28,
                    top = 56, bottom = 780, foot_at = 800;
static const char font[] = "Noto Sans CJK SC, DejaVu Sans, sans-serif";
static const double ink[3] = {0.086, 0.145, 0.169}, quiet[3] = {0.36, 0.42, 0.45};

enum { COLUMNS = 4, FACTS_MAX = 12, PARTY_LINES_MAX = 16, PAGES_MAX = 60 };
static const double column_ends[COLUMNS] = {300, 360, 452, 547.28};

struct words {
    str label, value;
};
struct party {
    str label, lines[PARTY_LINES_MAX];
    size_t count;
};

struct drawing {
    cairo_surface_t *surface;
    cairo_t *cairo;
    bool is_counting;         /* the first pass only finds how many pages there are */
    int page, pages;
    double y;
    str language, title, date, foot, heads[COLUMNS];
    struct words facts[FACTS_MAX];
    size_t fact_count;
    struct party from, to;
    bool has_begun;           /* the head of the paper is drawn */
    bool in_rows;
    const char *fault;
};

/* ---- text ---- */

struct text_style {
    double size;
    bool is_bold, is_quiet, is_right;
};

static PangoLayout *layout_of(struct drawing *d, str text, double width, struct text_style style)
{
    PangoLayout *layout = pango_cairo_create_layout(d->cairo);
    PangoFontDescription *description = pango_font_description_from_string(font);
    char language[8];
    pango_font_description_set_absolute_size(description, style.size * PANGO_SCALE);
    pango_font_description_set_weight(description,
                                      style.is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    snprintf(language, sizeof language, "%.*s", (int)(d->language.len < 7 ? d->language.len : 7),
             d->language.ptr);
    pango_context_set_language(pango_layout_get_context(layout),
                               pango_language_from_string(language));
    pango_layout_context_changed(layout);
    pango_layout_set_font_description(layout, description);
    pango_font_description_free(description);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout, style.is_right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    pango_layout_set_text(layout, text.ptr, (int)text.len);
    return layout;
}

/* Returns its height. */
static double draw_text(struct drawing *d, str text, double x, double y, double width,
                        struct text_style style)
{
    PangoLayout *layout = layout_of(d, text, width, style);
    const double *colour = style.is_quiet ? quiet : ink;
    int high;
    pango_layout_get_size(layout, NULL, &high);
    if (!d->is_counting) {
        cairo_set_source_rgb(d->cairo, colour[0], colour[1], colour[2]);
        cairo_move_to(d->cairo, x, y);
        pango_cairo_show_layout(d->cairo, layout);
    }
    g_object_unref(layout);
    return (double)high / PANGO_SCALE;
}

static double text_height(struct drawing *d, str text, double width, struct text_style style)
{
    PangoLayout *layout = layout_of(d, text, width, style);
    int high;
    pango_layout_get_size(layout, NULL, &high);
    g_object_unref(layout);
    return (double)high / PANGO_SCALE;
}

static void draw_rule(struct drawing *d, double y, double from)
{
    if (d->is_counting)
        return;
    cairo_set_source_rgb(d->cairo, 0.8, 0.83, 0.84);
    cairo_set_line_width(d->cairo, 0.6);
    cairo_move_to(d->cairo, from, y);
    cairo_line_to(d->cairo, right, y);
    cairo_stroke(d->cairo);
}

static const struct text_style plain = {.size = 9.5}, small = {.size = 8, .is_quiet = true},
                               strong = {.size = 9.5, .is_bold = true};

static struct text_style to_right(struct text_style style)
{
    style.is_right = true;
    return style;
}

/* ---- pages ---- */

static void draw_foot(struct drawing *d)
{
    char number[32];
    if (d->pages > 1) {
        snprintf(number, sizeof number, "%d / %d", d->page, d->pages);
        (void)draw_text(d, str_c(number), right - 60, foot_at, 60, to_right(small));
    }
    (void)draw_text(d, d->foot, left, foot_at, right - left - 80, small);
}

static void draw_heads(struct drawing *d)
{
    double x = left;
    for (int i = 0; i < COLUMNS; i++) {
        double start = i == 0 ? left : x + 6;
        (void)draw_text(d, d->heads[i], start, d->y, column_ends[i] - start,
                        i == 0 ? small : to_right(small));
        x = column_ends[i];
    }
    d->y += 14;
    draw_rule(d, d->y, left);
    d->y += 5;
}

/* `height` more must fit, else a new page begins, with the columns' heads among rows. */
static void need(struct drawing *d, double height)
{
    if (d->y + height <= bottom)
        return;
    draw_foot(d);
    if (!d->is_counting)
        cairo_show_page(d->cairo);
    d->page++;
    d->y = top;
    if (d->page > PAGES_MAX)
        d->fault = "broken";
    if (d->in_rows)
        draw_heads(d);
}

static double draw_party(struct drawing *d, const struct party *p, double x, double width)
{
    double y = d->y + draw_text(d, p->label, x, d->y, width, small) + 3;
    for (size_t i = 0; i < p->count; i++)
        y += draw_text(d, p->lines[i], x, y, width, i == 0 ? strong : plain) + 1;
    return y;
}

/* Title, facts, who sells and who buys. */
static void draw_head(struct drawing *d)
{
    double x_facts = 330, y = top, y_from, y_to;
    if (d->has_begun)
        return;
    d->has_begun = true;
    d->y = top;
    (void)draw_text(d, d->title, left, top - 6, x_facts - left - 12,
                    (struct text_style){.size = 20, .is_bold = true});
    for (size_t i = 0; i < d->fact_count; i++) {
        double label = draw_text(d, d->facts[i].label, x_facts, y, 90, small);
        double value = draw_text(d, d->facts[i].value, x_facts + 92, y, right - x_facts - 92,
                                 to_right(plain));
        y += (label > value ? label : value) + 3;
    }
    d->y = (y > top + 44 ? y : top + 44) + 18;
    y_from = draw_party(d, &d->from, left, 230);
    y_to = draw_party(d, &d->to, 300, right - 300);
    d->y = (y_from > y_to ? y_from : y_to) + 26;
}

/* ---- lines of the description ---- */

static void draw_row(struct drawing *d, str *cells)
{
    double x = left, highest = 0, first = column_ends[0] - left;
    draw_head(d);
    if (!d->in_rows) {
        need(d, 60);
        draw_heads(d);
        d->in_rows = true;
    }
    highest = text_height(d, cells[0], first, plain);
    need(d, highest + 8);
    for (int i = 0; i < COLUMNS; i++) {
        double start = i == 0 ? left : x + 6;
        double high = draw_text(d, cells[i], start, d->y, column_ends[i] - start,
                                i == 0 ? plain : to_right(plain));
        highest = high > highest ? high : highest;
        x = column_ends[i];
    }
    d->y += highest + 4;
}

static void draw_row_note(struct drawing *d, str text)
{
    double high = text_height(d, text, column_ends[0] - left, small);
    d->y -= 3;
    need(d, high + 4);
    d->y += draw_text(d, text, left, d->y, column_ends[0] - left, small) + 5;
}

static void end_rows(struct drawing *d)
{
    draw_head(d);
    if (!d->in_rows)
        return;
    d->in_rows = false;
    draw_rule(d, d->y, left);
    d->y += 8;
}

static void draw_sum(struct drawing *d, str label, str value, bool is_strong)
{
    struct text_style style = is_strong ? strong : plain;
    end_rows(d);
    need(d, 20);
    if (is_strong)
        draw_rule(d, d->y - 1, 300);
    d->y += is_strong ? 4 : 0;
    double high = draw_text(d, label, 300, d->y, 150, style);
    double other = draw_text(d, value, 452, d->y, right - 452, to_right(style));
    d->y += (high > other ? high : other) + 3;
}

static void draw_term(struct drawing *d, str label, str value)
{
    double width = right - left - 130;
    end_rows(d);
    double high = text_height(d, value, width, plain);
    need(d, (high < 400 ? high : 400) + 8);
    d->y += 5;
    (void)draw_text(d, label, left, d->y, 122, small);
    d->y += draw_text(d, value, left + 130, d->y, width, plain);
}

static void add_party_line(struct drawing *d, struct party *p, str text)
{
    if (p->count < PARTY_LINES_MAX)
        p->lines[p->count++] = text;
    else
        d->fault = "broken";
}

static void take_line(struct drawing *d, str line)
{
    str word = str_cut(&line, '\t');
    if (str_eq(word, S("row")) || str_eq(word, S("head"))) {
        str cells[COLUMNS];
        for (int i = 0; i < COLUMNS; i++)
            cells[i] = str_is_absent(line) ? S("") : str_cut(&line, '\t');
        if (str_eq(word, S("head")))
            memcpy(d->heads, cells, sizeof cells);
        else
            draw_row(d, cells);
    } else if (str_eq(word, S("note"))) {
        draw_row_note(d, line);
    } else if (str_eq(word, S("sum")) || str_eq(word, S("total"))) {
        str label = str_cut(&line, '\t');
        draw_sum(d, label, line, str_eq(word, S("total")));
    } else if (str_eq(word, S("term"))) {
        str label = str_cut(&line, '\t');
        draw_term(d, label, line);
    } else if (str_eq(word, S("gap"))) {
        end_rows(d);
        d->y += 14;
    } else {
        d->fault = "broken";
    }
}

/* What is known before the first thing is drawn. */
static bool take_head(struct drawing *d, str line)
{
    str word = str_cut(&line, '\t');
    if (str_eq(word, S("language")))
        d->language = line;
    else if (str_eq(word, S("date")))
        d->date = line;
    else if (str_eq(word, S("title")))
        d->title = line;
    else if (str_eq(word, S("foot")))
        d->foot = line;
    else if (str_eq(word, S("from")))
        d->from.label = line;
    else if (str_eq(word, S("to")))
        d->to.label = line;
    else if (str_eq(word, S("from_line")))
        add_party_line(d, &d->from, line);
    else if (str_eq(word, S("to_line")))
        add_party_line(d, &d->to, line);
    else if (str_eq(word, S("fact")) && d->fact_count < FACTS_MAX) {
        str label = str_cut(&line, '\t');
        d->facts[d->fact_count++] = (struct words){label, line};
    } else
        return false;
    return true;
}

static int run(struct drawing *d, str text)
{
    d->page = 1;
    d->y = top;
    while (!str_is_empty(text) && d->fault == NULL) {
        str line = str_cut(&text, '\n');
        if (!take_head(d, line))
            take_line(d, line);
    }
    end_rows(d);
    draw_foot(d);
    return d->page;
}

/* ---- out ---- */

static cairo_status_t write_out(void *self, const unsigned char *bytes, unsigned len)
{
    (void)self;
    while (len > 0) {
        ssize_t put = write(1, bytes, len);
        if (put < 0 && errno != EINTR)
            return CAIRO_STATUS_WRITE_ERROR;
        if (put > 0) {
            bytes += put;
            len -= (unsigned)put;
        }
    }
    return CAIRO_STATUS_SUCCESS;
}

static const char *draw(str text, bool is_counting, int pages, int *ret_pages)
{
    struct drawing d = {.is_counting = is_counting, .pages = pages, .language = S("en"),
                        .date = S("2020-01-01")};
    char word[64], title[256];
    d.surface = is_counting
                    ? cairo_pdf_surface_create_for_stream(NULL, NULL, page_width, page_height)
                    : cairo_pdf_surface_create_for_stream(write_out, NULL, page_width, page_height);
    d.cairo = cairo_create(d.surface);
    *ret_pages = run(&d, text);
    /* Without these two cairo would write the time of the making. */
    snprintf(word, sizeof word, "%.*sT00:00:00Z", (int)(d.date.len < 10 ? d.date.len : 10),
             d.date.ptr);
    cairo_pdf_surface_set_metadata(d.surface, CAIRO_PDF_METADATA_CREATE_DATE, word);
    cairo_pdf_surface_set_metadata(d.surface, CAIRO_PDF_METADATA_MOD_DATE, word);
    str shown = utf8_cut_bytes(d.title, sizeof title - 1);
    snprintf(title, sizeof title, "%.*s", (int)shown.len, shown.ptr);
    cairo_pdf_surface_set_metadata(d.surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_destroy(d.cairo);
    cairo_surface_finish(d.surface);
    if (d.fault == NULL && cairo_surface_status(d.surface) != CAIRO_STATUS_SUCCESS)
        d.fault = cairo_status_to_string(cairo_surface_status(d.surface));
    cairo_surface_destroy(d.surface);
    return d.fault;
}

const char *paper_draw(str text)
{
    int pages, again;
    if (!utf8_is_valid(text))
        return "broken";
    const char *fault = draw(text, true, 1, &pages);
    return fault != NULL ? fault : draw(text, false, pages, &again);
}
