/* Posts and comments as the API shows them. */
#include "social/social_json.h"

void social_json_str(struct json *j, const char *key, str value)
{
    json_key(j, str_c(key));
    json_str(j, value);
}

void social_json_id(struct json *j, const char *key, int64_t id)
{
    json_key(j, str_c(key));
    json_id(j, id);
}

void social_json_int(struct json *j, const char *key, int64_t n)
{
    json_key(j, str_c(key));
    json_int(j, n);
}

static void write_person(struct json *j, const char *key, struct account_id id, str name,
                         str handle)
{
    json_key(j, str_c(key));
    json_object_begin(j);
    social_json_id(j, "id", id.v);
    social_json_str(j, "name", name);
    social_json_str(j, "handle", handle);
    json_object_end(j);
}

static void write_tag(struct json *j, const struct post_tag *tag)
{
    json_object_begin(j);
    social_json_id(j, "product_id", tag->product.id.v);
    social_json_str(j, "title", tag->product.title);
    social_json_str(j, "shop", tag->product.shop_handle);
    social_json_str(j, "handle", tag->product.handle);
    json_key(j, S("price"));
    json_money(j, tag->product.price_from);
    if (tag->x_permille >= 0) {
        social_json_int(j, "photo", tag->photo_index);
        social_json_int(j, "x_permille", tag->x_permille);
        social_json_int(j, "y_permille", tag->y_permille);
    }
    json_object_end(j);
}

void social_json_post(struct json *j, const struct post *p)
{
    json_object_begin(j);
    social_json_id(j, "id", p->id.v);
    write_person(j, "author", p->author_id, p->author_name, p->author_handle);
    json_key(j, S("shop"));
    if (p->shop_id.v != 0) {
        json_object_begin(j);
        social_json_id(j, "id", p->shop_id.v);
        social_json_str(j, "name", p->shop_name);
        social_json_str(j, "handle", p->shop_handle);
        json_object_end(j);
    } else {
        json_none(j);
    }
    social_json_str(j, "text", p->text);
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
    social_json_int(j, "like_count", p->like_count);
    social_json_int(j, "comment_count", p->comment_count);
    social_json_int(j, "share_count", p->share_count);
    json_key(j, S("liked"));
    json_bool(j, p->liked_by_viewer);
    json_key(j, S("created_at"));
    json_time(j, p->created_ms);
    json_object_end(j);
}

void social_json_comment(struct json *j, const struct comment *c)
{
    json_object_begin(j);
    social_json_id(j, "id", c->id.v);
    social_json_id(j, "post_id", c->post_id.v);
    write_person(j, "author", c->author_id, c->author_name, c->author_handle);
    social_json_str(j, "text", c->text);
    json_key(j, S("created_at"));
    json_time(j, c->created_ms);
    json_object_end(j);
}
