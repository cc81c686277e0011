/* PostgreSQL: this commit only refuses it by name; the engine follows in its own commit. */
#include "db/db_engine.h"

const struct err *db_pg_open(struct arena *a, const struct db_config *config, struct db **ret)
{
    (void)config;
    (void)ret;
    return ERR(a, ERR_UNAVAILABLE, "db.cannot_open", "this build has no PostgreSQL engine");
}
