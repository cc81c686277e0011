/* Catalogues of other systems, in samples of our own: what becomes of them, that they change
 * nothing the second time, and that what goes out comes in as it was. With MILLPOND_DATA_DIR (or
 * ../shared/data beside a checkout) the same for real files, one line of figures each. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "catalog_import/tests/import_fixture.h"

enum { FILES_MAX = 7 };

struct sample {
    const char *name, *currency, *language;
    const char *texts[FILES_MAX];
    int products, problems;
};

static const struct sample samples[] = {
    {"woocommerce",
     "EUR",
     "en",
     {"\xef\xbb\xbfID,Type,SKU,Name,Published,\"Visibility in catalog\",\"Short description\","
      "Description,\"Tax status\","
      "\"In stock?\",Stock,\"Backorders allowed?\",\"Weight (lbs)\",\"Sale price\",\"Regular "
      "price\",Categories,Tags,Images,"
      "Parent,\"Attribute 1 name\",\"Attribute 1 value(s)\",\"Attribute 2 name\",\"Attribute 2 "
      "value(s)\"\n"
      "1,variable,tide,Tide,1,visible,Wet,Deep,taxable,1,,0,.5,,,\"Wear > Tops, New\",\"sea, "
      "salt\","
      "\"https://x.test/a.jpg, https://x.test/b.jpg\",,Colour,\"Blue, Red\",Size,\"S, M\"\n"
      "2,simple,cup,Cup,1,visible,,\"One\\nTwo\",none,0,,0,,18,20,Home,,,,,,,\n"
      "3,\"simple, virtual\",song,Song,0,visible,,,taxable,1,,0,,,2.5,,,,,,,,\n"
      "4,grouped,set,Set,1,visible,,,taxable,1,,0,,,,,,,,,,,\n"
      "5,external,flag,Flag,1,visible,,,taxable,1,,0,,,11,,,,,,,,\n"
      "6,variation,tide-blue,Tide - Blue,1,visible,,,taxable,1,4,0,,,20,,,https://x.test/a.jpg,"
      "tide,Colour,Blue,Size,\n"
      "7,variation,tide-red,Tide - Red,1,visible,,,taxable,1,0,notify,,15,20,,,,id:1,Colour,Red,"
      "Size,\n"
      "8,simple,cup-2,Cup,1,visible,,,taxable,1,,0,,,9,,,,,,,,\n"},
     5,
     1},
    {"spree",
     "EUR",
     "en",
     {"slug,sku,name,price,compare_at_price,currency,status,description,tags,product_type,"
      "category1,option1_name,option1_value,"
      "image1_src,weight,weight_unit,inventory_count,inventory_backorderable,track_inventory\n"
      "pot,POT,Pot,0,0,EUR,active,Clay,\"clay, pot\",Kitchen,Home -> Pots,,,"
      "https://x.test/pot.webp,,lb,,,\n"
      "pot,POT-S,,9.99,0,EUR,,,,,,Size,S,,2,lb,5000,FALSE,TRUE\n"
      "pot,POT-L,,19.99,29.99,EUR,,,,,,Size,L,https://x.test/pot-l.webp,4,lb,12,FALSE,TRUE\n"
      "mug,MUG,Mug,7,0,EUR,draft,Blue,,,,,,,,lb,,,\n"
      "pot,POT-S,,10.99,,USD,,,,,,,,,,,,,\n"
      "kettle,KETTLE,Kettle,7,0,USD,active,,,,,,,,,lb,,,\n"},
     2,
     1},
    {"medusa",
     "EUR",
     "en",
     {"Product Id,Product Handle,Product Title,Product Status,Product Description,Product "
      "Thumbnail,Product Image 1,Product Tag 1,"
      "Product Tag 2,Variant Id,Variant Title,Variant Sku,Variant Manage Inventory,Variant Option "
      "1 Name,Variant Option 1 Value,"
      "Variant Price DKK,Variant Price EUR,Variant Weight\n"
      "p1,sheet,Sheet,published,\"Soft\nLinen\",https://x.test/s.png,https://x.test/s.png,bed,"
      "linen,v1,S,,true,size,small,300,45,200\n"
      "p1,sheet,Sheet,published,\"Soft\nLinen\",https://x.test/s.png,https://x.test/s.png,bed,"
      "linen,v2,L,,true,size,large,400,65.50,\n"
      "p2,lamp,Lamp,proposed,,,,,,v3,One,LAMP,true,,,300,,\n"},
     1,
     1},
    {"medusa_v1",
     "USD",
     "en",
     {"Product Id,Product Handle,Product Title,Product Description,Product Status,Product Type,"
      "Product Tags,Variant Id,"
      "Variant SKU,Variant Barcode,Variant Inventory Quantity,Variant Allow Backorder,Variant "
      "Manage Inventory,"
      "Price Test region [USD],Price USD,Option 1 Name,Option 1 Value,Image 1 Url\n"
      ",sheet,Sheet,One\\nTwo,published,Bed,\"a,b\",,SH-S,123,10,FALSE,TRUE,1.00,1.10,Size,Small,"
      "https://x.test/s.png\n"
      ",sheet,Sheet,One\\nTwo,published,Bed,\"a,b\",,SH-L,124,7,TRUE,TRUE,1.00,1.20,Size,Large,\n"},
     1,
     0},
    {"vendure",
     "GBP",
     "en",
     {"name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,"
      "stockOnHand,trackInventory,"
      "variantAssets,variantFacets\n"
      "Laptop,laptop,Fast,lap.jpg|back.jpg,category:Electronics|category:Computers|brand:Reef,"
      "screen|RAM,13 inch|8GB,L1,1299.00,"
      "standard,100,,,\n,,,,,,15 inch|8GB,L2,1399.00,standard,7,,,\nPen,pen,Blue,,,,,P1,2,standard,"
      "3,,,\n"},
     2,
     0},
    {"feed",
     "EUR",
     "en",
     {"id,title,description,availability,price,sale_price,brand,link,image_link,item_group_id,"
      "color,size\n"
      "w1,Watch,Black,in stock,105.29 EUR,,Reef,https://x.test/w,https://x.test/w1.png,g1,Black,"
      "44mm\n"
      "c1,Cup,Clay,out of stock,9.99 EUR,4.99 EUR,Reef,https://x.test/c,https://x.test/c.png,,,\n"
      "w2,Watch,White,in stock,\"1,105.29 EUR\",,Reef,https://x.test/w,https://x.test/w2.png,g1,"
      "White,44mm\n"
      "d1,Dish,Clay,in stock,9.99 USD,,Reef,https://x.test/d,,,,\n"},
     2,
     1},
    {"feed",
     "USD",
     "en",
     {"<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>\n<rss "
      "xmlns:g=\"http://x.test/ns\"><channel>"
      "<title>Shop</title><item><g:id>w1</g:id><title>Watch &amp; "
      "Clock</title><description><![CDATA[<p>Blue</p>]]>&e;"
      "</description><g:price>105.29 USD</g:price><g:availability>in stock</g:availability>"
      "<g:item_group_id>g</g:item_group_id><g:color>White/Yellow</g:color>"
      "<g:tax><g:rate>7</g:rate></g:tax></item>"
      "<item><g:id>w2</g:id><title>Watch</title><g:price>99 USD</g:price><g:availability>out of "
      "stock</g:availability>"
      "<g:item_group_id>g</g:item_group_id><g:color>Black</g:color></item></channel></rss>\n"},
     1,
     0},
    {"litemall",
     "CNY",
     "zh",
     {"goods_id,specification,value\n1,\xe9\xa2\x9c\xe8\x89\xb2,\xe7\xba\xa2\n1,"
      "\xe5\xb0\xba\xe5\xaf\xb8,M\n"
      "1,\xe9\xa2\x9c\xe8\x89\xb2,\xe8\x93\x9d\n2,\xe8\xa7\x84\xe6\xa0\xbc,"
      "\xe6\xa0\x87\xe5\x87\x86\n",
      "id,goods_sn,name,category_id,brand_id,gallery,keywords,brief,is_on_sale,pic_url,"
      "counter_price,retail_price,detail,deleted\n"
      "1,1001,\xe7\xb4\xab\xe7\xa0\x82\xe5\xa3\xb6,10,20,\"[\"\"https://x.test/1.jpg\"\", "
      "\"\"https://x.test/2.jpg\"\"]\",,"
      "\xe5\xa5\xbd,1,https://x.test/0.png,99.00,89.00,<p>A</p>,0\n"
      "2,1002,\xe6\x9d\xaf,10,0,[],,,0,,9.00,8.00,,0\n3,1003,X,10,0,[],,,1,,9.00,8.00,,1\n",
      "id,goods_id,specifications,price,number,url,deleted\n1,1,\"[\"\"\xe7\xba\xa2\"\","
      "\"\"M\"\"]\",89.00,100,,0\n"
      "2,1,\"[\"\"\xe8\x93\x9d\"\",\"\"M\"\"]\",88.00,0,,0\n3,2,"
      "\"[\"\"\xe6\xa0\x87\xe5\x87\x86\"\"]\",8.00,5,,0\n",
      "id,name,floor_price,pic_url,sort_order\n20,\xe5\x8e\x82,1.00,,1\n",
      "id,name,keywords,pid,level,icon_url\n10,\xe8\x8c\xb6\xe5\x85\xb7,,0,L1,\n",
      "id,goods_id,attribute,value,deleted\n1,1,\xe6\x9d\x90\xe8\xb4\xa8,"
      "<\xe7\xb4\xab\xe7\xa0\x82>,0\n2,1,X,Y,1\n"},
     2,
     0},
};

static void takes_in_and_gives_back(struct fixture *f, const char *const *paths, size_t count,
                                    struct import_row_row *ret)
{
    struct import_row_row dry = fixture_take(f, paths, count, true, NULL);
    *ret = fixture_take(f, paths, count, false, NULL);
    assert_int_equal(ret->state, IMPORT_DONE);
    assert_int_equal(dry.created_count, ret->created_count);
    assert_int_equal(dry.problem_count, ret->problem_count);
    assert_counts(fixture_take(f, paths, count, true, NULL), 0, 0, (int)ret->created_count,
                  (int)ret->problem_count);
    assert_counts(fixture_take(f, paths, count, false, NULL), 0, 0, (int)ret->created_count,
                  (int)ret->problem_count);
    str first = fixture_export(f);
    assert_counts(fixture_import(f, first, false), 0, 0, (int)ret->created_count, 0);
    assert_true(str_eq(first, fixture_export(f)));
    fixture_new_shop(f);
    assert_counts(fixture_import(f, first, false), (int)ret->created_count, 0, 0, 0);
    assert_true(str_eq(first, fixture_export(f)));
}

static void every_format_comes_in_and_goes_out_the_same(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    for (size_t i = 0; i < COUNT(samples); i++) {
        const struct sample *s = &samples[i];
        const char *paths[FILES_MAX];
        struct import_row_row row;
        size_t count = 0;
        for (; count < FILES_MAX && s->texts[count] != NULL; count++) {
            char name[40];
            (void)snprintf(name, sizeof name, "%s-%zu.csv", s->name, count);
            paths[count] = fixture_write(&f, name, str_c(s->texts[count]));
        }
        f.currency = s->currency;
        f.language = s->language;
        fixture_new_shop(&f);
        print_message("%s\n", s->name);
        takes_in_and_gives_back(&f, paths, count, &row);
        assert_true(str_eq(row.format, str_c(s->name)));
        assert_int_equal(row.created_count, s->products);
        assert_int_equal(row.problem_count, s->problems);
    }
    testing_close(&f.t);
}

static void translations_change_what_is_there(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    f.language = "zh";
    fixture_new_shop(&f);
    const char *path =
        fixture_write(&f, "spree.csv",
                      S("slug,sku,name,price,currency,status,description\n"
                        "pot,POT,Pot,9,EUR,active,Clay\nmug,MUG,Mug,7,EUR,active,Blue\n"));
    assert_counts(fixture_take(&f, &path, 1, false, NULL), 2, 0, 0, 0);
    path = fixture_write(&f, "texts.csv",
                         S("slug,locale,name,description,meta_title\npot,de,Topf,Ton,x\n"
                           "pot,zh-CN,\xe5\xa3\xb6,\xe9\x99\xb6,x\nnone,zh-CN,X,Y,x\n"));
    assert_counts(fixture_take(&f, &path, 1, false, NULL), 0, 1, 0, 1);
    struct product pot = fixture_product(&f, "pot");
    assert_str_equal(pot.title, "\xe5\xa3\xb6");
    assert_int_equal(pot.variants[0].price.minor, 900);
    assert_counts(fixture_take(&f, &path, 1, false, NULL), 0, 0, 1, 1);
    testing_close(&f.t);
}

/* ---- real files ---- */

