/* HTML of strangers (imported descriptions, mails) -> html_safe.
 *
 * Parsed by gumbo as a browser would and written anew, so nothing of the input's markup survives by
 * accident: p br strong em b i u s ul ol li h2 h3 h4 blockquote a table thead tbody tr td th stay
 * (h1 becomes h2, h5 and h6 become h4, div and section become p); a keeps an
 * href that url_check passes, with rel="nofollow noopener"; every other attribute goes; other
 * elements go and their text stays, except script, style, svg, math, iframe, template and the like,
 * which go with all they hold. Sanitising the result again gives the same bytes.
 *
 * Not its duty: images (feature media takes those out before). Threads: pure.
 */
#ifndef CORE_SANITIZE_H
#define CORE_SANITIZE_H

#include "http/html.h"

/* LIMIT beyond 128 KiB or 10,000 tags of input or 512 KiB of output. Tags nested deeper than 64 go,
 * their text stays. */
const struct err *sanitize_html(struct arena *a, str dirty, struct html_safe *ret) MUST_CHECK;
/* The text alone, one blank for each run of blanks: for search, previews, plain mails. Same limits.
 */
const struct err *sanitize_to_text(struct arena *a, str dirty, str *ret) MUST_CHECK;
/* A plain text as markup: escaped, blank lines become paragraphs, single line breaks <br>,
 * lines that begin with "- " a list. */
const struct err *sanitize_plain(struct arena *a, str text, struct html_safe *ret) MUST_CHECK;
/* Sanitised markup back to the plain text it was made of, for editing; *ret_is_plain false when it
 * is more than that (then *ret is of no use). */
const struct err *sanitize_plain_undo(struct arena *a, struct html_safe markup, str *ret,
                                      bool *ret_is_plain) MUST_CHECK;

#endif
