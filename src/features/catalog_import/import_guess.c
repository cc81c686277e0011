/* Which column is what, from its name in many languages and from its values. Pure. See
 * import_mapping.h. */
#include <stdlib.h>

#include "base/utf8.h"
#include "catalog_import/import_mapping.h"
#include "core/text.h"

/* Longer names stand before those they contain only by the score, which counts letters. */
const struct mapping_field mapping_fields[MAPPING_FIELDS] = {
    {"title", SHOPIFY_TITLE,
     "title|name|product name|product title|product|item|item name|designation|bezeichnung|"
     "artikelbezeichnung|produktname|"
     "artikelname|titel|nom|nom du produit|produit|libelle|titre|nombre|nombre del producto|"
     "producto|titulo|nome|"
     "nome do produto|nome prodotto|prodotto|titolo|naam|productnaam|nazwa|nazwa produktu|urun adi|"
     "наименование|название|товар|"
     "商品名称|商品名|产品名称|产品名|名称|品名|标题|商品标题|宝贝名称|宝贝标题|商品名稱|品名規格|商品タイトル|상품명|제품명",
     false},
    {"handle", SHOPIFY_HANDLE,
     "handle|slug|url handle|url key|permalink|url|link|adresse|enlace|адрес|链接|网址|商品链接",
     false},
    {"body", SHOPIFY_BODY,
     "description|body|body html|long description|details|beschreibung|produktbeschreibung|"
     "langbeschreibung|descripcion|"
     "descricao|descrizione|omschrijving|beschrijving|opis|aciklama|описание|描述|商品描述|产品描述|详情|商品详情|"
     "介绍|说明|商品説明|説明|상품설명",
     false},
    {"vendor", SHOPIFY_VENDOR,
     "vendor|brand|manufacturer|maker|supplier|marke|hersteller|lieferant|marque|fabricant|marca|"
     "fabricante|produttore|merk|"
     "marka|producent|бренд|производитель|марка|品牌|厂商|供应商|生产商|厂家|ブランド|メーカー|브랜드",
     false},
    {"type", SHOPIFY_TYPE,
     "type|category|categories|product type|product category|group|kategorie|warengruppe|"
     "kategorien|categorie|categoria|"
     "rubrique|kategoria|kategori|категория|раздел|分类|类目|类别|商品分类|产品分类|品类|分類|カテゴリ|カテゴリー|카테고리",
     false},
    {"tags", SHOPIFY_TAGS,
     "tags|tag|keywords|labels|schlagworte|stichworte|etiquettes|mots cles|etiquetas|etichette|"
     "теги|标签|关键词|关键字|タグ|태그",
     true},
    {"price", SHOPIFY_PRICE,
     "price|unit price|sale price|selling price|retail price|regular price|amount|preis|"
     "verkaufspreis|vk|vk preis|bruttopreis|"
     "prix|prix de vente|prix ttc|precio|precio de venta|pvp|preco|preco de venda|prezzo|prezzo di "
     "vendita|prijs|verkoopprijs|"
     "cena|fiyat|цена|стоимость|价格|售价|单价|零售价|销售价|现价|促销价|商品价格|價格|售價|価格|販売価格|가격|판매가",
     false},
    {"compare_at", SHOPIFY_COMPARE_AT,
     "compare at price|compare price|list price|msrp|rrp|old price|was price|original price|uvp|"
     "streichpreis|alter preis|"
     "prix barre|ancien prix|prix conseille|precio anterior|precio antes|preco antigo|prezzo di "
     "listino|adviesprijs|stara cena|"
     "старая цена|原价|市场价|划线价|吊牌价|参考价|定价|原價|定価|정가",
     false},
    {"sku", SHOPIFY_SKU,
     "sku|item number|item no|item code|product code|article number|part number|model|code|"
     "reference|ref|artikelnummer|artikel nr|"
     "art nr|artnr|bestellnummer|referencia|codigo|codice|codice articolo|riferimento|artikelcode|"
     "indeks|kod|артикул|код|код товара|"
     "货号|商品编码|商品编号|编码|编号|商家编码|产品编号|款号|型号|品番|商品コード|상품코드",
     false},
    {"barcode", SHOPIFY_BARCODE,
     "barcode|ean|ean13|gtin|upc|isbn|strichcode|code barres|codigo de barras|codice a barre|"
     "штрихкод|条码|条形码|国际条码|バーコード|바코드",
     false},
    {"stock", SHOPIFY_QUANTITY,
     "stock|quantity|qty|inventory|in stock|on hand|available|stock quantity|bestand|lagerbestand|"
     "menge|anzahl|quantite|en stock|"
     "existencias|cantidad|estoque|quantidade|giacenza|quantita|magazzino|voorraad|aantal|ilosc|"
     "stan|stok|остаток|количество|"
     "库存|数量|库存数量|存货|现货数量|在庫|在庫数|재고",
     false},
    {"min_quantity", SHOPIFY_MIN_QUANTITY,
     "moq|minimum order quantity|minimum quantity|minimum order|min order|min qty|min order qty|"
     "mindestmenge|mindestbestellmenge|quantite minimum|quantite minimale|cantidad minima|"
     "quantidade minima|quantita minima|minimale afname|起订量|最小起订量|最低起订量|起批量|起订数量|最小起訂量",
     false},
    {"weight", SHOPIFY_GRAMS,
     "weight|gross weight|net weight|weight g|weight kg|grams|gewicht|poids|peso|waga|agirlik|вес|"
     "重量|净重|毛重|重さ|중량",
     false},
    {"image", SHOPIFY_IMAGE,
     "image|images|image url|image link|image src|photo|photos|picture|pictures|bild|bilder|bild "
     "url|foto|fotos|image 1|imagen|"
     "imagenes|imagem|immagine|immagini|afbeelding|zdjecie|gorsel|изображение|фото|图片|主图|商品图片|图片地址|"
     "图片链接|照片|画像|이미지",
     true},
    {"status", SHOPIFY_STATUS,
     "status|published|active|visible|enabled|on sale|aktiv|sichtbar|actif|publie|activo|publicado|"
     "ativo|attivo|actief|статус|状态|上架|是否上架|商品状态|在售|状態|상태",
     false},
    {"option1", SHOPIFY_OPTION1_VALUE,
     "size|groesse|grosse|größe|taille|talla|tamano|tamanho|taglia|maat|rozmiar|beden|размер|尺码|尺寸|"
     "规格|型号规格|サイズ|사이즈|option|option 1|variant|variante|"
     "variation",
     false},
    {"option2", SHOPIFY_OPTION2_VALUE,
     "color|colour|farbe|couleur|cor|colore|kleur|kolor|renk|цвет|颜色|顏色|色|カラー|색상|option 2",
     false},
    {"option3", SHOPIFY_OPTION3_VALUE,
     "material|stoff|matiere|materiale|materiaal|материал|材质|材料|面料|素材|소재|option 3|style|款式",
     false},
};

