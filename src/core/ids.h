/* Ids that core itself needs: who acts, for which shop. Every feature declares its own in its
 * header.
 */
#ifndef CORE_IDS_H
#define CORE_IDS_H

#include "base/id.h"

ID_TYPE(account);
ID_TYPE(shop);
ID_TYPE(session);
ID_TYPE(
    visitor); /* a browser, by first-party cookie; made by feature pool, carried by every request */

#endif
