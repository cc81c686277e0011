/* Inside feature tax: handlers. Not for other features. */
#ifndef TAX_TAX_PART_H
#define TAX_TAX_PART_H

#include "tax/tax_view.h"

const struct err *tax_page(struct web *w) MUST_CHECK;
const struct err *tax_page_save(struct web *w) MUST_CHECK;
const struct err *tax_api_show(struct web *w) MUST_CHECK;
/* millpond import duties FILE */
const struct err *tax_duty_import(struct command_args *args) MUST_CHECK;
const struct err *tax_api_save(struct web *w) MUST_CHECK;

#endif
