/* What the words of a column's title speak for: phrases of ten languages, for a field or against
 * it. */
#include "core/text.h"
#include "trade/trade_part.h"

enum { EQUAL_BONUS = 40, COVER_BONUS = 24, ALL = 0, PARTIES = 100, AMOUNTS, TEXTS, PLACES };

/* weight < 0: against, below 10: a little for. `=word`: a whole word of the title; else anywhere,
 * blanks left out on both sides. `+`: added to whatever else speaks for the field. */
static const struct phrase {
    int field, weight;
    const char *text;
} phrases[] = {
    {TRADE_DATE, 60, "date"}, {TRADE_DATE, 75, "imp date"}, {TRADE_DATE, 75, "exp date"},
    {TRADE_DATE, 75, "import date"}, {TRADE_DATE, 75, "export date"},
    {TRADE_DATE, 45, "month year"}, {TRADE_DATE, 70, "shipment date"},
    {TRADE_DATE, 66, "declaration date"}, {TRADE_DATE, 66, "registration date"},
    {TRADE_DATE, 66, "arrival date"}, {TRADE_DATE, 66, "entry date"}, {TRADE_DATE, 40, "=month"},
    {TRADE_DATE, 40, "period"}, {TRADE_DATE, 62, "fecha"}, {TRADE_DATE, 60, "=data"},
    {TRADE_DATE, 62, "日期"}, {TRADE_DATE, 40, "月份"}, {TRADE_DATE, 60, "时间"},
    {TRADE_DATE, 60, "ngày"}, {TRADE_DATE, 62, "дата"}, {TRADE_DATE, 62, "tarih"},
    {TRADE_DATE, 60, "datum"}, {TRADE_DATE, 62, "tanggal"}, {TRADE_DATE, -40, "settlement"},
    {TRADE_DATE, -40, "closing"}, {TRADE_DATE, -50, "liquidation"}, {TRADE_DATE, -40, "quittance"},
    {TRADE_DATE, -30, "invoice"}, {TRADE_DATE, -40, "expiry"}, {TRADE_DATE, -20, "manifest"},
    {TRADE_IMPORTER, 70, "importer"}, {TRADE_IMPORTER, 80, "importer name"},
    {TRADE_IMPORTER, 68, "buyer"}, {TRADE_IMPORTER, 74, "buyer name"},
    {TRADE_IMPORTER, 66, "consignee"}, {TRADE_IMPORTER, 50, "customer"},
    {TRADE_IMPORTER, 50, "receiver"}, {TRADE_IMPORTER, 72, "importador"},
    {TRADE_IMPORTER, 60, "comprador"}, {TRADE_IMPORTER, 60, "consignatario"},
    {TRADE_IMPORTER, 60, "destinatario"}, {TRADE_IMPORTER, 72, "importateur"},
    {TRADE_IMPORTER, 55, "destinataire"}, {TRADE_IMPORTER, 72, "进口商"}, {TRADE_IMPORTER, 66, "采购商"},
    {TRADE_IMPORTER, 66, "买家"}, {TRADE_IMPORTER, 66, "买方"}, {TRADE_IMPORTER, 60, "收货人"},
    {TRADE_IMPORTER, 66, "进口企业"}, {TRADE_IMPORTER, 66, "进口公司"}, {TRADE_IMPORTER, 60, "收货方"},
    {TRADE_IMPORTER, 70, "nhập khẩu"}, {TRADE_IMPORTER, 60, "người mua"},
    {TRADE_IMPORTER, 72, "импортер"}, {TRADE_IMPORTER, 62, "получатель"},
    {TRADE_IMPORTER, 62, "покупатель"}, {TRADE_IMPORTER, 72, "ithalatçı"},
    {TRADE_IMPORTER, 50, "alıcı"}, {TRADE_IMPORTER, 70, "importir"},
    {TRADE_IMPORTER, 70, "importatore"}, {TRADE_IMPORTER, 70, "importeur"},
    {TRADE_IMPORTER, 55, "notify party"}, {TRADE_IMPORTER, -60, "=date"},
    {TRADE_IMPORTER, -30, "ngày"},
    {TRADE_EXPORTER, 70, "exporter"}, {TRADE_EXPORTER, 80, "exporter name"},
    {TRADE_EXPORTER, 68, "supplier"}, {TRADE_EXPORTER, 74, "supplier name"},
    {TRADE_EXPORTER, 66, "shipper"}, {TRADE_EXPORTER, 60, "seller"}, {TRADE_EXPORTER, 60, "vendor"},
    {TRADE_EXPORTER, 55, "consignor"}, {TRADE_EXPORTER, 72, "exportador"},
    {TRADE_EXPORTER, 66, "proveedor"}, {TRADE_EXPORTER, 60, "vendedor"},
    {TRADE_EXPORTER, 66, "fornecedor"}, {TRADE_EXPORTER, 55, "remitente"},
    {TRADE_EXPORTER, 72, "exportateur"}, {TRADE_EXPORTER, 66, "fournisseur"},
    {TRADE_EXPORTER, 55, "expéditeur"}, {TRADE_EXPORTER, 72, "出口商"}, {TRADE_EXPORTER, 66, "供应商"},
    {TRADE_EXPORTER, 66, "卖家"}, {TRADE_EXPORTER, 66, "卖方"}, {TRADE_EXPORTER, 60, "发货人"},
    {TRADE_EXPORTER, 66, "出口企业"}, {TRADE_EXPORTER, 66, "出口公司"}, {TRADE_EXPORTER, 60, "发货方"},
    {TRADE_EXPORTER, 70, "xuất khẩu"}, {TRADE_EXPORTER, 60, "người bán"},
    {TRADE_EXPORTER, 72, "экспортер"}, {TRADE_EXPORTER, 62, "отправитель"},
    {TRADE_EXPORTER, 62, "поставщик"}, {TRADE_EXPORTER, 62, "продавец"},
    {TRADE_EXPORTER, 72, "ihracatçı"}, {TRADE_EXPORTER, 55, "gönderici"},
    {TRADE_EXPORTER, 55, "satıcı"}, {TRADE_EXPORTER, 70, "eksportir"},
    {TRADE_EXPORTER, 70, "esportatore"}, {TRADE_EXPORTER, 70, "exporteur"},
    {TRADE_EXPORTER, -60, "=date"}, {TRADE_EXPORTER, -30, "ngày"},
    {PARTIES, -60, "address"}, {PARTIES, -60, "=id"}, {PARTIES, -60, "=code"},
    {PARTIES, -60, "=pin"}, {PARTIES, -60, "=pi"}, {PARTIES, -60, "city"},
    {PARTIES, -60, "country"}, {PARTIES, -60, "state"}, {PARTIES, -60, "postal"},
    {PARTIES, -60, "uuid"}, {PARTIES, -60, "phone"}, {PARTIES, -60, "mail"}, {PARTIES, -15, "=std"},
    {PARTIES, -60, "direccion"}, {PARTIES, -60, "endereço"}, {PARTIES, -60, "ruc"},
    {PARTIES, -60, "=nit"}, {PARTIES, -60, "cnpj"}, {PARTIES, -60, "rfc"}, {PARTIES, -60, "地址"},
    {PARTIES, -60, "代码"}, {PARTIES, -60, "编码"}, {PARTIES, -60, "国"}, {PARTIES, -60, "日期"},
    {PARTIES, -60, "địa chỉ"}, {PARTIES, -60, "mã số"}, {PARTIES, -60, "nước"},
    {PARTIES, -60, "адрес"}, {PARTIES, -60, "инн"}, {PARTIES, -60, "страна"},
    {PARTIES, -60, "pais"}, {PARTIES, -60, "adres"}, {PARTIES, -40, "agent"}, {PARTIES, -60, "tax"},
    {PARTIES, -60, "thuế"}, {PARTIES, -60, "duty"}, {PARTIES, -60, "purpose"},
    {PARTIES, -30, "type"}, {PARTIES, -60, "province"}, {PARTIES, -60, "电话"},
    {PARTIES, -60, "ciudad"}, {PARTIES, 4, "=name"}, {PARTIES, 3, "=en"},
    {TRADE_HS, 80, "hs code"}, {TRADE_HS, 60, "=hs"}, {TRADE_HS, 60, "hts"},
    {TRADE_HS, 55, "tariff"}, {TRADE_HS, 70, "海关编码"}, {TRADE_HS, 70, "商品编码"},
    {TRADE_HS, 66, "hs编码"}, {TRADE_HS, 66, "税则号"}, {TRADE_HS, 70, "partida arancelaria"},
    {TRADE_HS, 66, "arancelaria"}, {TRADE_HS, 70, "=ncm"}, {TRADE_HS, 66, "subpartida"},
    {TRADE_HS, 70, "mã hs"}, {TRADE_HS, 66, "mã hàng"}, {TRADE_HS, 74, "тн вэд"},
    {TRADE_HS, 74, "тнвэд"}, {TRADE_HS, 72, "gtip"}, {TRADE_HS, 66, "position tarifaire"},
    {TRADE_HS, 70, "=ncm/sh"}, {TRADE_HS, 60, "commodity code"}, {TRADE_HS, 60, "fraccion"},
    {TRADE_HS, 50, "posicion"}, {TRADE_HS, 60, "=sh"}, {TRADE_HS, 60, "nandina"},
    {TRADE_HS, -60, "rate"}, {TRADE_HS, -30, "=2"}, {TRADE_HS, -25, "=4"}, {TRADE_HS, -10, "=6"},
    {TRADE_HS, -70, "desc"}, {TRADE_HS, -70, "描述"}, {TRADE_HS, -70, "name"},
    {TRADE_HS, -70, "value"},
    {TRADE_PRODUCT, 80, "product description"}, {TRADE_PRODUCT, 78, "goods description"},
    {TRADE_PRODUCT, 62, "product"}, {TRADE_PRODUCT, 70, "product desc"},
    {TRADE_PRODUCT, 60, "goods"}, {TRADE_PRODUCT, 56, "description"},
    {TRADE_PRODUCT, 60, "commodity"}, {TRADE_PRODUCT, 66, "item description"},
    {TRADE_PRODUCT, 66, "cargo description"}, {TRADE_PRODUCT, 72, "packing description"},
    {TRADE_PRODUCT, 68, "descripcion"}, {TRADE_PRODUCT, 66, "mercancia"},
    {TRADE_PRODUCT, 60, "producto"}, {TRADE_PRODUCT, 68, "descrição"},
    {TRADE_PRODUCT, 60, "mercadoria"}, {TRADE_PRODUCT, 60, "designation"},
    {TRADE_PRODUCT, 60, "marchandise"}, {TRADE_PRODUCT, 70, "商品描述"}, {TRADE_PRODUCT, 70, "产品描述"},
    {TRADE_PRODUCT, 66, "商品名称"}, {TRADE_PRODUCT, 66, "产品名称"}, {TRADE_PRODUCT, 66, "品名"},
    {TRADE_PRODUCT, 60, "货物"}, {TRADE_PRODUCT, 66, "tên hàng"}, {TRADE_PRODUCT, 66, "mô tả"},
    {TRADE_PRODUCT, 66, "hàng hóa"}, {TRADE_PRODUCT, 72, "описание"},
    {TRADE_PRODUCT, 68, "наименование товара"}, {TRADE_PRODUCT, 60, "товар"},
    {TRADE_PRODUCT, 66, "eşya tanımı"}, {TRADE_PRODUCT, 60, "tanım"},
    {TRADE_PRODUCT, 66, "uraian barang"}, {TRADE_PRODUCT, 60, "warenbezeichnung"},
    {TRADE_PRODUCT, -30, "hs code"}, {TRADE_PRODUCT, -30, "=hs"},
    {TRADE_PRODUCT, -60, "declaration"}, {TRADE_PRODUCT, -30, "section"},
    {TRADE_PRODUCT, -40, "chapter"}, {TRADE_PRODUCT, -40, "number of products"},
    {TRADE_PRODUCT, -60, "тн вэд"}, {TRADE_PRODUCT, -40, "=cpc"},
    {TRADE_HS_TEXT, 84, "hs code description"}, {TRADE_HS_TEXT, 84, "hs description"},
    {TRADE_HS_TEXT, 84, "hs code desc"}, {TRADE_HS_TEXT, 60, "chapter description"},
    {TRADE_HS_TEXT, 70, "hs编码描述"}, {TRADE_HS_TEXT, 60, "税则名称"},
    {TRADE_HS_TEXT, 60, "descripcion arancelaria"}, {TRADE_HS_TEXT, 60, "наименование тн вэд"},
    {TRADE_HS_TEXT, -20, "item"},
    {TEXTS, -60, "=unit"}, {TEXTS, -60, "=type"}, {TEXTS, -60, "=code"}, {TEXTS, -60, "value"},
    {TEXTS, -40, "quantity"}, {TEXTS, 3, "=en"},
    {TRADE_ORIGIN, 76, "origin country"}, {TRADE_ORIGIN, 76, "country of origin"},
    {TRADE_ORIGIN, 60, "origin"}, {TRADE_ORIGIN, 50, "supplier country"},
    {TRADE_ORIGIN, 54, "country of export"}, {TRADE_ORIGIN, 54, "dispatch country"},
    {TRADE_ORIGIN, 52, "from country"}, {TRADE_ORIGIN, 50, "consignment country"},
    {TRADE_ORIGIN, 44, "acquisition country"}, {TRADE_ORIGIN, 44, "adq country"},
    {TRADE_ORIGIN, 44, "provenance"}, {TRADE_ORIGIN, 70, "pais de origen"},
    {TRADE_ORIGIN, 70, "país de origem"}, {TRADE_ORIGIN, 66, "pays d'origine"},
    {TRADE_ORIGIN, 70, "原产国"}, {TRADE_ORIGIN, 66, "原产地"}, {TRADE_ORIGIN, 60, "出口国"},
    {TRADE_ORIGIN, 60, "起运国"}, {TRADE_ORIGIN, 70, "xuất xứ"}, {TRADE_ORIGIN, 60, "nước xuất khẩu"},
    {TRADE_ORIGIN, 72, "страна происхождения"}, {TRADE_ORIGIN, 60, "страна отправления"},
    {TRADE_ORIGIN, 70, "menşe"}, {TRADE_ORIGIN, 66, "negara asal"},
    {TRADE_ORIGIN, 62, "ursprungsland"},
    {TRADE_DESTINATION, 76, "destination country"},
    {TRADE_DESTINATION, 76, "country of destination"}, {TRADE_DESTINATION, 50, "destination"},
    {TRADE_DESTINATION, 50, "buyer country"}, {TRADE_DESTINATION, 50, "importer country"},
    {TRADE_DESTINATION, 52, "to country"}, {TRADE_DESTINATION, 60, "country of import"},
    {TRADE_DESTINATION, 70, "pais de destino"}, {TRADE_DESTINATION, 70, "país de destino"},
    {TRADE_DESTINATION, 66, "pays de destination"}, {TRADE_DESTINATION, 70, "目的国"},
    {TRADE_DESTINATION, 66, "目的地"}, {TRADE_DESTINATION, 60, "进口国"},
    {TRADE_DESTINATION, 66, "nước nhập khẩu"}, {TRADE_DESTINATION, 66, "nước đến"},
    {TRADE_DESTINATION, 72, "страна назначения"}, {TRADE_DESTINATION, 66, "gidiş ülke"},
    {TRADE_DESTINATION, 66, "negara tujuan"}, {TRADE_DESTINATION, 62, "bestimmungsland"},
    {PLACES, -50, "=code"}, {PLACES, -60, "address"}, {PLACES, -60, "port"},
    {PLACES, -40, "=department"}, {PLACES, -60, "region"}, {PLACES, -60, "continent"},
    {PLACES, -60, "港"}, {PLACES, -60, "cảng"}, {PLACES, -60, "порт"}, {PLACES, 3, "=en"},
    {PLACES, -60, "puerto"}, {PLACES, -60, "name of"}, {PLACES, 6, "country"},
    {PLACES, -60, "city"},
    {TRADE_LOAD_PORT, 74, "loading port"}, {TRADE_LOAD_PORT, 74, "port of loading"},
    {TRADE_LOAD_PORT, 74, "=port of lading"},
    {TRADE_UNLOAD_PORT, 74, "port of unlading"},
    {TRADE_LOAD_PORT, 70, "port of shipment"}, {TRADE_LOAD_PORT, 60, "=pol"},
    {TRADE_LOAD_PORT, 70, "embarq port"}, {TRADE_LOAD_PORT, 70, "puerto de embarque"},
    {TRADE_LOAD_PORT, 70, "porto de embarque"}, {TRADE_LOAD_PORT, 70, "起运港"},
    {TRADE_LOAD_PORT, 70, "装货港"}, {TRADE_LOAD_PORT, 66, "出口港"}, {TRADE_LOAD_PORT, 66, "cảng xếp"},
    {TRADE_LOAD_PORT, 66, "порт отправления"}, {TRADE_LOAD_PORT, 66, "yükleme liman"},
    {TRADE_LOAD_PORT, 50, "foreign port"},
    {TRADE_UNLOAD_PORT, 74, "destination port"}, {TRADE_UNLOAD_PORT, 74, "port of destination"},
    {TRADE_UNLOAD_PORT, 70, "port of discharge"}, {TRADE_UNLOAD_PORT, 70, "unloading port"},
    {TRADE_UNLOAD_PORT, 60, "=pod"}, {TRADE_UNLOAD_PORT, 66, "place of discharge"},
    {TRADE_UNLOAD_PORT, 50, "arrival port"}, {TRADE_UNLOAD_PORT, 44, "=port"},
    {TRADE_UNLOAD_PORT, 70, "puerto de destino"}, {TRADE_UNLOAD_PORT, 66, "puerto de desembarque"},
    {TRADE_UNLOAD_PORT, 70, "porto de destino"}, {TRADE_UNLOAD_PORT, 70, "卸货港"},
    {TRADE_UNLOAD_PORT, 70, "目的港"}, {TRADE_UNLOAD_PORT, 66, "进口港"},
    {TRADE_UNLOAD_PORT, 66, "cảng dỡ"}, {TRADE_UNLOAD_PORT, 66, "порт назначения"},
    {TRADE_UNLOAD_PORT, 66, "boşaltma liman"},
    {TRADE_LOAD_PORT, -60, "=code"},
    {TRADE_UNLOAD_PORT, -60, "=code"},
    {TRADE_LOAD_PORT, -60, "pais"},
    {TRADE_UNLOAD_PORT, -20, "indian"},
    {TRADE_LOAD_PORT, 42, "indian port"},
    {TRADE_QUANTITY, 74, "quantity"}, {TRADE_QUANTITY, 70, "=qty"},
    {TRADE_QUANTITY, 70, "cantidad"}, {TRADE_QUANTITY, 70, "quantidade"},
    {TRADE_QUANTITY, 66, "quantite"}, {TRADE_QUANTITY, 72, "数量"}, {TRADE_QUANTITY, 72, "số lượng"},
    {TRADE_QUANTITY, 72, "количество"}, {TRADE_QUANTITY, 66, "кол-во"},
    {TRADE_QUANTITY, 70, "miktar"}, {TRADE_QUANTITY, 66, "jumlah"}, {TRADE_QUANTITY, 62, "menge"},
    {TRADE_QUANTITY, 20, "packages"}, {TRADE_QUANTITY, -30, "of packages"},
    {TRADE_QUANTITY, -20, "=std"}, {TRADE_QUANTITY, -20, "comercial"},
    {TRADE_QUANTITY, -70, "=unit"}, {TRADE_QUANTITY, -70, "=type"}, {TRADE_QUANTITY, -70, "单位"},
    {TRADE_QUANTITY, -40, "package"},
    {TRADE_UNIT, 60, "=unit"}, {TRADE_UNIT, 70, "quantity unit"},
    {TRADE_UNIT, 66, "unit of quantity"}, {TRADE_UNIT, 60, "unit measure"},
    {TRADE_UNIT, 60, "=uom"}, {TRADE_UNIT, 60, "quantity type"}, {TRADE_UNIT, 60, "unidad"},
    {TRADE_UNIT, 60, "unidade"}, {TRADE_UNIT, 66, "单位"}, {TRADE_UNIT, 66, "đơn vị tính"},
    {TRADE_UNIT, 60, "единица"}, {TRADE_UNIT, 60, "birim"}, {TRADE_UNIT, -80, "price"},
    {TRADE_UNIT, -80, "value"}, {TRADE_UNIT, -80, "usd"}, {TRADE_UNIT, -80, "rate"},
    {TRADE_UNIT, -40, "weight"}, {TRADE_UNIT, -20, "=std"}, {TRADE_UNIT, -80, "precio"},
    {TRADE_UNIT, -80, "cif"}, {TRADE_UNIT, -80, "fob"}, {TRADE_UNIT, -80, "单价"},
    {TRADE_UNIT, -20, "comercial"}, {TRADE_UNIT, 3, "=en"},
    {TRADE_WEIGHT, 74, "net weight"}, {TRADE_WEIGHT, 50, "=tons"}, {TRADE_WEIGHT, 50, "=tonnes"},
    {TRADE_WEIGHT, 70, "gross weight"}, {TRADE_WEIGHT, 66, "weight"}, {TRADE_WEIGHT, 70, "net kg"},
    {TRADE_WEIGHT, 66, "gross kg"}, {TRADE_WEIGHT, 74, "net wt"}, {TRADE_WEIGHT, 70, "gross wt"},
    {TRADE_WEIGHT, 72, "peso neto"}, {TRADE_WEIGHT, 66, "peso"}, {TRADE_WEIGHT, 72, "peso líquido"},
    {TRADE_WEIGHT, 66, "poids"}, {TRADE_WEIGHT, 72, "净重"}, {TRADE_WEIGHT, 66, "毛重"},
    {TRADE_WEIGHT, 66, "重量"}, {TRADE_WEIGHT, 66, "trọng lượng"}, {TRADE_WEIGHT, 66, "khối lượng"},
    {TRADE_WEIGHT, 74, "вес нетто"}, {TRADE_WEIGHT, 66, "вес"}, {TRADE_WEIGHT, 66, "ağırlık"},
    {TRADE_WEIGHT, 66, "gewicht"}, {TRADE_WEIGHT, 66, "berat"}, {TRADE_WEIGHT, -70, "=unit"},
    {TRADE_WEIGHT, -20, "shipment"}, {TRADE_WEIGHT, -70, "单位"},
    {TRADE_VALUE, 62, "value"}, {TRADE_VALUE, 72, "total value"}, {TRADE_VALUE, 70, "=fob"},
    {TRADE_VALUE, 68, "=cif"}, {TRADE_VALUE, 66, "fob value"}, {TRADE_VALUE, 66, "cif value"},
    {TRADE_VALUE, 60, "amount"}, {TRADE_VALUE, 66, "total price"}, {TRADE_VALUE, 66, "fob_"},
    {TRADE_VALUE, 60, "total cost"}, {TRADE_VALUE, 66, "valor"}, {TRADE_VALUE, 60, "monto"},
    {TRADE_VALUE, 60, "importe"}, {TRADE_VALUE, 66, "valeur"}, {TRADE_VALUE, 72, "金额"},
    {TRADE_VALUE, 68, "总价"}, {TRADE_VALUE, 66, "总值"}, {TRADE_VALUE, 66, "价值"},
    {TRADE_VALUE, 70, "trị giá"}, {TRADE_VALUE, 60, "thành tiền"}, {TRADE_VALUE, 70, "стоимость"},
    {TRADE_VALUE, 60, "сумма"}, {TRADE_VALUE, 66, "kıymet"}, {TRADE_VALUE, 60, "bedel"},
    {TRADE_VALUE, 60, "nilai"}, {TRADE_VALUE, 60, "betrag"}, {TRADE_VALUE, 60, "=wert"},
    {TRADE_VALUE, 50, "free on board"}, {TRADE_VALUE, 60, "us$"}, {TRADE_VALUE, 66, "usd fob"},
    {TRADE_VALUE, 66, "fob usd"}, {TRADE_VALUE, 58, "sum of cif"}, {TRADE_VALUE, 45, "+usd"},
    {TRADE_VALUE, 45, "+美元"}, {TRADE_VALUE, 20, "долл"}, {TRADE_VALUE, -80, "=unit"},
    {TRADE_VALUE, -80, "unit price"}, {TRADE_VALUE, -80, "unitprice"},
    {TRADE_VALUE, -80, "unitario"}, {TRADE_VALUE, -80, "单价"}, {TRADE_VALUE, -80, "freight"},
    {TRADE_VALUE, -80, "insurance"}, {TRADE_VALUE, -80, "tax"}, {TRADE_VALUE, -80, "duty"},
    {TRADE_VALUE, -80, "exchange"}, {TRADE_VALUE, -80, "=rate"}, {TRADE_VALUE, -80, "fees"},
    {TRADE_VALUE, -60, "others"}, {TRADE_VALUE, -60, "expenditures"},
    {TRADE_VALUE, -30, "shipment"}, {TRADE_VALUE, -40, "cargo"}, {TRADE_VALUE, -60, "date"},
    {TRADE_VALUE, -80, "đơn giá"}, {TRADE_VALUE, -80, "=price inv"}, {TRADE_VALUE, -60, "flete"},
    {TRADE_VALUE, -60, "seguro"}, {TRADE_VALUE, -80, "item price"}, {TRADE_VALUE, -40, "adjust"},
    {TRADE_VALUE, -20, "currency"}, {TRADE_VALUE, -20, "calculated item"}, {TRADE_VALUE, -80, "单位"},
    {TRADE_VALUE, -60, "币"}, {TRADE_VALUE, -60, "moneda"}, {TRADE_VALUE, -60, "валюта"},
    {TRADE_VALUE, -30, "other costs"}, {TRADE_VALUE, -60, "code"},
    {TRADE_VALUE, -20, "not taxable"}, {TRADE_VALUE, -80, "drawback"},
    {TRADE_CURRENCY, 66, "currency"}, {TRADE_CURRENCY, 60, "curency"},
    {TRADE_CURRENCY, 66, "moneda"}, {TRADE_CURRENCY, 66, "moeda"}, {TRADE_CURRENCY, 66, "币种"},
    {TRADE_CURRENCY, 66, "币制"}, {TRADE_CURRENCY, 66, "валюта"}, {TRADE_CURRENCY, 62, "nguyên tệ"},
    {TRADE_CURRENCY, 60, "döviz"}, {TRADE_CURRENCY, 60, "devise"}, {TRADE_CURRENCY, -60, "value"},
    {TRADE_CURRENCY, -60, "rate"}, {TRADE_CURRENCY, -60, "price"},
    {AMOUNTS, -90, "%"}, {AMOUNTS, -60, "avg"}, {AMOUNTS, -80, "rate"},
    {ALL, -60, "record"},
};

