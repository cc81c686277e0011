#include "trade/tests/layouts_alike.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/tests/unit.h"

enum { LINES = 60, PATH_BYTES = 1024 };

/* `columns`: TITLE=k, and k says what stands below it (write_value). */
struct layout {
    const char *name;
    bool has_junk;            /* lines of nothing and a word before the titles */
    char separator;
    const char *columns;
};

static const struct layout layouts[] = {
    {"hills-import-full.csv", true, ',',
     "RECORD ID=#|RECORDS TAG=#|SUPPLIER NAME=s|SUPPLIER NAME EN=s|TAX ID NUMBER=n|IMPORTER NAME=b|"
     "IMPORTER NAME EN=b|PROCEDURE CODE=c|ASSESSMENT DATE=d|DECLARATION NUMBER=#|HS CODE=h|"
     "PRODUCT DESCRIPTION=w|PRODUCT DESCRIPTION EN=w|ORIGIN COUNTRY=o|EXPORT COUNTRY=o|"
     "GROSS WEIGHT=k|NET WEIGHT=k|QUANTITY=q|UNIT=u|INVOICE AMOUNT=v|VAT=v|CUSTOMS DUTY TAX=v|"
     "TOTAL VALUE=v|USD EXCHANGE RATE=r|INVOICE CURRENCY=$|INCOTERM=i|HS DESCRIPTION=t"},
    {"delta-export-full.csv", true, ',',
     "ASSESSED_VALUE_IN_TK=v|ASSESSED_VALUE_IN_USD=v|BE_NUMBER=n|BE_REGISTRATION_DATE=d|BIN=n|"
     "BUYER_NAME=b|COUNTRY_ISO_CODE_2=2|DESTINATION_COUNTRY=o|EXPORTER_ADDRESS=a|EXPORTER_NAME=s|"
     "EXP_DATE=d|GROSS_WT_IN_KG=k|HS_CODE=h|HS_CODE_2=1|HS_CODE_4=4|HS_CODE_DESCRIPTION=t|"
     "NET_WT_IN_KG=k|OFFICE_CODE=c|PRODUCT_DESCRIPTION=w|QUANTITY=q|RECORDS_TAG=#|RECORD_ID=#"},
    {"delta-import-full.csv", true, ',',
     "AGENT_NUMBER=n|ASSESSED_UNIT_PRICE_FC=r|ASSESSED_VALUE_USD=v|BANK_NAME=-|"
     "BILL_OF_ENTRY_DATE=-|"
     "BL_NUMBER=#|COUNTRY_ISO_CODE_2=2|COUNTRY_OF_ORIGIN=o|CURRENCY_CODE=$|EXCHANGE_RATE=r|"
     "EXPORTER_NAME_AND_ADDRESS=s|GROSS_WEIGHT_IN_KG=k|HS_CODE=h|HS_CODE_2=1|HS_CODE_4=4|"
     "HS_CODE_DESCRIPTION=t|IMPORTER_ADDRESS=a|IMPORTER_NAME=b|IMP_DATE=d|NET_WEIGHT_IN_KG=k|"
     "PRODUCT_DESCRIPTION=w|QUANTITY=-|RECORD_ID=#"},
    {"plateau-import-full.csv", true, ',',
     "COUNTRY_ISO_CODE_2=2|DECLARANT=s|DECLARANT_ID=n|DEPARTURE_COUNTRY=o|HS_CODE=h|HS_CODE_2=1|"
     "IMPORTER_ID=n|IMPORTER_NAME=b|IMP_DATE=d|ITEM=c|ITEM_FOB=v|OPERATION_NUMBER=#|"
     "ORIGIN_COUNTRY=o|PACKAGES=q|PRODUCT_DESCRIPTION=w|QUANTITY=q|TOTAL_CIF=v|TOTAL_FOB=v|"
     "WEIGHT=k|"
     "HS_CODE_DESCRIPTION=-|IMPORTER_NAME_EN=b"},
    {"savanna-export-full.csv", true, ',',
     "BUYER_ADDRESS=-|BUYER_NAME=b|CIF_VALUE_IN_USD=v|CLEARING_AGENT_NAME=s|COUNTRY_ISO_CODE_2=2|"
     "COUNTRY_OF_DESTINATION=o|COUNTRY_OF_ORIGIN=o|CUSTOMS_CLEARANCE_OFFICE=p|EXPORTER_NAME=s|"
     "EXPORT_DATE=d|EXPORT_PURPOSE=t|FOB_VALUE_IN_USD=v|GROSS_WEIGHT=k|GROSS_WEIGHT_UNIT=K|"
     "HS_CODE=h|HS_CODE_4=4|HS_CODE_DESCRIPTION=t|HS_CODE_ITEM_DESCRIPTION=w|ITEM_NO=c|"
     "NET_WEIGHT=k|"
     "PLACE_OF_DISCHARGE=-|PORT_OF_DESTINATION=p|QUANTITY=q|QUANTITY_OF_PACKAGES=q|"
     "QUANTITY_UNIT=u"},
    {"andes-import-full.csv", true, ';',
     "CONTROL_ID=n|COUNTRY_ISO_CODE_2=2|CUSTOM=p|HS_CODE=h|IMPORTER_ADDRESS=a|IMPORTER_ID=n|"
     "IMPORTER_NAME=b|IMP_DATE=e|METHOD_OF_PAYMENT=i|ORIGIN_COUNTRY=o|PRODUCT_DESCRIPTION=w|"
     "QUANTITY=q|SUPPLIER_ADDRESS=a|SUPPLIER_CITY=p|SUPPLIER_COUNTRY=o|SUPPLIER_NAME=s|TAX=v|"
     "TRANSPORTATION_COMPANY=s|UNIT=u|USD_CIF=v|USD_FOB=v|USD_FREIGHT=v|WEIGHT=k"},
    {"isthmus-export-full.csv", true, ',',
     "AGENT_NAME=-|CUSTOMS=p|DECLARANT=s|DESTINATION_COUNTRY=o|DUA_NUMBER=#|EXPORTER_NAME=s|"
     "EXP_DATE=d|FOB_UNIT_USD=r|FOB_USD=v|GROSS_KG=k|HS_CODE=h|HS_CODE_2=1|NET_KG=k|PACKAGES=q|"
     "PRODUCT_DESCRIPTION=w|QUANTITY=q|RUC=n|TRANSPORTATION_MODE=i|UNIT=u|HS_CODE_DESCRIPTION=t"},
    {"gulf-export-full.csv", false, ',',
     "DATE=f|HS CODE=h|GOODS DESCRIPTION=w|QUANTITY=q|UNIT=u|ITEM PRICE_INV=r|CURRENCY=$|CHA "
     "NAME=s|"
     "TOTAL PRICE_INV_FC=v|FOB USD=v|EXCHANGE RATE_USD=r|DESTINATION PORT=p|COUNTRY=o|LOCAL PORT=p|"
     "IEC=n|EXPORTER=s|ADDRESS=a|CITY=p|PIN=n|CONSIGNEE NAME=b|CONSIGNEE ADDRESS=a|INVOICE NO=#"},
    {"gulf-import-full.csv", false, ',',
     "PORT CODE=c|LOCAL PORT=p|DATE=f|IEC=n|IMPORTER=b|ADDRESS=a|CITY=p|CHA NO=n|CHA NAME=s|"
     "COUNTRY OF_ORIGIN=o|HS CODE=h|GOODS DESCRIPTION=w|QUANTITY=q|UNIT=u|UNIT PRICE_USD=r|"
     "TOTAL VALUE_USD=v|DUTY PAID_INR=v|LOADING PORT=p|INVOICE CURRENCY=$|SUPPLIER=s|"
     "SUPPLIER ADDRESS=a"},
    {"steppe-import-full.csv", true, ',',
     "BRAND=i|CARGO_VALUE_IN_FC=v|CARGO_VALUE_USD=v|CUSTOMS_OFFICE_NAME=p|DECLARATION_NO=#|"
     "EXCHANGE_RATE=r|HS_CODE=h|HS_CODE_DESCRIPTION_EN=t|IMPORTER_NAME=b|IMPORTER_NAME_EN=b|"
     "IMP_DATE=d|NET_WEIGHT=k|ORIGIN_COUNTRY=o|PRODUCT_DESCRIPTION=w|PRODUCT_DESCRIPTION_EN=w|"
     "QUANTITY=q|SUPPLIER_NAME=s|SUPPLIER_NAME_EN=s|UNIT=u|UNIT_PRICE_USD=r"},
    {"harbour-export-full.csv", true, ',',
     "RECORD_ID=#|DESTINATION_PORT=p|MODE_OF_TRANSPORT=i|EXP_DATE=d|ENTRY_NO=#|EXPORTER_PIN=n|"
     "EXPORTER_NAME=s|EXPORTER_ADDRESS=a|ORIGIN_COUNTRY=o|PORT_OF_DISCHARGE=p|BUYER_NAME=b|"
     "BUYER_ADDRESS=a|AGENT_NAME=s|HS_CODE=h|HS_CODE_DESCRIPTION=t|PRODUCT_DESCRIPTION=w|UNIT=u|"
     "QUANTITY=q|TOTAL_PRICE_USD=v"},
    {"coast-import-full.csv", true, ',',
     "COST_INSURANCE_FREIGHT=v|COUNTRY_ISO_CODE_2=2|CURENCY=$|CUSTOM_OFFICE=p|"
     "DESTINATION_COUNTRY=o|"
     "FREE_ON_BOARD=v|FREIGHT=v|GROSS_WEIGHT=k|HS_CODE=h|IMPORTER_NAME=b|IMP_DATE=d|INSURANCE=v|"
     "ITEM=c|NET_WEIGHT=k|ORIGIN_COUNTRY=o|PACKING_DESCRIPTION=w|PACKING_NUMBER=q|SUPPLIER_NAME=s"},
    {"delta-rivers-import-full.csv", true, ',',
     "COUNTRY_ISO_CODE_2=2|CUSTOMS_OFFICE_NAME=c|DECLARATION_DATE=d|DECLARATION_NUMBER=n|"
     "EXCHANGE_RATE=r|EXPORTER_ADDRESS=a|EXPORTER_NAME=s|FOREIGN_CURRENCY=$|HS_CODE=h|HS_CODE_2=1|"
     "IMPORTER_ADDRESS_EN=a|IMPORTER_ID=n|IMPORTER_NAME_EN=b|IMPORTER_NAME_VN=b|INCOTERMS=i|"
     "ORIGIN_COUNTRY=o|PRODUCT_DESC_EN=w|PRODUCT_DESC_VN=w|QTY=q|TOTAL_PRICE_IN_FOREIGN_CURRENCY=v|"
     "TOTAL_PRICE_IN_USD=v|UNIT=u|UNIT_PRICE_IN_USD=r"},
    {"lakes-import-short.csv", false, ',',
     "IMPORTER_NAME_EN=b|SUPPLIER_NAME=s|HS_CODE=h|HS_CODE_DESCRIPTION_EN=t|ORIGIN_COUNTRY=o|"
     "DESTINATION_COUNTRY=o|DESTINATION_PORT=p|LOADING_PORT=p|TOTALVALUE=v|TOTALQUANTITY=q|"
     "MONTHYEAR=m"},
    {"delta-export-short.csv", false, ',',
     "EXPORTER_NAME=s|BUYER_NAME=b|HS_CODE=h|HS_CODE_DESCRIPTION=t|TOTALVALUE=v|%GTTOTALVALUE=%|"
     "TOTALWEIGHT=k|%GTTOTALWEIGHT=%|MONTHYEAR=m"},
    {"delta-import-short.csv", false, ',',
     "IMPORTERNAME=b|HSCODE=h|HS_CODE_DESCRIPTION=t|TOTALWEIGHT=k|%GTTOTALWEIGHT=%|TOTALVALUE=v|"
     "%GTTOTALVALUE=%|MONTHYEAR=m"},
    {"savanna-import-short.csv", false, ',',
     "HS_CODE=h|SUMOFGROSS_WEIGHT=k|IMPORTER_NAME=b|SUMOFFOB_VALUE_IN_USD=v|SUPPLIER_NAME=s|"
     "%GTSUMOFFOB_VALUE_IN_USD=%|%GTSUMOFGROSS_WEIGHT=%|HS_CODE_DESCRIPTION=t|MONTHYEAR=m"},
    {"lakes-export-short.csv", false, ';',
     "BUYER_NAME=b|EXPORTER_NAME=s|HS_CODE=h|HS_CODE_DESCRIPTION=t|ORIGIN_COUNTRY=o|"
     "DESTINATION_COUNTRY=o|TOTALVALUE=v|TOTALQUANTITY=q|MONTHYEAR=m"},
    {"gulf-export-short.csv", false, ',',
     "EXPORTER_NAME=s|BUYER_NAME=b|HS_CODE=h|HS_CODE_DESCRIPTION=t|IEC=n|LOCAL_PORT=p|"
     "FOREIGN_PORT=p|COUNTRY=o|EXP_DATE=d|TOTAL_VALUE_USD=v|TOTAL_QUANTITY=q|MONTHYEAR=m"},
    {"isthmus-export-short.csv", false, ',',
     "EXPORTER_NAME=s|HS_CODE=h|QUANTITY=q|AGENT_NAME=s|%GTSUMOFFOB_USD=%|SUMOFFOB_USD=v|"
     "%GTSUMOFQUANTITY=%|MONTHYEAR=m"},
    {"steppe-export-short.csv", false, ',',
     "EXPORTER_NAME_EN=s|BUYER_NAME_EN=b|HS_CODE=h|HS_CODE_DESCRIPTION_EN=t|"
     "SUMOFVALUE_IN_FOREIGN_CURRENCY=v|SUMOFQUANTITY=q|MONTHYEAR=m"},
    {"coast-import-short.csv", false, ',',
     "HS_CODE=h|IMPORTER_NAME=b|SUPPLIER_NAME=s|ORIGIN_COUNTRY=o|TOTALVALUEUSD=v|%GTTOTALUSD=%|"
     "TOTALQUANTITY=q|%GTTOTALQUANTITY=%|MONTHYEAR=m"},
};

