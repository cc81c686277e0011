/* Messages of conversations that live elsewhere: brought to their channel by a job, in order, one
 * at a time.
 *
 * One job per conversation waits at a time (its key is the conversation); a lease on the
 * conversation keeps two threads from sending side by side. A refusal by the channel marks the
 * message failed, visibly, and the next one goes on; a channel that cannot be reached is tried
 * again with the job's back-off, so later messages wait. The lease ends before the job's own, so
 * that the attempt after a crash finds it free. At least once: a process that dies between sending
 * and noting sends that message again.
 */
#include "catalog/catalog.h"
#include "chat/chat_part.h"
#include "chat/chat_sql.h"

enum { LEASE_MS = 45 * 1000, RETRY_AFTER_MAX_S = 3600, NOTE_BYTES_MAX = 100 };

const struct err *chat_deliver_later(struct turn *t, const struct conversation *c, int64_t at_ms)
{
    struct id_text key = id_format(c->id.v);
    return job_enqueue(t, &(struct job_request){.kind = "chat.deliver",
                                                .shop_id = c->shop_id,
                                                .key = id_str(&key),
                                                .payload = S(""),
                                                .run_at_ms = at_ms});
}

struct delivery {
    struct shop_id shop;
    struct conversation_id id;
    struct conversation conversation;
    bool is_mine, has_message;
    struct chat_deliver_next_row message;
    struct chat_buttons_of_row *buttons;
    size_t button_count;
    /* how it went */
    enum chat_delivery outcome; /* WAITING: try again later */
    str note;
    int64_t next_ms;
};

static const struct err *claim(struct turn *t, void *arg)
{
    struct delivery *d = arg;
    int64_t hit;
    d->has_message = false;
    TRY(chat_deliver_claim(t->tx, t->arena, d->shop, d->id, t->now_ms, t->now_ms + LEASE_MS, &hit));
    d->is_mine = hit != 0;
    if (!d->is_mine)
        return NULL;
    TRY(chat_conversation(t->tx, t->arena, d->shop, d->id, &d->conversation));
    TRY(chat_deliver_next(t->tx, t->arena, d->shop, d->id, &d->message, &d->has_message));
    if (!d->has_message)
        return chat_deliver_release(t->tx, t->arena, d->shop, d->id);
    return chat_buttons_of(t->tx, t->arena, d->shop, d->message.id, CHAT_BUTTONS_MAX, &d->buttons,
                           &d->button_count);
}

static const struct err *note(struct turn *t, void *arg)
{
    struct delivery *d = arg;
    struct chat_deliver_next_row next;
    bool is_more;
    int64_t marked;
    TRY(chat_deliver_release(t->tx, t->arena, d->shop, d->id));
    if (d->outcome != CHAT_DELIVERY_WAITING)
        TRY(chat_deliver_mark(t->tx, t->arena, d->shop, d->message.id, d->outcome, d->note,
                              &marked));
    if (d->outcome == CHAT_DELIVERY_FAILED)
        TRY(event_emit(t, &(struct event){.kind = "chat.undelivered",
                                          .version = 1,
                                          .shop_id = d->shop,
                                          .subject_id = d->id.v,
                                          .object_id = d->message.id.v}));
    TRY(chat_deliver_next(t->tx, t->arena, d->shop, d->id, &next, &is_more));
    return is_more && d->next_ms != 0 ? chat_deliver_later(t, &d->conversation, d->next_ms) : NULL;
}

/* The picture of a card or a photo, for channels that show pictures. */
static const struct err *read_picture(struct job_run *run, struct tx *tx, const struct photo *photo,
                                      struct channel_message_out *out)
{
    if (photo->id.v == 0 || photo->state != MEDIA_READY)
        return NULL;
    TRY(media_photo_file(run->platform, tx, run->arena, photo->id.v, &out->image_path));
    return str_fmt(run->arena, &out->image_url, "%.*s%.*s", STR_ARG(run->platform->base_url),
                   STR_ARG(photo->url_large.url));
}

/* Words, and what a card or a photo would have shown: its title and address, and the picture
 * itself. */
