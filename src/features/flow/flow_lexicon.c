/* flow_lexicon: see flow_lexicon.h. One row per meaning; phrases are separated by '|', written in
 * lower case without apostrophes.
 */
#include "flow/flow_lexicon.h"

enum { PHRASE_TOKENS_MAX = 8 };

struct row {
    enum flow_word_kind kind;
    enum flow_cue cue;
    unsigned family, near; /* enum flow_family; near: families it is also counted to */
    bool is_general;
    const char *phrases;
};

#define CUE(name, ...) {FLOW_WORD_CUE, FLOW_CUE_##name, 0, 0, false, __VA_ARGS__}
#define SIZE(...) {FLOW_WORD_TRAIT, FLOW_CUE_NONE, 0, 0, false, __VA_ARGS__}
#define GENERAL(family, ...) {FLOW_WORD_TRAIT, FLOW_CUE_NONE, family, 0, true, __VA_ARGS__}
#define COLOUR(family, near, ...) {FLOW_WORD_TRAIT, FLOW_CUE_NONE, family, near, false, __VA_ARGS__}
#define PLAIN(...) {FLOW_WORD_PLAIN, FLOW_CUE_NONE, 0, 0, false, __VA_ARGS__}

static const struct row rows[] = {
    CUE(CANCEL,
        "cancel|cancel it|cancel my order|cancel the order|forget it|forget about it|never mind|"
        "nevermind|nvm|dont want it|"
        "dont want this|do not want it|changed my mind|abort|leave it|not interested|"
        "取消|取消订单|算了|不买了|不想买|不想买了|不想要了|不要了|不要这个了|先不买|放弃"),
    CUE(RESTART,
        "start over|restart|begin again|start again|start from the beginning|reset|from the top|"
        "重新开始|重来|从头|从头再来|从头开始|重新选|重新来"),
    CUE(BACK,
        "back|go back|previous|one step back|step back|return to the previous|返回|上一步|后退|退回|回去"),
    CUE(PERSON,
        "human|person|agent|someone|somebody|representative|real person|operator|staff|support|"
        "customer service|a person|talk to you|speak to you|"
        "人工|客服|真人|转人工|人工客服|人工服务|店主|老板|店员|找人"),
    CUE(COST,
        "how much|price|prices|cost|costs|total|in total|altogether|whats the damage|how expensive|"
        "多少钱|价格|价钱|总价|总共|一共|合计|什么价|怎么卖|几块钱|多少米|贵不贵"),
    CUE(SHIPPING,
        "shipping|ship|postage|ship to|deliver to|shipped to|international shipping|寄到|邮寄|配送|包邮|"
        "发顺丰"),
    CUE(SHIPPING_COST,
        "shipping cost|shipping costs|delivery cost|delivery fee|delivery charge|shipping fee|free "
        "shipping|"
        "postage cost|shipping free|free delivery|how much is shipping|how much is delivery|"
        "运费|邮费|快递费|包邮吗|包不包邮|免邮|邮费多少|免运费"),
    CUE(TIME, "when|how long|how many days|how soon|how fast|what day|what time|"
              "几天|多久|什么时候|啥时候|多长时间|何时|哪天|几号"),
    CUE(ARRIVAL, "arrive|arrives|arriving|delivery|deliver|delivered|get here|get it|receive|come|"
                 "到|到货|送到|能到|收到|送达|发货|寄出"),
    CUE(DELIVERY_TIME,
        "eta|delivery time|delivery times|delivery date|shipping time|arrival time|发货时间|到货时间|配送时间"),
    CUE(PARCEL,
        "my order|my parcel|my package|parcel|package|my stuff|my delivery|order number|my last "
        "order|my purchase|"
        "我的订单|订单|包裹|快递|我的货|我买的|我的东西|物流"),
    CUE(WHERE,
        "where|wheres|where is|where are|sent yet|been sent|shipped yet|status|any news|arrived "
        "yet|"
        "still waiting|hasnt arrived|havent received|到哪|到哪了|哪里了|哪了|在哪|在哪里|状态|进度|还没到|没收到"),
    CUE(TRACKING,
        "track|tracking|tracking number|track my order|order status|where is my order|wheres my "
        "order|"
        "have you shipped|did you ship|been shipped|"
        "单号|快递单号|查快递|查订单|查物流|发货了吗|发货了没|寄了吗|发了吗|物流信息|订单状态"),
    CUE(RETURNS,
        "return|returns|refund|refunds|return it|send it back|send back|exchange|exchanges|money "
        "back|return policy|"
        "refund policy|doesnt fit|退货|退款|退换|换货|退吗|能退|可以退|退换货|七天无理由|退回来"),
    CUE(CHANGE,
        "actually|change|change it|switch|instead|rather|make it|make that|meant|i meant|wrong|"
        "mistake|swap|"
        "edit|update|改|改成|换成|换|改一下|写错|写错了|弄错|弄错了|选错|选错了|搞错了|不对|还是要|修改|更改"),
    CUE(ADDRESS,
        "address|my address|shipping address|postcode|zip|street|地址|收货地址|邮编|收件人|门牌"),
    CUE(PAY,
        "pay|pay now|checkout|check out|buy|buy it|buy now|purchase|place order|place the order|"
        "charge|my card|take my money|"
        "complete the order|order it|order now|付款|支付|付钱|下单|买单|结账|结算|直接扣|扣款|扣钱|购买|我买|买了|刷卡|拍下"),
    CUE(YES,
        "yes|yep|yeah|yup|yea|sure|ok|okay|k|correct|thats right|right|sounds good|perfect|great|"
        "fine|of course|👍|👌|"
        "好|好的|好呀|好吧|好啊|是|是的|对|对的|没错|可以|行|行的|嗯|嗯嗯|没问题|确认|ok的"),
    CUE(NO, "no|nope|nah|no thanks|no thank you|not now|not really|none|skip|"
            "不|不用|不用了|不要|不是|不需要|没有|不了|跳过|不必"),
    CUE(THANKS,
        "thanks|thank you|thx|ty|tysm|cheers|much appreciated|thank u|谢谢|多谢|谢啦|谢了|感谢|谢谢你|谢谢亲|3q"),
    CUE(HELLO,
        "hi|hello|start|hey|hiya|hi there|hello there|good morning|good evening|good afternoon|"
        "你好|您好|嗨|哈喽|在吗|在么|在不在|早上好|晚上好|亲在吗|hello呀"),
    CUE(NOT, "not|no more|instead of|except|without|but not|rather than|别|除了"),

    SIZE("xxs|xx small|double extra small"),
    SIZE("xs|x small|extra small|加小号|特小号|加小码|超小号"),
    SIZE("s|small|sm|小号|小码|小的|s码|s号|小"),
    SIZE("m|medium|med|mid|middle|中号|中码|中的|m码|m号|中"),
    SIZE("l|large|lg|big|大号|大码|大的|l码|l号|大"),
    SIZE("xl|x large|extra large|xtra large|加大号|加大码|特大号|加大|特大|xl码|xl号"),
    SIZE("xxl|2xl|xx large|double xl|double extra large|加加大号|加加大|2xl码|xxl码|双加大"),
    SIZE("xxxl|3xl|xxx large|triple xl|3xl码|xxxl码"),
    SIZE("one size|one size fits all|free size|os|均码|单一尺码"),

    GENERAL(FLOW_RED, "red|红|红色|红的"),
    COLOUR(FLOW_RED, FLOW_ORANGE | FLOW_PINK, "coral|珊瑚|珊瑚红|珊瑚色|珊瑚橙"),
    COLOUR(FLOW_RED, 0, "burgundy|wine|wine red|maroon|bordeaux|酒红|酒红色|枣红"),
    COLOUR(FLOW_RED, 0, "crimson|scarlet|ruby|大红|正红|朱红|中国红"),
    GENERAL(FLOW_ORANGE, "orange|橙|橙色|橘色|橘|橘黄"),
    COLOUR(FLOW_ORANGE, FLOW_BROWN, "terracotta|rust|clay|陶土|陶土色|砖红|铁锈色"),
    GENERAL(FLOW_YELLOW, "yellow|黄|黄色|黄的"),
    COLOUR(FLOW_YELLOW, 0, "gold|golden|mustard|金色|金|姜黄"),
    GENERAL(FLOW_GREEN, "green|绿|绿色|绿的"),
    COLOUR(FLOW_GREEN, FLOW_BLUE,
           "teal|turquoise|aqua|cyan|sea green|seafoam|青色|青|湖绿|湖蓝|青绿|碧绿"),
    COLOUR(FLOW_GREEN, 0, "olive|khaki green|army green|军绿|军绿色|橄榄绿"),
    COLOUR(FLOW_GREEN, 0, "mint|sage|celadon|薄荷绿|豆绿|青瓷|抹茶绿|浅绿"),
    COLOUR(FLOW_GREEN, 0, "emerald|forest green|dark green|墨绿|墨绿色|深绿|祖母绿"),
    GENERAL(FLOW_BLUE, "blue|蓝|蓝色|蓝的"),
    COLOUR(FLOW_BLUE, 0,
           "navy|navy blue|dark blue|midnight blue|藏青|藏青色|藏蓝|藏蓝色|深蓝|深蓝色|海军蓝"),
    COLOUR(FLOW_BLUE, 0,
           "sky|sky blue|light blue|baby blue|pale blue|天蓝|天蓝色|浅蓝|浅蓝色|淡蓝"),
    COLOUR(FLOW_BLUE, 0, "indigo|cobalt|royal blue|靛蓝|宝蓝|宝蓝色|钴蓝"),
    GENERAL(FLOW_PURPLE, "purple|violet|紫|紫色|紫的"),
    COLOUR(FLOW_PURPLE, 0, "lavender|lilac|薰衣草|淡紫|浅紫"),
    GENERAL(FLOW_PINK, "pink|粉|粉色|粉红|粉红色|粉的"),
    COLOUR(FLOW_PINK, 0, "rose|blush|玫红|玫瑰色|玫瑰红"),
    GENERAL(FLOW_BROWN, "brown|棕|棕色|褐色|咖色|咖啡色"),
    COLOUR(FLOW_BROWN, 0, "tan|camel|chestnut|驼色|栗色"),
    COLOUR(FLOW_BROWN, FLOW_WHITE | FLOW_YELLOW,
           "beige|sand|nude|khaki|oatmeal|米色|杏色|卡其|卡其色|沙色"),
    GENERAL(FLOW_GREY, "grey|gray|灰|灰色|灰的"),
    COLOUR(FLOW_GREY, 0, "silver|slate|charcoal|银色|银|深灰|炭灰"),
    GENERAL(FLOW_BLACK, "black|黑|黑色|黑的"),
    GENERAL(FLOW_WHITE, "white|白|白色|白的"),
    COLOUR(FLOW_WHITE, 0, "ivory|cream|off white|pearl|米白|米白色|象牙白|奶白|奶油色"),

    PLAIN(
        "a|an|the|it|is|its|in|on|at|to|of|for|and|or|i|im|id|ill|me|my|we|you|your|u|ur|can|could|"
        "would|will|get|got|take|"
        "want|need|like|have|has|had|do|does|did|be|am|are|was|please|pls|plz|just|only|with|them|"
        "they|this|that|these|"
        "those|here|there|ones|so|very|too|if|but|than|then|from|what|whats|which|who|how|hows|"
        "much|many|any|some|more|"
        "about|up|out|now|already|also|again|really|while|send|sent|time|some|give|find|look|good|"
        "nice|item|items|piece|"
        "pieces|pcs|size|colour|color|option|begin|lets|let|over|doing|going|anymore|lot|lots|oh|"
        "um|well|sorry|"
        "think|thing|things|fit|fits|show|know|tell|help|order|ordered|last|week|dear|sir|today|"
        "month|year|day|days|"
        "mine|each|other|else|same|long|talk|speak|chat|name|love|always|ever|never|live|were|shop|"
        "true"),
    PLAIN(
        "的|了|吗|呢|啊|呀|吧|嘛|我|你|您|要|想|给|来|买|个|件|那|这|那个|这个|那件|请|麻烦|一下|能|有|有没有|有吗|亲|哈|哈哈|码|号|"
        "尺码|颜色|款|就|再|都|和|跟|份|套|盒|包|瓶|罐|双|条|只|什么|怎么|怎么算|多少|发|说|问|看看|一下子|一直|万一|一起|一样|一定|"
        "一点|第一|统一|唯一|三天|两天|一天|几个|那种|中国|大家|还是|明白|白天|空白|红包|小红书|大概|不大|小姐|中间|天气"),
};

