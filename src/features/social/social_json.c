/* Posts and comments as the API shows them. */
#include "social/social_json.h"

static void write_person(struct json *j, const char *key, struct account_id id, str name,
                         str handle)
{
    json_key(j, str_c(key));
    json_object_begin(j);
    json_put_id(j, "id", id.v);
    json_put_str(j, "name", name);
    json_put_str(j, "handle", handle);
    json_object_end(j);
}

static void write_tag(struct json *j, const struct post_tag *tag)
{
    json_object_begin(j);
    json_put_id(j, "product_id", tag->product.id.v);
    json_put_str(j, "title", tag->product.title);
    json_put_str(j, "shop", tag->product.shop_handle);
    json_put_str(j, "handle", tag->product.handle);
    json_key(j, S("price"));
    json_money(j, tag->product.price_from);
    if (tag->x_permille >= 0) {
        json_put_int(j, "photo", tag->photo_index);
        json_put_int(j, "x_permille", tag->x_permille);
        json_put_int(j, "y_permille", tag->y_permille);
    }
    json_object_end(j);
}

void social_json_post(struct json *j, const struct post *p)
{
    json_object_begin(j);
    json_put_id(j, "id", p->id.v);
    write_person(j, "author", p->author_id, p->author_name, p->author_handle);
    json_key(j, S("shop"));
    if (p->shop_id.v != 0) {
        json_object_begin(j);
        json_put_id(j, "id", p->shop_id.v);
        json_put_str(j, "name", p->shop_name);
        json_put_str(j, "handle", p->shop_handle);
        json_object_end(j);
    } else {
        json_none(j);
    }
    json_put_str(j, "text", p->text);
    json_key(j, S("photos"));
    json_array_begin(j);
    for (size_t i = 0; i < p->photo_count; i++)
        media_write_json(j, &p->photos[i]);
    json_array_end(j);
    json_key(j, S("products"));
    json_array_begin(j);
    for (size_t i = 0; i < p->tag_count; i++)
        write_tag(j, &p->tags[i]);
    json_array_end(j);
    json_put_int(j, "like_count", p->like_count);
    json_put_int(j, "comment_count", p->comment_count);
    json_put_int(j, "share_count", p->share_count);
    json_key(j, S("liked"));
    json_bool(j, p->liked_by_viewer);
    json_key(j, S("created_at"));
    json_time(j, p->created_ms);
    json_object_end(j);
}

void social_json_comment(struct json *j, const struct comment *c)
{
    json_object_begin(j);
    json_put_id(j, "id", c->id.v);
    json_put_id(j, "post_id", c->post_id.v);
    write_person(j, "author", c->author_id, c->author_name, c->author_handle);
    json_put_str(j, "text", c->text);
    json_key(j, S("created_at"));
    json_time(j, c->created_ms);
    json_object_end(j);
}
