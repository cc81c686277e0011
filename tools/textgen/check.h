/* What the catalogues of the two languages must agree on: the same keys (plural forms apart:
 * English has .one and .other, Chinese .other) with the same placeholders. And that Chinese says
 * "you" in one way to shoppers and merchants alike: 你.
 */
#ifndef TEXTGEN_CHECK_H
#define TEXTGEN_CHECK_H

#include "base/strbuf.h"
#include "base/textfile.h"

/* Appends "file:line: key complaint" lines; returns how many. Both tables are sorted. */
int check_languages(const struct text_table *en, const struct text_table *zh, struct strbuf *out);

#endif
