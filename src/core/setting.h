/* Settings: one table for the server (shop v == 0) and for shops. A key must stand in a feature's
 * `settings`; its type, range and default come from there. Secrets are sealed in the store and are
 * given out only by setting_text. There is no other flag mechanism.
 */
#ifndef CORE_SETTING_H
#define CORE_SETTING_H

#include "core/platform.h"

struct setting_def;

/* NULL when no feature declares the key. */
const struct setting_def *setting_find(const struct platform *p, const char *key);

/* What the operator gave on the command line or by MILLPOND_<KEY> (server settings;
 * platform.setting_given), else the stored value, else the default. BUG for an undeclared key,
 * another type, or the wrong scope. A text without default is absent until set. setting_text serves
 * TEXT and SECRET. */
const struct err *setting_text(struct tx *tx, struct arena *a, const struct platform *p,
                               struct shop_id shop_id, const char *key, str *ret) MUST_CHECK;
const struct err *setting_int(struct tx *tx, struct arena *a, const struct platform *p,
                              struct shop_id shop_id, const char *key, int64_t *ret) MUST_CHECK;
const struct err *setting_bool(struct tx *tx, struct arena *a, const struct platform *p,
                               struct shop_id shop_id, const char *key, bool *ret) MUST_CHECK;

/* Value as text: "true"/"false", decimal digits, or the text. INVALID (field = key) out of range.
 * Absent resets to the default. Writes an audit row without the value. */
const struct err *setting_set(struct turn *t, struct shop_id shop_id, const char *key,
                              str value) MUST_CHECK;

#endif