/* ---- values ---- */

static uint64_t state;
static unsigned draw(unsigned below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((state >> 33) % below);
}

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const countries[][2] = {{"CHINA", "CN"},  {"INDIA", "IN"}, {"SPAIN", "ES"},
                                           {"BRAZIL", "BR"}, {"ITALY", "IT"}, {"KENYA", "KE"}};
static const char *const ports[] = {"NINGBO", "MUNDRA", "VALENCIA", "SANTOS", "GENOA", "MOMBASA"};
static const char *const firms[] = {"LAKE SHOP", "HILL WORKS", "BLUE RIVER CERAMICS", "NORTH DOOR",
                                    "SEVEN STONES", "WILLOW TRADING", "GREEN ANCHOR"};
static const char *const forms[] = {"LIMITED", "LLC", "SARL", "CO LTD", "S A", "GMBH"};
static const char *const goods[] = {"GLAZED WALL TILES 30X60", "PORCELAIN FLOOR TILES", "TABLEWARE",
                                    "COTTON SHIRTS FOR MEN", "STEEL PIPES, SEAMLESS"};
static const char *const heads[] = {"6907", "6911", "6205", "7304", "0901"};
static const char *const words[] = {"FOB", "CIF", "SEA", "ROAD"};
static const char *const units[] = {"M2", "PCS", "KGM", "SET"};

