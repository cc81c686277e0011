/* The parent's side of `millpond-media --paper`: a business paper as lines of text goes in, a PDF
 * comes out. It is drawn in that program's sandbox, because fonts and shaping look at strangers'
 * words. The same lines give the same bytes.
 *
 * Lines end in '\n', their words are parted by '\t'; paperbox_add makes one of any text. First what
 * is known of the whole paper:
 *   language LANG · date YYYY-MM-DD · title TEXT · foot TEXT · fact LABEL VALUE
 *   from LABEL · from_line TEXT · to LABEL · to_line TEXT · head A B C D
 * then, in their order: row A B C D · note TEXT (below the row) · sum LABEL VALUE ·
 *   total LABEL VALUE · gap · term LABEL VALUE
 */
#ifndef SYS_PAPERBOX_H
#define SYS_PAPERBOX_H

#include "base/strbuf.h"

enum { PAPERBOX_TIMEOUT_MS = 20000, PAPERBOX_TEXT_MAX = 1024 * 1024 };

/* One line: `count` words. Tabs, line ends and other control characters within become blanks. */
void paperbox_add(struct strbuf *out, const char *word, const str *words, size_t count);

/* `program` is the path of millpond-media. UNAVAILABLE "paper.trouble". Threads: any; blocks. Never
 * inside a transaction. */
const struct err *paperbox_run(struct arena *a, const char *program, str lines,
                               str *ret_pdf) MUST_CHECK;

#endif
