/* Draws a business paper (invoice, proforma, credit note) as PDF: A4 pages, from a description in
 * lines of text; src/sys/paperbox.h has the words. The same lines give the same bytes: the PDF
 * carries the date it is told, none of its making. Characters that the first font lacks are drawn
 * in the next one that has them. Not its duty: what stands on the paper. Threads: one.
 */
#ifndef MEDIA_PAPER_DRAW_H
#define MEDIA_PAPER_DRAW_H

#include "base/str.h"

/* Writes to descriptor 1. NULL, or what went wrong: "broken" for a line that is none. */
const char *paper_draw(str text);

#endif
