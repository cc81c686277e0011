/* Posts and comments as the API shows them. */
#ifndef SOCIAL_SOCIAL_JSON_H
#define SOCIAL_SOCIAL_JSON_H

#include "base/json.h"
#include "social/social.h"

void social_json_post(struct json *j, const struct post *p);
void social_json_comment(struct json *j, const struct comment *c);

#endif
