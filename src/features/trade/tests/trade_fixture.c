#include "trade/tests/trade_fixture.h"

#include <stdio.h>

#include "account/account.h"
#include "app/features.h"
#include "core/verify.h"
#include "shop/shop.h"

static const struct err *make_owner(struct turn *t, void *arg)
{
    return account_guest_make(t, S("Mara"), S("en"), &((struct fixture *)arg)->owner);
}

static const struct err *make_shop(struct turn *t, void *arg)
{
    struct id_text tail = id_format(turn_new_id(t));
    str handle;
    TRY(str_fmt(t->arena, &handle, "pier-%s", tail.text));
    return shop_create(
        t,
        &(struct shop_new){
            .handle = handle, .name = S("Pier"), .currency = S("EUR"), .country = S("NL")},
        arg);
}

struct shop_id fixture_new_shop(struct fixture *f)
{
    struct shop_id shop;
    testing_turn(&f->t, f->owner, make_shop, &shop);
    return shop;
}

void fixture_open(struct fixture *f, enum db_engine engine)
{
    testing_open(&f->t, engine, app_features, app_feature_count);
    testing_turn(&f->t, (struct account_id){0}, make_owner, f);
    f->shop = fixture_new_shop(f);
}

const struct err *fixture_take(struct fixture *f, const char *name, str bytes)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%.*s/incoming", STR_ARG(f->t.data_dir));
    FILE *file = fopen(path, "wbe");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    fclose(file);
    struct trade_file n = {.shop = f->shop,
                          .actor = f->owner,
                          .file_name = str_c(name),
                          .path = str_c(path),
                          .bytes = (int64_t)bytes.len};
    return trade_import_create(f->t.platform, &f->t.arena, &n, &f->import);
}

struct trade_import_row_row fixture_row(struct fixture *f)
{
    struct trade_import_row_row row;
    struct tx *tx;
    bool is_found;
    testing_must(db_read_begin(trade_store(f->t.platform), &f->t.arena, &tx));
    testing_must(trade_import_row(tx, &f->t.arena, f->shop, f->import, &row, &is_found));
    db_read_end(tx);
    if (!is_found)
        row = (struct trade_import_row_row){.state = TRADE_STATE_UNSET};
    return row;
}

const struct err *fixture_start(struct fixture *f)
{
    struct trade_mapping m;
    struct trade_import_row_row row = fixture_row(f);
    trade_mapping_read(row.columns, &m);
    m.direction = row.direction == TRADE_EXPORT ? TRADE_EXPORT : TRADE_IMPORT;
    return trade_import_start(f->t.platform, &f->t.arena, f->shop, f->import, f->owner, &m);
}

const struct err *fixture_slice(struct fixture *f)
{
    struct id_text text = id_format(f->import.v);
    struct job_run run = {.platform = f->t.platform,
                          .arena = &f->t.arena,
                          .shop_id = f->shop,
                          .kind = "trade.run",
                          .key = id_str(&text),
                          .payload = id_str(&text),
                          .attempt = 1,
                          .now_ms = clock_now_ms(f->t.platform->clock)};
    return trade_run_job(&run);
}

void fixture_take_in(struct fixture *f, const char *name, str bytes)
{
    testing_must(fixture_take(f, name, bytes));
    testing_must(fixture_start(f));
    testing_drain(&f->t);
    assert_int_equal(fixture_row(f).state, TRADE_DONE);
}

struct trade_found fixture_find(struct fixture *f, struct trade_query q)
{
    struct trade_found found;
    struct tx *tx;
    q.limit = q.limit == 0 ? TRADE_PAGE_MAX : q.limit;
    testing_must(db_read_begin(trade_store(f->t.platform), &f->t.arena, &tx));
    testing_must(trade_search(tx, &f->t.arena, f->shop, &q, &found));
    db_read_end(tx);
    return found;
}

size_t fixture_count_words(struct fixture *f, const char *words)
{
    return fixture_find(f, (struct trade_query){.words = str_c(words)}).count;
}

str fixture_lines(struct fixture *f, const char *word, int count)
{
    struct strbuf sb;
    str text;
    strbuf_init(&sb, &f->t.arena, MiB(16));
    strbuf_addf(&sb, FIXTURE_HEAD);
    for (int i = 0; i < count; i++)
        strbuf_addf(&sb, "2025-%02d-%02d,%s %d Trading,Hill Works,6907%02d,Tile %s%d,CHINA,%d\n",
                    i % 12 + 1, i % 28 + 1, word, i % 7, i % 90 + 10, word, i, i + 1);
    testing_must(strbuf_finish(&sb, &text));
    return text;
}

size_t fixture_count_all(struct fixture *f, const char *words)
{
    struct trade_query q = {.words = str_c(words)};
    size_t count = 0;
    for (;;) {
        struct trade_found found = fixture_find(f, q);
        count += found.count;
        if (found.next.day == 0)
            return count;
        q.cursor = found.next;
    }
}

str fixture_verify(struct fixture *f)
{
    struct arena mine;
    struct strbuf sb;
    str text;
    int violations;
    arena_init(&mine, MiB(1));
    strbuf_init(&sb, &mine, KiB(256));
    testing_must(verify_run(f->t.platform, &f->t.arena, &sb, &violations));
    testing_must(strbuf_finish(&sb, &text));
    testing_must(str_dup(&f->t.arena, text, &text));
    arena_done(&mine);
    return text;
}
