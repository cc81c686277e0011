/* Customs records for the ceramics works: two years of who shipped what to whom, written as a file
 * of customs and taken in as any other. All companies are invented. */
#include <stdio.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "demo/demo_part.h"
#include "sys/file.h"
#include "trade/trade.h"

enum {
    RECORDS = 360,
    RECORDS_SMALL = 60,
    MONTHS = 24,
    SHOP = 1,
    FILE_KIB = 256,
    TRADE_SEED = 20260522,
};

struct buyer {
    const char *names[2];     /* as its brokers write it */
    const char *country, *port;
    int weight;               /* of all shipments, in parts */
};
static const struct buyer buyers[] = {
    {{"NORDLYS HOUSEWARES AS", "Nordlys Housewares A/S"}, "NORWAY", "Oslo", 9},
    {{"TABLE & HEARTH INC", "TABLE AND HEARTH INC."}, "UNITED STATES", "Long Beach", 16},
    {{"HARBOUR LANE TRADING LTD", "Harbour Lane Trading Limited"},
     "UNITED KINGDOM",
     "Felixstowe",
     12},
    {{"KERAMIKHAUS LINDNER GMBH", "Keramikhaus Lindner"}, "GERMANY", "Hamburg", 11},
    {{"MAISON DES TASSES SARL", "MAISON DES TASSES"}, "FRANCE", "Le Havre", 8},
    {{"CASA AZULEJO LDA", "Casa Azulejo Lda."}, "PORTUGAL", "Leixoes", 6},
    {{"BLUE WATTLE HOMEWARES PTY LTD", "Blue Wattle Homewares"}, "AUSTRALIA", "Melbourne", 8},
    {{"AL NAKHLA GENERAL TRADING LLC", "AL NAKHLA GENERAL TRADING"},
     "UNITED ARAB EMIRATES",
     "Jebel Ali",
     7},
    {{"SAKURAGAWA TOKI KK", "Sakuragawa Toki K.K."}, "JAPAN", "Nagoya", 7},
    {{"LOZAS DEL VALLE SA DE CV", "LOZAS DEL VALLE"}, "MEXICO", "Manzanillo", 5},
    {{"TO THE ORDER OF", "TO ORDER"}, "KENYA", "Mombasa", 3}};

static const char *const sellers[] = {
    "JINGDEZHEN CLAY WORKS CO., LTD.", "Jingdezhen Clay Works Co Ltd", "FULIANG KILN EXPORT CO LTD",
    "CHANGJIANG PORCELAIN IMP. & EXP. CO., LTD.", "GUANGDONG HARVEST CERAMICS LTD",
    "DEHUA WHITE HILL ARTS CO., LTD.", "LILING RIVER TABLEWARE CO LTD"};
static const char *const ports[] = {"Ningbo", "Shanghai", "Shenzhen", "Xiamen", "Guangzhou"};

struct goods {
    const char *hs, *title, *words, *unit;
    int dollars_cents, grams; /* of one */
    int least, most;
};
static const struct goods kinds[] = {
    {"69111010", "Tableware of porcelain", "PORCELAIN DINNER PLATES, CELADON GLAZE, 27 CM", "PCS",
     320, 720, 600, 4800},
    {"69111010", "Tableware of porcelain", "PORCELAIN RICE BOWLS, BLUE AND WHITE", "PCS", 145, 260,
     1200, 9600},
    {"69111021", "Tea and coffee ware of porcelain", "PORCELAIN TEA CUPS WITHOUT HANDLE, 120 ML",
     "PCS", 98, 110, 2000, 20000},
    {"69111021", "Tea and coffee ware of porcelain", "TEA SETS, POT AND SIX CUPS, GIFT BOX", "SETS",
     1450, 1900, 150, 1200},
    {"69120010", "Tableware of other ceramics", "STONEWARE MUGS, REACTIVE GLAZE, 350 ML", "PCS",
     165, 380, 1000, 12000},
    {"69139000", "Ornamental ceramics", "CERAMIC MOON JARS AND VASES", "PCS", 2600, 3400, 40, 400},
    {"69072190", "Ceramic tiles, glazed", "GLAZED PORCELAIN WALL TILES 10X10", "SQM", 870, 14000,
     200, 2600},
    {"69101000", "Sinks and basins of porcelain", "VESSEL SINKS OF PORCELAIN", "PCS", 3100, 9800,
     60, 500},
    {"82159900", "Spoons, forks and the like", "SPOONS WITH PORCELAIN HANDLE", "SETS", 540, 420,
     300, 2400}};