static void write_thing(FILE *out, char kind, unsigned country)
{
    unsigned g = draw(5);
    switch (kind) {
    case 'b':
    case 's':
        fprintf(out, "%s %u %s", firms[draw(7)], draw(90), forms[draw(6)]);
        break;
    case 'h':
        fprintf(out, "%s%02u00", heads[g], draw(9) * 10 + 1);
        break;
    case '1':
        fprintf(out, "%.2s", heads[g]);
        break;
    case '4':
        fprintf(out, "%s", heads[g]);
        break;
    case 'w':
        fprintf(out, "\"%s, NO %u\"", goods[g], draw(5000));
        break;
    case 't':
        fprintf(out, "\"%s, OTHER THAN THOSE OF A KIND\"", goods[g]);
        break;
    case 'a':
        fprintf(out, "\"%u HARBOUR ROAD, FLOOR %u, %s\"", draw(900), draw(9), ports[draw(6)]);
        break;
    case 'o':
        fprintf(out, "%s", countries[country][0]);
        break;
    case '2':
        fprintf(out, "%s", countries[country][1]);
        break;
    case 'p':
        fprintf(out, "%s", ports[draw(6)]);
        break;
    default:
        fprintf(out, "%s", kind == 'u' ? units[draw(4)] : kind == 'i' ? words[draw(4)] : "NULL");
    }
}