static const struct {
    const char *name, *currency, *language;
    const char *files[FILES_MAX];
} real[] = {
    {"shopify apparel", "USD", "en", {"shopify/apparel.csv"}},
    {"shopify home and garden", "USD", "en", {"shopify/home-and-garden.csv"}},
    {"woocommerce sample", "USD", "en", {"woocommerce/sample_products.csv"}},
    {"spree in USD", "USD", "en", {"spree/products.csv"}},
    {"spree in EUR", "EUR", "en", {"spree/products.csv"}},
    {"medusa 2", "EUR", "en", {"medusa/exported-products-comma.csv"}},
    {"medusa 1", "USD", "en", {"medusa/v1-template.csv"}},
    {"vendure", "USD", "en", {"vendure/products.csv"}},
    {"meta feed", "EUR", "en", {"feeds/meta-country-feed.csv"}},
    {"google feed", "USD", "en", {"feeds/google-merchant-variants.xml"}},
    {"litemall goods alone", "CNY", "zh", {"zh-litemall/goods.csv"}},
    {"litemall",
     "CNY",
     "zh",
     {"zh-litemall/brand.csv", "zh-litemall/category.csv", "zh-litemall/comment.csv",
      "zh-litemall/goods.csv", "zh-litemall/goods_attribute.csv", "zh-litemall/goods_product.csv",
      "zh-litemall/goods_specification.csv"}},
};

