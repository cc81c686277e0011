/* QR codes: as SVG for pages and print, as half blocks for the terminal. Error correction M, quiet
 * zone of 4 modules. LIMIT (qr.too_long) beyond what a code can hold (2331 bytes).
 */
#ifndef SYS_QR_H
#define SYS_QR_H

#include "base/strbuf.h"

/* An <svg> element with viewBox and without size: black on white, whatever the page's colours. */
const struct err *qr_svg(struct arena *a, str text, str *ret) MUST_CHECK;
/* Lines of UTF-8 blocks with colours set, so that it scans on dark and light terminals. */
const struct err *qr_terminal(struct arena *a, str text, str *ret) MUST_CHECK;

#endif
