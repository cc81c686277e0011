/* What a merchant does with customers: joins them, takes that back, calls them different, records
 * consent. The same handlers serve forms (back to the page) and the API (204). */
#include "contact/contact_view.h"

struct act {
    struct shop_id shop_id;
    struct contact_id contact, other;
    int64_t merge_id;
    bool says_yes;
};

static const struct err *begin(struct web *w, struct act *ret)
{
    struct contact contact;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(contact_of_path(w, tx, &contact));
    *ret = (struct act){.shop_id = w->shop_id, .contact = contact.id};
    return NULL;
}

static const struct err *answer(struct web *w, struct contact_id contact, const char *flash_key)
{
    struct id_text id = id_format(contact.v);
    if (w->is_api) {
        http_response_body(w->rs, 204, NULL, S(""));
        return NULL;
    }
    TRY(web_flash(w, flash_key));
    return web_redirect(w, "/console/%.*s/customers/%s", STR_ARG(w->shop_handle), id.text);
}

static const struct err *join_turn(struct turn *t, void *arg)
{
    const struct act *x = arg;
    return identity_merge(t, x->shop_id, x->other, x->contact, "the merchant joined them");
}

const struct err *contact_join(struct web *w)
{
    struct act x;
    struct contact other;
    struct tx *tx;
    TRY(begin(w, &x));
    TRY(web_id(w, "other", &x.other.v));
    TRY(web_read(w, &tx));
    TRY(identity_contact(tx, w->arena, w->shop_id, x.other, &other));
    x.other = other.id;
    if (x.other.v == x.contact.v)
        return err_with_field(w->arena, ERR(w->arena, ERR_CONFLICT, "contact.same", "already one"),
                              "other");
    TRY(web_write(w, join_turn, &x));
    return answer(w, x.contact, "contact.joined");
}

static const struct err *differ_turn(struct turn *t, void *arg)
{
    const struct act *x = arg;
    return identity_suggestion_refuse(t, x->shop_id, x->contact, x->other);
}

const struct err *contact_differ(struct web *w)
{
    struct act x;
    TRY(begin(w, &x));
    TRY(web_id(w, "other", &x.other.v));
    TRY(web_write(w, differ_turn, &x));
    return answer(w, x.contact, "contact.differ.done");
}

static const struct err *unjoin_turn(struct turn *t, void *arg)
{
    const struct act *x = arg;
    return identity_merge_undo(t, x->shop_id, x->merge_id);
}

const struct err *contact_unjoin(struct web *w)
{
    struct act x;
    TRY(begin(w, &x));
    TRY(web_param_id(w, 2, &x.merge_id));
    TRY(web_write(w, unjoin_turn, &x));
    return answer(w, x.contact, "contact.unjoined");
}

static const struct err *consent_turn(struct turn *t, void *arg)
{
    const struct act *x = arg;
    return identity_consent_set(t, x->shop_id, x->contact, x->says_yes,
                                "the merchant wrote it down");
}

const struct err *contact_consent(struct web *w)
{
    struct act x;
    str says;
    TRY(begin(w, &x));
    TRY(web_text(w, "news", 2, 3, &says));
    if (!str_eq(says, S("yes")) && !str_eq(says, S("no")))
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "error.field_choice", "yes or no"), "news");
    x.says_yes = str_eq(says, S("yes"));
    TRY(web_write(w, consent_turn, &x));
    return answer(w, x.contact, "contact.consent.saved");
}