/* Prints what is wrong with the lines, so that a file can be understood. */
static void print_problems(struct fixture *f, struct import_row_row row)
{
    struct import_problems_row *rows;
    struct tx *tx;
    size_t count;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(import_problems(tx, &f->t.arena, row.shop_id, row.id, 5, 5, &rows, &count));
    db_read_end(tx);
    for (size_t i = 0; i < count; i++)
        print_message("    line %lld, %.*s: %.*s\n", (long long)rows[i].line,
                      STR_ARG(rows[i].column_name), STR_ARG(rows[i].reason));
}

/* Spree's second file holds German and French: no shop here speaks these, and that is said in
 * words. */
static void translations_for_others_are_refused(struct fixture *f, const char *folder)
{
    const struct err *wrong;
    str names;
    testing_must(
        str_fmt(&f->t.arena, &names, "%s/03-catalog/spree/product_translations.csv", folder));
    const char *path = names.ptr;
    fixture_take(f, &path, 1, false, &wrong);
    assert_non_null(wrong);
    assert_string_equal(wrong->key, "import.nothing_for_us");
    print_message("spree translations: none of their lines is in the shop's language\n");
}

static void real_files_come_in_and_go_out_the_same(void **state)
{
    (void)state;
    const char *folder = getenv("MILLPOND_DATA_DIR");
    struct fixture f;
    folder = folder != NULL ? folder : "../shared/data";
    if (access(folder, R_OK) != 0) {
        print_message("no real files here\n");
        return;
    }
    fixture_open(&f, DB_SQLITE);
    for (size_t i = 0; i < COUNT(real); i++) {
        const char *paths[FILES_MAX];
        struct import_row_row row;
        size_t count = 0;
        for (; count < FILES_MAX && real[i].files[count] != NULL; count++) {
            str path;
            testing_must(
                str_fmt(&f.t.arena, &path, "%s/03-catalog/%s", folder, real[i].files[count]));
            paths[count] = path.ptr;
        }
        f.currency = real[i].currency;
        f.language = real[i].language;
        fixture_new_shop(&f);
        print_message("%s: ", real[i].name);
        takes_in_and_gives_back(&f, paths, count, &row);
        print_message("%lld products, %lld problems; again 0 changes; out, in and out the same\n",
                      (long long)row.created_count, (long long)row.problem_count);
        print_problems(&f, row);
        assert_true(row.created_count > 0);
    }
    translations_for_others_are_refused(&f, folder);
    testing_close(&f.t);
}

ON_BOTH(every_format_comes_in_and_goes_out_the_same)
ON_BOTH(translations_change_what_is_there)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(every_format_comes_in_and_goes_out_the_same),
        BOTH(translations_change_what_is_there),
        TEST(real_files_come_in_and_go_out_the_same),
    };
    return cmocka_run_group_tests_name("formats", tests, NULL, NULL);
}
