/* The people of the demo. Invented, like their addresses; mail goes to example.com, which nobody reads. */
#include "demo/demo_data.h"

const struct demo_shop *const demo_shops[3] = {&demo_reef, &demo_jingde, &demo_chaguan};

const struct demo_person demo_people[DEMO_PEOPLE_MAX] = {
    {"marit", "Marit Hoekstra", "Cuts swimwear in an old boathouse in Zeeland. Reef & Tide is hers.", "en",
     NULL, NULL, NULL, NULL, NULL},
    {"joost", "Joost Wind", "Packs parcels, answers letters, surfs badly.", "en", NULL, NULL, NULL, NULL, NULL},
    {"wenqing", "Xu Wenqing", "Third generation at the kiln. I answer every message myself.", "en", NULL, NULL, NULL,
     NULL, NULL},
    {"haoran", "Lin Haoran", "Export desk at Jingdezhen Clay. Cartons, crates, customs.", "en", NULL, NULL, NULL, NULL,
     NULL},
    {"lanzhi", "苏兰芝", "雾里茶馆掌柜。早上卖茶，下午喝茶，晚上也喝。", "zh", NULL, NULL, NULL, NULL, NULL},
    {"ahe", "阿禾", "茶馆小二，会掺三尺长嘴壶，会讲两个笑话。", "zh", NULL, NULL, NULL, NULL, NULL},
    {"ines", "Inês Carvalho", "Freediver, Ericeira. Collects swimsuits the way others collect stamps.", "en",
     "Rua do Norte 14", "Ericeira", "2655-321", "", "PT"},
    {"noor", "Noor de Wit", "Marine biology, mostly in rubber boots.", "en", "Kade 8", "Vlissingen", "4381 AB", "", "NL"},
    {"tomasz", "Tomasz Zieliński", "Runs a small café with mismatched cups, on purpose.", "en", "ul. Długa 21", "Gdańsk",
     "80-827", "", "PL"},
    {"camille", "Camille Roux", "Interior designer. White walls, loud tiles.", "en", "12 rue des Tanneurs", "Nantes",
     "44000", "", "FR"},
    {"priya", "Priya Nair", "Weekend potter, weekday actuary.", "en", "27 Harbour Street", "Galway", "H91 X2Y3", "", "IE"},
    {"jonas", "Jonas Lindqvist", "Winter bather. Yes, also in January.", "en", "Strandgatan 5", "Visby", "621 56", "",
     "SE"},
    {"mei", "Mei Tanaka-Brandt", "Tea, books, one very old cat.", "en", "Lindenallee 40", "Leipzig", "04109", "", "DE"},
    {"sofia", "Sofia Marchetti", "Buys for two restaurants. Breaks less than you would think.", "en", "Via del Porto 9",
     "Trieste", "34121", "TS", "IT"},
    {"daniel", "Daniel Okoro", "Three kids, one beach, a lot of towels.", "en", "Kerkstraat 112", "Gent", "9000", "", "BE"},
    {"linxi", "林溪", "在成都教书，周末逛茶山。", "zh", "玉林西路 18 号", "成都", "610041", "四川", "CN"},
    {"zhouyi", "周一", "插画师，画猫，也画壶。", "zh", "安福路 200 号", "上海", "200031", "上海", "CN"},
    {"hanmo", "韩墨", "收老茶的人，话少。", "zh", "文林街 33 号", "昆明", "650031", "云南", "CN"},
    {"qiaoqiao", "乔乔", "露营、骑车、随身带一套盖碗。", "zh", "武林路 6 号", "杭州", "310006", "浙江", "CN"},
    {0},
};