enum {
    NAME_EXACT = 100,
    NAME_PART = 50,
    VALUE_STRONG = 60,
    VALUE_FITS = 10,
    VALUE_AGAINST = 45,
    THRESHOLD = 45
};

int mapping_field_of(str key)
{
    for (size_t i = 0; i < COUNT(mapping_fields); i++)
        if (str_eq(key, str_c(mapping_fields[i].key)))
            return (int)i;
    return -1;
}

/* ---- names ---- */

/* Letters and digits of the folded name with single blanks between. */
static const struct err *plain_name(struct arena *a, str head, str *ret)
{
    struct strbuf sb;
    str folded;
    TRY(text_fold(a, utf8_cut_bytes(head, 200), &folded));
    strbuf_init(&sb, a, folded.len + 1);
    for (size_t i = 0; i < folded.len; i++) {
        unsigned char c = (unsigned char)folded.ptr[i];
        bool is_word = c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (is_word)
            strbuf_add_char(&sb, folded.ptr[i]);
        else if (sb.len > 0 && sb.ptr[sb.len - 1] != ' ')
            strbuf_add_char(&sb, ' ');
    }
    TRY(strbuf_finish(&sb, ret));
    *ret = str_trim(*ret);
    return NULL;
}

static bool is_ascii(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return false;
    return true;
}