static const struct buyer *choose_buyer(struct demo *d)
{
    int total = 0, at;
    for (size_t i = 0; i < COUNT(buyers); i++)
        total += buyers[i].weight;
    at = demo_below(d, total);
    for (size_t i = 0; i < COUNT(buyers); i++) {
        at -= buyers[i].weight;
        if (at < 0)
            return &buyers[i];
    }
    UNREACHABLE();
}

/* More before Christmas than after the New Year's feast. */
static struct date choose_day(struct demo *d)
{
    struct date today = date_from_days(d->end_ms / DEMO_DAY_MS), day;
    do {
        day = date_add_days(today, -3 - demo_below(d, MONTHS * 30));
    } while ((day.month == 2 && !demo_chance(d, 300)) || (day.month < 7 && demo_chance(d, 250)));
    return day;
}

static void write_line(struct demo *d, struct strbuf *sb)
{
    const struct buyer *buyer = choose_buyer(d);
    const struct goods *g = &kinds[demo_below(d, (int)COUNT(kinds))];
    int count = g->least + demo_below(d, g->most - g->least);
    int64_t cents = (int64_t)count * g->dollars_cents * (90 + demo_below(d, 25)) / 100;
    int64_t kilos = (int64_t)count * g->grams / 1000;
    struct date day = choose_day(d);
    strbuf_addf(
        sb, "%04d-%02d-%02d,\"%s\",\"%s\",%s,\"%s\",\"%s\",CHINA,%s,%s,%s,%d,%s,%lld,%lld.%02lld\n",
        day.year, day.month, day.day, buyer->names[demo_chance(d, 250) ? 1 : 0],
        sellers[demo_below(d, demo_chance(d, 450) ? 2 : (int)COUNT(sellers))], g->hs, g->title,
        g->words, buyer->country, ports[demo_below(d, (int)COUNT(ports))], buyer->port, count,
        g->unit, (long long)kilos, (long long)(cents / 100), (long long)(cents % 100));
}

const struct err *demo_trade(struct demo *d)
{
    const struct demo_shop *s = demo_shops[SHOP];
    struct trade_import_id id;
    struct strbuf sb;
    str text, path;
    if (str_is_empty(d->platform->data_dir))
        return NULL;
    strbuf_init(&sb, d->arena, KiB(FILE_KIB));
    strbuf_addf(&sb, "Date,Importer,Exporter,HS code,HS code description,Product description,"
                     "Origin country,"
                     "Destination country,Loading port,Destination port,Quantity,Quantity unit,"
                     "Net weight kg,Total value USD\n");
    /* Chance of its own: what is drawn here must not change the story of the shops. */
    struct rng_seeded story = d->rng;
    rng_seeded_init(&d->rng, TRADE_SEED);
    for (int i = 0; i < (d->small ? RECORDS_SMALL : RECORDS); i++)
        write_line(d, &sb);
    d->rng = story;
    TRY(strbuf_finish(&sb, &text));
    TRY(str_fmt(d->arena, &path, "%.*s/demo-trade.csv", STR_ARG(d->platform->data_dir)));
    TRY(file_write(d->arena, path.ptr, text, 0600));
    struct trade_file file = {.shop = d->shops[SHOP].id,
                              .actor = demo_person_id(d, s->staff),
                              .file_name = S("china-ceramics-export.csv"),
                              .path = path,
                              .bytes = (int64_t)text.len};
    const struct err *e = trade_take_in(d->platform, d->arena, &file, &id);
    if (e != NULL)
        (void)unlink(path.ptr);
    TRY(e);
    return demo_settle(d);
}
