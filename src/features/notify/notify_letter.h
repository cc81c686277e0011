/* Rendering a letter; shared inside this folder and with its template. */
#ifndef NOTIFY_NOTIFY_LETTER_H
#define NOTIFY_NOTIFY_LETTER_H

#include "notify/notify.h"

/* Both bodies of the mail; the button's path gets the base URL of the platform. */
const struct err *notify_letter_render(struct platform *p, struct arena *a,
                                       const struct notify_letter *letter, str *ret_text,
                                       str *ret_html) MUST_CHECK;

#endif