/* As words of it; in scripts without blanks, as part of it. */
static bool contains(str name, str word)
{
    ptrdiff_t at = str_find(name, word);
    if (at < 0 || !is_ascii(word))
        return at >= 0 && word.len > 3;
    bool begins = at == 0 || name.ptr[at - 1] == ' ';
    size_t end = (size_t)at + word.len;
    return begins && (end == name.len || name.ptr[end] == ' ');
}

static int name_score(str name, const char *words)
{
    int best = 0;
    for (str rest = str_c(words); !str_is_absent(rest);) {
        str word = str_cut(&rest, '|');
        int score = 0;
        if (str_eq(name, word))
            score = NAME_EXACT;
        else if (contains(name, word))
            score = NAME_PART + (word.len > 20 ? 20 : (int)word.len);
        best = score > best ? score : best;
    }
    return best;
}

/* ---- values ---- */

struct column_facts {
    size_t filled, numbers, decimals, counts, addresses, pictures, markup, codes, distinct;
    size_t bytes;
};

static bool is_code_of_goods(str cell)
{
    int sum = 0;
    if (cell.len != 8 && cell.len != 12 && cell.len != 13 && cell.len != 14)
        return false;
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.ptr[i] < '0' || cell.ptr[i] > '9')
            return false;
        sum += (cell.ptr[i] - '0') * ((cell.len - i) % 2 == 0 ? 3 : 1);
    }
    return sum % 10 == 0;
}

static bool has_picture_ending(str cell)
{
    static const str endings[] = {STR_INIT(".jpg"), STR_INIT(".jpeg"), STR_INIT(".png"),
                                  STR_INIT(".webp"), STR_INIT(".gif")};
    str path = cell;
    path = str_cut(&path, '?');
    for (size_t i = 0; i < COUNT(endings); i++)
        if (path.len > endings[i].len &&
            str_eq_nocase(str_from(path, path.len - endings[i].len), endings[i]))
            return true;
    return false;
}

static const struct err *look_at_cell(struct arena *a, str cell, struct column_facts *f)
{
    bool is_other;
    int64_t count;
    str amount;
    f->filled++;
    f->bytes += cell.len;
    f->codes += is_code_of_goods(cell);
    f->pictures += has_picture_ending(cell);
    f->addresses += str_starts_nocase(cell, S("http://")) || str_starts_nocase(cell, S("https://"));
    f->markup += str_find_char(cell, '<') >= 0 && str_find_char(cell, '>') >= 0;
    f->counts += cell.len < 8 && str_to_int(cell, &count) && count >= 0;
    TRY(import_value_amount(a, cell, (struct currency){"XXX"}, false, &amount, &is_other));
    bool is_amount = amount.len > 0 && (is_other || amount.ptr != cell.ptr);
    f->numbers += is_amount;
    f->decimals += is_amount && str_find_char(amount, '.') >= 0;
    return NULL;
}

static const struct err *look_at(struct arena *a, const struct mapping_sample *s, size_t column,
                                 struct column_facts *ret)
{
    *ret = (struct column_facts){0};
    for (size_t r = 0; r < s->row_count; r++) {
        str cell = str_trim(s->rows[r][column]);
        bool is_new = cell.len > 0;
        for (size_t k = 0; k < r && is_new; k++)
            is_new = !str_eq(cell, str_trim(s->rows[k][column]));
        ret->distinct += is_new;
        if (cell.len > 0)
            TRY(look_at_cell(a, cell, ret));
    }
    return NULL;
}