static void write_value(FILE *out, char kind, unsigned country)
{
    unsigned year = 2023 + draw(3), month = draw(12), day = draw(28) + 1;
    switch (kind) {
    case 'd':
        fprintf(out, "%u-%02u-%02u", year, month + 1, day);
        break;
    case 'e':
        fprintf(out, "%02u/%02u/%u", day, month + 1, year);
        break;
    case 'f':
        fprintf(out, "%02u-%s-%02u", day, months[month], year % 100);
        break;
    case 'm':
        fprintf(out, "%s %u", months[month], year);
        break;
    case 'q':
    case 'k':
    case 'v':
        fprintf(out, "%u.%02u", draw(90000) + 1, draw(100));
        break;
    case 'r':
        fprintf(out, "%u.%04u", draw(30) + 1, draw(10000));
        break;
    case '%':
        fprintf(out, "0.00%08u", draw(99999999));
        break;
    case 'n':
        fprintf(out, "%u%06u", draw(9000) + 1000, draw(1000000));
        break;
    case 'c':
        fprintf(out, "%u", draw(900) + 1);
        break;
    case '#':
        fprintf(out, "%08X-%04X-%04X", draw(0x7fffffff), draw(0xffff), draw(0xffff));
        break;
    case '$':
        fprintf(out, "USD");
        break;
    case 'K':
        fprintf(out, "KGM");
        break;
    default:
        write_thing(out, kind, country);
    }
}

