/* signin: how a person gets in and looks after her own account: guest, sign up, log in, the link in
 * a mail, reset of a password, sessions, profile, language. Pages and API around feature account,
 * and its letters.
 *
 * Other features ask nothing of it: they put account_welcome_path into their mails, and this folder
 * answers it.
 */
#ifndef SIGNIN_SIGNIN_H
#define SIGNIN_SIGNIN_H

#include "core/feature.h"

extern const struct feature signin_feature;

#endif
