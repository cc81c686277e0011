/* What comes from PostgreSQL: binary fields as values (integers of any width, NUMERIC from SUM,
 * booleans from comparisons), and errors in our words, alike those of SQLite.
 */
#include <string.h>

#include "db/db_pg.h"

enum db_type pg_type_of(Oid oid)
{
    switch (oid) {
    case PG_BOOL:
    case PG_INT2:
    case PG_INT4:
    case PG_INT8:
    case PG_NUMERIC:
        return DB_INT;
    case PG_TEXT:
    case PG_VARCHAR:
    case PG_BPCHAR:
    case PG_NAME:
        return DB_TEXT;
    case PG_BYTEA:
        return DB_BYTES;
    default:
        return DB_NULL;
    }
}

static int64_t big_endian(const unsigned char *bytes, int count)
{
    uint64_t value = bytes[0] >= 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < count; i++)
        value = value << 8 | bytes[i];
    return (int64_t)value;
}

/* NUMERIC: digits in base 10000, the first of them worth 10000^weight. False if it is no int64. */
static bool decode_numeric(const unsigned char *bytes, int length, int64_t *ret)
{
    if (length < 8)
        return false;
    int64_t count = big_endian(bytes, 2), weight = big_endian(bytes + 2, 2), value = 0;
    bool is_negative = bytes[4] == 0x40;
    if ((bytes[4] & 0x80) != 0 || length < 8 + 2 * count)
        return false; /* NaN or infinite */
    for (int64_t i = 0; i <= weight || i < count; i++) {
        int64_t digit = i < count ? big_endian(bytes + 8 + 2 * i, 2) : 0;
        if (i > weight && digit != 0)
            return false; /* a fraction */
        if (i <= weight && (__builtin_mul_overflow(value, 10000, &value) ||
                            __builtin_sub_overflow(value, digit, &value)))
            return false;
    }
    /* Summed downwards, because the lowest int64 has no positive twin. */
    *ret = value;
    return is_negative || !__builtin_sub_overflow(0, value, ret);
}

const struct err *pg_decode(struct arena *a, const struct db_query *query, const PGresult *result,
                            int row, int column, struct db_value *ret)
{
    const unsigned char *bytes = (const unsigned char *)PQgetvalue(result, row, column);
    int length = PQgetlength(result, row, column);
    Oid oid = PQftype(result, column);
    *ret = (struct db_value){.type = DB_NULL};
    if (PQgetisnull(result, row, column))
        return NULL;
    ret->type = pg_type_of(oid);
    switch (ret->type) {
    case DB_TEXT:
    case DB_BYTES:
        ret->text = (str){(const char *)bytes, (size_t)length};
        return NULL;
    case DB_INT:
        if (oid != PG_NUMERIC)
            ret->integer = big_endian(bytes, length);
        else if (!decode_numeric(bytes, length, &ret->integer))
            return ERR(a, ERR_BUG, "db.wrong_type", "%s (%s): column %d is no 64-bit integer",
                       query->name, query->origin, column + 1);
        return NULL;
    case DB_NULL:
        break;
    }
    return ERR(a, ERR_BUG, "db.wrong_type", "%s (%s): column %d has PostgreSQL type %u",
               query->name, query->origin, column + 1, oid);
}

static str field_of(const PGresult *result, int code)
{
    return str_c(PQresultErrorField(result, code));
}

/* "Key (shop_id, number)=(1, 7) already exists." -> "orders(shop_id, number)". */
static str unique_detail(struct arena *a, const PGresult *result)
{
    str text = field_of(result, PG_DIAG_MESSAGE_DETAIL),
        table = field_of(result, PG_DIAG_TABLE_NAME);
    str name = field_of(result, PG_DIAG_CONSTRAINT_NAME), detail;
    ptrdiff_t open = str_find_char(text, '('), close = str_find(text, S(")=("));
    const struct err *e;
    if (open >= 0 && close > open) {
        str columns = str_sub(text, (size_t)open + 1, (size_t)(close - open) - 1);
        bool is_plain = str_find_char(columns, '(') < 0 && str_find(columns, S("::")) < 0;
        e = is_plain ? str_fmt(a, &detail, "%.*s(%.*s)", STR_ARG(table), STR_ARG(columns))
                     : str_fmt(a, &detail, "index '%.*s'", STR_ARG(name));
    } else {
        e = str_fmt(a, &detail, "%.*s: %.*s", STR_ARG(table), STR_ARG(name));
    }
    return e == NULL ? detail : S("");
}

static const struct {
    const char *state; /* beginning of the SQLSTATE */
    enum err_kind kind;
    const char *key;
} states[] = {
    {"23514", ERR_CONFLICT, "db.check"},          {"23503", ERR_CONFLICT, "db.foreign_key"},
    {"23001", ERR_CONFLICT, "db.foreign_key"},    {"23", ERR_BUG, "db.constraint"},
    {"22021", ERR_INVALID, "error.bad_text"},     {"40001", ERR_UNAVAILABLE, "db.busy"},
    {"40P01", ERR_UNAVAILABLE, "db.busy"},        {"55P03", ERR_UNAVAILABLE, "db.busy"},
    {"57014", ERR_UNAVAILABLE, "db.busy"},        {"53100", ERR_UNAVAILABLE, "db.disk_full"},
    {"53200", ERR_UNAVAILABLE, "db.no_memory"},   {"53", ERR_UNAVAILABLE, "db.busy"},
    {"25006", ERR_BUG, "db.write_on_snapshot"},   {"08", ERR_UNAVAILABLE, "db.lost"},
    {"57P", ERR_UNAVAILABLE, "db.lost"},          {"58", ERR_UNAVAILABLE, "db.io"},
    {"XX", ERR_UNAVAILABLE, "db.corrupt"},
};

void pg_note_loss(struct pg_conn *conn, const PGresult *result)
{
    str severity = result == NULL ? STR_NONE : field_of(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    /* After FATAL the server hangs up, which libpq may notice only at the next call. */
    if (PQstatus(conn->handle) == CONNECTION_BAD || str_eq(severity, S("FATAL")) ||
        str_eq(severity, S("PANIC")))
        conn->is_lost = true;
}

const struct err *pg_error(struct pg_conn *conn, struct arena *a, const PGresult *result,
                           const char *what)
{
    str state = result == NULL ? STR_NONE : field_of(result, PG_DIAG_SQLSTATE);
    str message = str_trim(str_c(result == NULL ? PQerrorMessage(conn->handle)
                                                : PQresultErrorMessage(result)));
    pg_note_loss(conn, result);
    conn->may_retry = str_eq(state, S("40001")) || str_eq(state, S("40P01"));
    if (str_eq(state, S("23505")))
        return ERR(a, ERR_CONFLICT, "db.unique", "%.*s", STR_ARG(unique_detail(a, result)));
    for (size_t i = 0; i < COUNT(states) && !str_is_empty(state); i++)
        if (str_starts(state, str_c(states[i].state)))
            return ERR(a, states[i].kind, states[i].key, "%s: %.*s", what, STR_ARG(message));
    if (conn->is_lost)
        return ERR(a, ERR_UNAVAILABLE, "db.lost", "%s: %.*s", what, STR_ARG(message));
    return ERR(a, ERR_BUG, "db.bug", "%s: %.*s (%.*s)", what, STR_ARG(message), STR_ARG(state));
}
