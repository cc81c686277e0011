/* Posts and comments as the API shows them, and members of the usual kinds. */
#ifndef SOCIAL_SOCIAL_JSON_H
#define SOCIAL_SOCIAL_JSON_H

#include "base/json.h"
#include "social/social.h"

void social_json_str(struct json *j, const char *key, str value);
void social_json_id(struct json *j, const char *key, int64_t id);
void social_json_int(struct json *j, const char *key, int64_t n);
void social_json_post(struct json *j, const struct post *p);
void social_json_comment(struct json *j, const struct comment *c);

#endif
