/* What the page of one's own photos shows.
 */
#ifndef MEDIA_MEDIA_VIEW_H
#define MEDIA_MEDIA_VIEW_H

#include "media/media.h"
#include "web/page.h"

struct media_view {
    struct page page;
    struct photo *photos;
    str *reasons;             /* text keys; absent unless refused */
    size_t count;
    int64_t waiting;          /* how many of them are being prepared */
    struct url_safe next;
};

#endif