struct folded {
    str squashed;             /* without blanks and punctuation */
    str spaced;               /* " words of it " */
    bool is_whole, is_added;  /* of phrases: "=...", "+..." */
};

static const struct err *fold(struct arena *a, str text, struct folded *ret)
{
    struct strbuf squashed, spaced;
    str all;
    TRY(text_fold(a, text, &all));
    strbuf_init(&squashed, a, all.len + 1);
    strbuf_init(&spaced, a, all.len + 3);
    strbuf_add_char(&spaced, ' ');
    for (size_t i = 0; i < all.len; i++) {
        char c = all.ptr[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       (unsigned char)c >= 0x80 || c == '%' || c == '$';
        if (is_word)
            strbuf_add_char(&squashed, c);
        strbuf_add_char(&spaced, is_word ? c : ' ');
    }
    strbuf_add_char(&spaced, ' ');
    TRY(strbuf_finish(&squashed, &ret->squashed));
    return strbuf_finish(&spaced, &ret->spaced);
}

static const struct err *fold_phrase(struct arena *a, const char *text, struct folded *ret)
{
    ret->is_whole = text[0] == '=';
    ret->is_added = text[0] == '+';
    return fold(a, str_c(ret->is_whole || ret->is_added ? text + 1 : text), ret);
}

static bool matches(const struct folded *title, const struct folded *phrase)
{
    if (phrase->is_whole)
        return str_find(title->spaced, phrase->spaced) >= 0 ||
               str_eq(title->squashed, phrase->squashed);
    return phrase->squashed.len > 0 && str_find(title->squashed, phrase->squashed) >= 0;
}

static bool concerns(int group, int field)
{
    if (group == PARTIES)
        return field == TRADE_IMPORTER || field == TRADE_EXPORTER;
    if (group == AMOUNTS)
        return field == TRADE_QUANTITY || field == TRADE_WEIGHT || field == TRADE_VALUE ||
               field == TRADE_UNIT;
    if (group == TEXTS)
        return field == TRADE_PRODUCT || field == TRADE_HS_TEXT;
    if (group == PLACES)
        return field == TRADE_ORIGIN || field == TRADE_DESTINATION;
    return group == ALL || group == field;
}

/* The best phrase for a field, more when it is most of the title; then everything against, and
 * small marks for. */
static int score(const struct folded *title, const struct folded *all, int field)
{
    int best = 0, sum = 0;
    for (size_t i = 0; i < COUNT(phrases); i++) {
        const struct phrase *p = &phrases[i];
        if (!concerns(p->field, field) || !matches(title, &all[i]))
            continue;
        if (p->weight < 10 || all[i].is_added) {
            sum += p->weight;
            continue;
        }
        int cover = (int)(all[i].squashed.len * COVER_BONUS / title->squashed.len);
        int points = p->weight + cover +
                     (str_eq(title->squashed, all[i].squashed) ? EQUAL_BONUS : 0);
        best = points > best ? points : best;
    }
    return best == 0 ? 0 : best + sum;
}

const struct err *trade_head_hints(struct arena *a, const str *titles, size_t count,
                                   struct trade_hint *ret)
{
    struct folded *all, title;
    TRY_NEW_ARRAY(a, all, COUNT(phrases));
    for (size_t i = 0; i < COUNT(phrases); i++)
        TRY(fold_phrase(a, phrases[i].text, &all[i]));
    for (size_t i = 0; i < count; i++) {
        ret[i] = (struct trade_hint){0};
        TRY(fold(a, str_sub(titles[i], 0, KiB(1)), &title));
        for (int field = 1; field < TRADE_FIELD_COUNT && title.squashed.len > 0; field++)
            ret[i].score[field] = score(&title, all, field);
    }
    return NULL;
}