/* One line of titles (is_head) or of values. */
static void write_line(FILE *out, const struct layout *l, bool is_head)
{
    unsigned country = draw(6);
    for (const char *at = l->columns; *at != '\0';) {
        const char *equals = strchr(at, '=');
        assert_non_null(equals);
        if (at != l->columns)
            fputc(l->separator, out);
        if (is_head)
            fprintf(out, "%.*s", (int)(equals - at), at);
        else
            write_value(out, equals[1], country);
        at = equals + (equals[2] == '|' ? 3 : 2);
    }
    fputc('\n', out);
}

int layouts_alike_write(const char *folder)
{
    for (size_t i = 0; i < COUNT(layouts); i++) {
        const struct layout *l = &layouts[i];
        char path[PATH_BYTES];
        state = 20261122 + i;
        (void)snprintf(path, sizeof path, "%s/%s", folder, l->name);
        FILE *out = fopen(path, "wbe");
        assert_non_null(out);
        if (l->has_junk)
            fputs(",,,,,,,,,,,,\n,,,,DATA,,,,,,,,\n", out);
        write_line(out, l, true);
        for (int line = 0; line < LINES; line++)
            write_line(out, l, false);
        assert_int_equal(fclose(out), 0);
    }
    return (int)COUNT(layouts);
}
