/* One story of a person, put together from what every feature tells (feature.timeline). */
#include <stdlib.h>
#include <string.h>

#include "contact/contact_view.h"
#include "core/i18n.h"

static const int64_t DAY_MS = (int64_t)24 * 3600 * 1000;

static const struct err *subject_of(struct arena *a, const struct contact *contact,
                                    const struct identity_id *ids, size_t id_count,
                                    struct timeline_subject *ret)
{
    int64_t *accounts, *visitors;
    TRY_NEW_ARRAY(a, accounts, id_count);
    TRY_NEW_ARRAY(a, visitors, id_count);
    *ret = (struct timeline_subject){.shop_id = contact->shop_id,
                                     .account_ids = accounts,
                                     .visitor_ids = visitors,
                                     .contact_id = contact->id.v};
    for (size_t i = 0; i < id_count; i++) {
        int64_t id;
        if (ids[i].kind == IDENTITY_ACCOUNT && id_parse(ids[i].value, &id))
            accounts[ret->account_count++] = id;
        else if (ids[i].kind == IDENTITY_VISITOR && id_parse(ids[i].value, &id))
            visitors[ret->visitor_count++] = id;
    }
    return NULL;
}

static int newest_first(const void *a, const void *b)
{
    const struct timeline_entry *x = a, *y = b;
    return x->at_ms > y->at_ms ? -1 : x->at_ms < y->at_ms;
}

const struct err *contact_story(struct web *w, struct tx *tx, const struct contact *contact,
                                const struct identity_id *ids, size_t id_count,
                                struct timeline_entry **ret, size_t *ret_count)
{
    VEC(struct timeline_entry) all = {0};
    struct timeline_subject who;
    TRY(subject_of(w->arena, contact, ids, id_count, &who));
    for (size_t f = 0; f < w->platform->feature_count; f++) {
        struct timeline_entry *entries;
        size_t count;
        if (w->platform->features[f]->timeline == NULL)
            continue;
        TRY(w->platform->features[f]->timeline(tx, w->arena, &who, STORY_MAX, &entries, &count));
        for (size_t i = 0; i < count; i++) {
            struct timeline_entry *place = VEC_PUSH(w->arena, &all);
            if (place == NULL)
                return &err_out_of_memory;
            *place = entries[i];
        }
    }
    if (all.count > 0)
        qsort(all.items, all.count, sizeof *all.items, newest_first);
    *ret = all.items;
    *ret_count = all.count < STORY_MAX ? all.count : STORY_MAX;
    return NULL;
}

str contact_words(struct web *w, str written)
{
    struct strbuf key;
    strbuf_init(&key, w->arena, 100);
    strbuf_add(&key, S("contact.said."));
    for (size_t i = 0; i < written.len; i++)
        strbuf_add_char(&key, written.ptr[i] == ' ' ? '_' : written.ptr[i]);
    str text;
    if (strbuf_finish(&key, &text) != NULL)
        return written;
    str known = catalogue_text(w->locale->texts, w->locale->language, text.ptr);
    return str_is_absent(known) ? written : known;
}

static const char *glyph_of(const char *kind, const char **ret_tone)
{
    static const struct {
        const char *kind, *glyph, *tone;
    } looks[] = {{"visit", "pool", "done"},    {"comment", "hash", ""},  {"chat", "chat", ""},
                 {"order", "receipt", "good"}, {"paid", "card", "good"}, {"consent", "mail", ""},
                 {"contact", "person", ""},    {"like", "heart", ""},    {"follow", "users", ""},
                 {"post", "photo", ""},        {"refund", "undo", "bad"}, {"quote", "receipt", ""}};
    for (size_t i = 0; i < COUNT(looks); i++)
        if (strcmp(looks[i].kind, kind) == 0) {
            *ret_tone = looks[i].tone;
            return looks[i].glyph;
        }
    *ret_tone = "";
    return "info";
}

/* Features tell sums as "49.00 EUR"; here they read as everywhere: "€49.00". */
static const struct err *sum_words(struct web *w, str *arg)
{
    struct money sum;
    struct currency currency;
    struct strbuf words;
    str code = *arg, amount = str_cut(&code, ' ');
    if (str_is_absent(code) || currency_parse(w->arena, code, &currency) != NULL ||
        money_parse(w->arena, amount, currency, &sum) != NULL)
        return NULL;
    strbuf_init(&words, w->arena, 100);
    locale_money(w->locale, &words, sum);
    return strbuf_finish(&words, arg);
}

const struct err *contact_story_view(struct web *w, const char *zone,
                                     const struct timeline_entry *entries, size_t count,
                                     struct contact_event **ret)
{
    int64_t offset_ms = (int64_t)zone_offset_s(zone, w->now_ms) * 1000, day = -1;
    TRY_NEW_ARRAY(w->arena, *ret, count);
    for (size_t i = 0; i < count; i++) {
        const struct timeline_entry *e = &entries[i];
        struct contact_event *v = &(*ret)[i];
        int64_t its_day = (e->at_ms + offset_ms) / DAY_MS;
        *v = (struct contact_event){.at_ms = e->at_ms, .is_new_day = its_day != day};
        day = its_day;
        v->glyph = glyph_of(e->kind, &v->tone);
        str args[COUNT(e->args)] = {e->args[0], e->args[1], e->args[2]};
        if (strcmp(e->kind, "consent") == 0)
            args[0] = contact_words(w, args[0]);
        if (strcmp(e->kind, "order") == 0)
            TRY(sum_words(w, &args[0]));
        TRY(locale_format(w->arena, w->locale, e->text_key, args, COUNT(args), &v->sentence));
        if (strcmp(e->kind, "visit") == 0)
            v->verdict_key = e->args[2]; /* visits carry their verdict's text there */
        if (str_is_empty(e->path) || !url_check(e->path, &v->path))
            v->path = (struct url_safe){STR_NONE};
    }
    return NULL;
}
