/* Conversations: whoever commented the hashtag walks with the bot to the paid order, on the chat's
 * own pages; others write, ask for a person, and are answered or wait. */
#include <string.h>

#include "demo/demo_part.h"

enum { TAPS_MAX = 8 };

static const char phone[] =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1";

const struct demo_talk demo_talks[] = {
    {0, "ines", 9, 0, NULL, NULL, NULL, NULL},
    {0, "noor", 9, 1, NULL, NULL, NULL, NULL},
    {1, "priya", 11, 0, NULL, NULL, NULL, NULL},
    {2, "linxi", 10, 1, NULL, NULL, NULL, NULL},
    {1, "sofia", 3, 0, "Could you quote 300 Everyday Plates, delivered to Trieste before March?",
     "I would rather talk to a person about that.", "wenqing",
     "Of course, Sofia. 300 plates is ten cartons: 6,600 dollars, three weeks by rail. I send the "
     "quotation tonight."},
    {2, "hanmo", 2, 0, "老普还有 2012 年的吗？", "找掌柜。", "lanzhi",
     "有半提，没上架。您哪天来，我撬一点先试。"},
    {0, "mei", 0, 0, "Could you make the Tideline with a longer body? I am 1.84.",
     "A person please.", NULL, NULL},
    {2, "qiaoqiao", 0, 0, "茶盘能刻字吗？送人的。", "想问掌柜本人。", NULL, NULL},
};
const size_t demo_talk_count = COUNT(demo_talks);

static const struct err *encode(struct arena *a, str text, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, text.len * 3 + 1);
    for (size_t i = 0; i < text.len; i++)
        strbuf_addf(&sb, "%%%02X", (unsigned char)text.ptr[i]);
    return strbuf_finish(&sb, ret);
}

/* The text between `before` and the next quote; absent if there is none. */
static str value_after(str page, str before)
{
    ptrdiff_t at = str_find(page, before);
    if (at < 0)
        return STR_NONE;
    str rest = str_from(page, (size_t)at + before.len);
    return str_cut(&rest, '"');
}

/* ---- with the bot ---- */

static const struct err *give_address(struct demo_browser *b, struct arena *a, str chat, str page,
                                      const struct demo_person *p)
{
    struct strbuf sb;
    struct demo_answer answer;
    str at = str_from(page, (size_t)str_find(page, S("name=\"form\" value=\"address\"")));
    str key = value_after(at, S("name=\"key\" value=\"")), form, path, value;
    const char *const fields[][2] = {{"name", p->name},       {"line1", p->line},
                                     {"city", p->city},       {"postcode", p->postcode},
                                     {"region", p->region},   {"country", p->country},
                                     {"phone", "13800001234"}};
    strbuf_init(&sb, a, 4000);
    strbuf_addf(&sb, "form=address&key=%.*s&email=%s%%40example.com", STR_ARG(key), p->handle);
    for (size_t i = 0; i < COUNT(fields); i++) {
        TRY(encode(a, str_c(fields[i][1]), &value));
        strbuf_addf(&sb, "&%s=%.*s", fields[i][0], STR_ARG(value));
    }
    TRY(strbuf_finish(&sb, &form));
    TRY(str_fmt(a, &path, "%.*s/say", STR_ARG(chat)));
    return demo_post(b, a, path, form, &answer);
}

/* One thing that the page offers: the address form, the page to pay on, the main button, or the
 * first choice. */
const struct err *demo_talk_step(struct demo_browser *b, struct arena *a, str chat,
                                 const struct demo_person *p, bool *ret_over)
{
    struct demo_answer page, answer;
    str path, form;
    *ret_over = false;
    TRY(demo_get(b, a, chat, &page));
    if (str_find(page.body, S("name=\"form\" value=\"address\"")) >= 0)
        return give_address(b, a, chat, page.body, p);
    str pay = value_after(page.body, S("href=\"/pay/"));
    if (!str_is_absent(pay)) {
        TRY(str_fmt(a, &path, "/pay/%.*s", STR_ARG(pay)));
        *ret_over = true;
        return demo_pay_on_page(b, a, path, false);
    }
    str token = value_after(page.body, S("class=\"choice primary\" name=\"token\" value=\""));
    if (str_is_absent(token))
        token = value_after(page.body, S("class=\"choice\" name=\"token\" value=\""));
    if (str_is_absent(token)) {
        *ret_over = true;
        return NULL;
    }
    TRY(str_fmt(a, &form, "token=%.*s", STR_ARG(token)));
    TRY(str_fmt(a, &path, "%.*s/tap", STR_ARG(chat)));
    return demo_post(b, a, path, form, &answer);
}

