/* The cookies of the house: session (`mp`, over https `__Host-mp`), visitor (`mpv`), notice
 * (`mpf`), language (`mpl`), currency (`mpc`). All are host-only, path "/", SameSite=Lax. Used by
 * the edge only.
 */
#ifndef CORE_WEB_COOKIE_H
#define CORE_WEB_COOKIE_H

#include "core/web.h"

/* Sets w->viewer from the session cookie or, for the API, the bearer token; and w->visitor_id.
 * w->is_bearer: the session came by Authorization, so that CSRF does not apply. DENIED
 * "error.sign_in" for a bearer token that is no session. */
const struct err *web_load_viewer(struct web *w) MUST_CHECK;
/* The second part alone: no store is asked. */
void web_load_visitor(struct web *w);
/* Whether the request tells who asks, truly or not; whether a notice waits. */
bool web_has_session(const struct web *w);
bool web_has_flash(const struct web *w);
str web_theme_choice(const struct web *w);      /* what becomes w->theme */
str web_language_choice(const struct web *w);   /* cookie, or absent */
str web_currency_choice(const struct web *w);   /* cookie: three capitals, or absent */
const struct err *web_set_currency(struct web *w, str code) MUST_CHECK;
const struct err *web_set_language(struct web *w, str code) MUST_CHECK;

#endif