static int value_score(const struct column_facts *f, enum shopify_column column)
{
    bool are_numbers = f->filled > 0 && f->numbers == f->filled,
         are_pictures = f->filled > 0 && f->pictures == f->filled;
    if (f->filled == 0)
        return 0;
    switch ((int)column) {
    case SHOPIFY_PRICE:
    case SHOPIFY_COMPARE_AT:
        return !are_numbers ? -VALUE_AGAINST : f->decimals * 2 > f->filled ? VALUE_FITS : 0;
    case SHOPIFY_QUANTITY:
    case SHOPIFY_MIN_QUANTITY:
        return f->counts == f->filled ? VALUE_FITS : are_numbers ? 0 : -VALUE_AGAINST;
    case SHOPIFY_GRAMS:
        return 0;
    case SHOPIFY_IMAGE:
        return are_pictures                ? VALUE_STRONG
               : f->addresses == f->filled ? VALUE_FITS
                                           : -VALUE_AGAINST;
    case SHOPIFY_BARCODE:
        return f->codes == f->filled ? VALUE_STRONG : 0;
    case SHOPIFY_BODY:
        return f->markup * 2 > f->filled    ? VALUE_STRONG
               : f->bytes / f->filled > 120 ? VALUE_STRONG - 10
                                            : 0;
    case SHOPIFY_TITLE:
        return are_numbers || f->addresses > 0 ? -VALUE_AGAINST
               : f->distinct == f->filled      ? VALUE_FITS
                                               : 0;
    case SHOPIFY_HANDLE:
        return f->addresses > 0 ? -VALUE_AGAINST : 0;
    default:
        return f->addresses == f->filled ? -VALUE_AGAINST : 0;
    }
}

/* ---- both together ---- */

struct pair {
    int score, column, field;
};

static int best_first(const void *x, const void *y)
{
    const struct pair *a = x, *b = y;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->column != b->column ? (a->column < b->column ? -1 : 1) : a->field - b->field;
}

static const struct err *score_all(struct arena *a, const struct mapping_sample *s,
                                   struct pair *pairs, size_t *ret_count)
{
    *ret_count = 0;
    for (size_t c = 0; c < s->column_count; c++) {
        struct arena_mark mark = arena_get_mark(a);
        struct column_facts facts;
        str name;
        TRY(plain_name(a, s->head[c], &name));
        TRY(look_at(a, s, c, &facts));
        for (int f = 0; f < MAPPING_FIELDS; f++) {
            int by_name = name_score(name, mapping_fields[f].words);
            int score = by_name + value_score(&facts, mapping_fields[f].column);
            if (score >= THRESHOLD)
                pairs[(*ret_count)++] = (struct pair){score, (int)c, f};
        }
        arena_rewind(a, mark);
    }
    return NULL;
}

const struct err *mapping_guess(struct arena *a, const struct mapping_sample *s,
                                struct mapping *ret)
{
    bool taken[MAPPING_FIELDS] = {false};
    struct pair *pairs;
    size_t count;
    *ret = (struct mapping){.count = s->column_count};
    for (size_t i = 0; i < s->column_count; i++)
        ret->fields[i] = -1;
    TRY_NEW_ARRAY(a, pairs, s->column_count * MAPPING_FIELDS);
    TRY(score_all(a, s, pairs, &count));
    qsort(pairs, count, sizeof *pairs, best_first);
    for (size_t i = 0; i < count; i++) {
        const struct pair *p = &pairs[i];
        if (ret->fields[p->column] >= 0 || (taken[p->field] && !mapping_fields[p->field].is_many))
            continue;
        ret->fields[p->column] = p->field;
        ret->is_guessed[p->column] = true;
        taken[p->field] = true;
    }
    return NULL;
}