const struct err *demo_talk_find(struct demo_browser *b, struct arena *a, str *ret)
{
    struct demo_answer list;
    TRY(demo_get(b, a, S("/chat"), &list));
    str id = value_after(list.body, S("href=\"/chat/0"));
    *ret = STR_NONE;
    return str_is_absent(id) ? NULL : str_fmt(a, ret, "/chat/0%.*s", STR_ARG(id));
}

static const struct err *walk(struct demo_browser *b, struct arena *a, const struct demo_person *p)
{
    str chat;
    bool over = false;
    TRY(demo_talk_find(b, a, &chat));
    if (str_is_absent(chat))
        return NULL;
    for (int i = 0; i < TAPS_MAX && !over; i++) {
        demo_clock_set(b->demo, clock_now_ms(&b->demo->clock.clock) + 20000);
        TRY(demo_talk_step(b, a, chat, p, &over));
        TRY(demo_settle(b->demo));
    }
    return NULL;
}

/* ---- with people ---- */

static const struct err *answer_from_console(struct demo *d, struct arena *a,
                                             const struct demo_talk *k, str chat)
{
    struct demo_browser staff = {.demo = d, .agent = phone, .language = "en"};
    struct demo_answer answer;
    str path, text, form;
    TRY(demo_sign_in(&staff, demo_person_id(d, k->answerer)));
    demo_clock_set(d, clock_now_ms(&d->clock.clock) + 6 * DEMO_MINUTE_MS);
    TRY(str_fmt(a, &path, "/console/%s/inbox/%.*s", demo_shops[k->shop]->handle,
                STR_ARG(str_from(chat, 6))));
    TRY(str_fmt(a, &form, "to=person"));
    TRY(str_fmt(a, &text, "%.*s/hold", STR_ARG(path)));
    TRY(demo_post(&staff, a, text, form, &answer));
    TRY(encode(a, str_c(k->answer), &text));
    TRY(str_fmt(a, &form, "text=%.*s", STR_ARG(text)));
    TRY(str_fmt(a, &path, "%.*s/say", STR_ARG(path)));
    TRY(demo_post(&staff, a, path, form, &answer));
    return answer.status < 400
               ? NULL
               : ERR(a, ERR_BUG, "error.bug", "the console answered %d", answer.status);
}

static const struct err *ask(struct demo_browser *b, struct arena *a, const struct demo_talk *k)
{
    struct demo_answer answer;
    str path, text, form, chat;
    TRY(encode(a, str_c(k->says), &text));
    TRY(str_fmt(a, &form, "text=%.*s", STR_ARG(text)));
    TRY(str_fmt(a, &path, "/chat/with/%s", demo_shops[k->shop]->handle));
    TRY(demo_post(b, a, path, form, &answer));
    if (!str_starts(answer.location, S("/chat/")))
        return ERR(a, ERR_BUG, "error.bug", "asking a shop answered %d", answer.status);
    TRY(str_dup(a, answer.location, &chat));
    TRY(demo_settle(b->demo));
    TRY(encode(a, str_c(k->asks_person), &text));
    TRY(str_fmt(a, &form, "text=%.*s", STR_ARG(text)));
    TRY(str_fmt(a, &path, "%.*s/say", STR_ARG(chat)));
    TRY(demo_post(b, a, path, form, &answer));
    TRY(str_fmt(a, &path, "%.*s/person", STR_ARG(chat)));
    TRY(demo_post(b, a, path, S("x=1"), &answer));
    TRY(demo_settle(b->demo));
    return k->answerer == NULL ? NULL : answer_from_console(b->demo, a, k, chat);
}

const struct err *demo_talk(struct demo *d, struct arena *a, size_t index)
{
    const struct demo_talk *k = &demo_talks[index];
    struct demo_browser b = {
        .demo = d, .agent = phone, .language = k->shop == 2 ? "zh-CN,zh;q=0.9" : "en-GB,en;q=0.8"};
    struct demo_answer answer;
    str arrival;
    TRY(str_fmt(a, &arrival, "/l/%.*s", STR_ARG(d->shops[k->shop].link_codes[k->pool])));
    TRY(demo_get(&b, a, arrival, &answer));
    TRY(demo_sign_in(&b, demo_person_id(d, k->who)));
    return k->says == NULL ? walk(&b, a, demo_person_of(k->who)) : ask(&b, a, k);
}