static const struct err *read_words(struct job_run *run, struct tx *tx, const struct delivery *d,
                                    struct channel_message_out *out)
{
    struct product_card card = {0};
    struct photo photo = {0};
    str base = run->platform->base_url, body = d->message.body,
        gap = body.len == 0 ? S("") : S("\n\n");
    out->text = out->caption = body;
    if (d->message.product_id != 0)
        TRY(catalog_cards(tx, run->arena, &d->message.product_id, 1, &card));
    else if (d->message.media_id != 0)
        TRY(media_photo(tx, run->arena, d->message.media_id, &photo));
    if (card.id.v != 0) {
        TRY(str_fmt(run->arena, &out->text, "%.*s%.*s%.*s\n%.*s/s/%.*s/p/%.*s", STR_ARG(body),
                    STR_ARG(gap), STR_ARG(card.title), STR_ARG(base), STR_ARG(card.shop_handle),
                    STR_ARG(card.handle)));
        out->caption = out->text;
        return read_picture(run, tx, &card.photo, out);
    }
    TRY(read_picture(run, tx, &photo, out));
    if (str_is_absent(out->image_url))
        return NULL;
    return str_fmt(run->arena, &out->text, "%.*s%.*s%.*s", STR_ARG(body), STR_ARG(gap),
                   STR_ARG(out->image_url));
}

static const struct err *words(struct job_run *run, const struct delivery *d,
                               struct channel_message_out *out)
{
    struct tx *tx = NULL;
    TRY(db_read_begin(run->platform->db, run->arena, &tx));
    const struct err *e = read_words(run, tx, d, out);
    db_read_end(tx);
    return e;
}

static const struct err *send_out(struct job_run *run, struct delivery *d,
                                  const struct channel *channel)
{
    struct channel_button *buttons;
    struct channel_message_out out = {.shop_id = d->shop, .message_id = d->message.id.v,
                                      .user_id = d->conversation.channel_user_id};
    size_t count = 0;
    str ref = S("");
    TRY_NEW_ARRAY(run->arena, buttons, d->button_count);
    for (size_t i = 0; i < d->button_count; i++) {
        buttons[count] =
            (struct channel_button){.label = d->buttons[i].label, .token = d->buttons[i].token};
        if (!str_is_absent(d->buttons[i].url) && str_starts(d->buttons[i].url, S("/")))
            TRY(str_fmt(run->arena, &buttons[count].url, "%.*s%.*s",
                        STR_ARG(run->platform->base_url), STR_ARG(d->buttons[i].url)));
        else
            buttons[count].url = d->buttons[i].url;
        count++;
    }
    TRY(words(run, d, &out));
    out.buttons = buttons;
    out.button_count = count;
    TRY(channel->send(run->platform, run->arena, &out, &ref));
    d->note = str_sub(str_is_absent(ref) ? S("") : ref, 0, NOTE_BYTES_MAX);
    return NULL;
}

/* A channel that asks to wait says for how long: that is no failed attempt. */
static bool asks_to_wait(const struct err *e, int64_t *ret_s)
{
    return e->kind == ERR_LIMIT && str_eq(str_c(e->key), S("channel.wait")) &&
           str_to_int(e->args[0], ret_s) && *ret_s >= 1 && *ret_s <= RETRY_AFTER_MAX_S;
}

const struct err *chat_deliver_run(struct job_run *run)
{
    struct delivery d = {.shop = run->shop_id, .note = S("")};
    int64_t wait_s = 0;
    if (!id_parse(run->key, &d.id.v))
        return ERR(run->arena, ERR_BUG, "error.bug", "chat.deliver for %.*s", STR_ARG(run->key));
    TRY(turn_run(run->platform, run->arena, (struct account_id){0}, claim, &d));
    if (!d.is_mine || !d.has_message)
        return NULL;
    const struct channel *channel = channel_find(run->platform, d.conversation.channel);
    const struct err *e = channel == NULL ? ERR(run->arena, ERR_NOT_FOUND, "chat.no_channel",
                                                "%.*s", STR_ARG(d.conversation.channel))
                                          : send_out(run, &d, channel);
    int64_t now_ms = clock_now_ms(run->platform->clock);
    bool is_over =
        e == NULL || !err_policy_of(e->kind)->job_retries || run->attempt >= CHAT_DELIVER_ATTEMPTS;
    if (e == NULL) {
        d.outcome = CHAT_DELIVERY_SENT;
        d.next_ms = now_ms + channel->pace_ms;
    } else if (asks_to_wait(e, &wait_s)) {
        d.outcome = CHAT_DELIVERY_WAITING;
        d.next_ms = now_ms + wait_s * 1000;
    } else {
        d.outcome = is_over ? CHAT_DELIVERY_FAILED : CHAT_DELIVERY_WAITING;
        d.note = is_over ? str_c(e->key) : S("");
        d.next_ms = is_over ? now_ms + 1 : 0;
    }
    TRY(turn_run(run->platform, run->arena, (struct account_id){0}, note, &d));
    return is_over || wait_s > 0 ? NULL : e;
}