struct phrase_list {
    VEC(struct flow_phrase) rows;
};

static const struct err *phrases_add(struct arena *a, int row, struct phrase_list *list)
{
    str rest = str_c(rows[row].phrases);
    while (!str_is_absent(rest)) {
        str text = str_cut(&rest, '|');
        struct flow_tokens tokens;
        TRY(flow_tokens_of(a, text, PHRASE_TOKENS_MAX, &tokens));
        struct flow_phrase *phrase = VEC_PUSH(a, &list->rows);
        if (phrase == NULL)
            return &err_out_of_memory;
        *phrase = (struct flow_phrase){rows[row].kind,   rows[row].cue,  row,
                                       rows[row].family, rows[row].near, rows[row].is_general,
                                       tokens.items,     tokens.count};
    }
    return NULL;
}

const struct err *flow_lexicon_new(struct arena *a, const struct flow_lexicon **ret)
{
    struct phrase_list list = {0};
    struct flow_lexicon *lexicon = NULL;
    for (int row = 0; row < (int)COUNT(rows); row++)
        TRY(phrases_add(a, row, &list));
    TRY_NEW(a, lexicon);
    *lexicon = (struct flow_lexicon){list.rows.items, list.rows.count};
    *ret = lexicon;
    return NULL;
}

const struct flow_phrase *flow_lexicon_at(const struct flow_lexicon *lexicon,
                                          const struct flow_token *tokens, size_t count, size_t at)
{
    const struct flow_phrase *best = NULL;
    for (size_t i = 0; i < lexicon->count; i++) {
        const struct flow_phrase *phrase = &lexicon->phrases[i];
        if (phrase->count > count - at || (best != NULL && phrase->count <= best->count))
            continue;
        size_t same = 0;
        while (same < phrase->count && flow_token_eq(&phrase->tokens[same], &tokens[at + same]))
            same++;
        if (same == phrase->count && phrase->count > 0)
            best = phrase;
    }
    return best;
}
