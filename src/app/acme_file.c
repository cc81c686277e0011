/* The files of ACME: what is made ready before the server starts. See acme.h. */
#include <string.h>

#include "app/acme.h"
#include "app/acme_part.h"
#include "base/strbuf.h"
#include "base/timefmt.h"
#include "sys/file.h"

enum { NAME_MAX_BYTES = 253 };

static bool is_host_name(str name)
{
    if (name.len == 0 || name.len > NAME_MAX_BYTES || str_find_char(name, '.') < 1)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'))
            return false;
    }
    return true;
}

const struct err *acme_names(struct arena *a, const struct config *config, str *ret,
                             size_t *ret_count)
{
    str rest = str_c(config->domain);
    *ret_count = 0;
    while (!str_is_absent(rest)) {
        str name = str_trim(str_cut(&rest, ','));
        if (!is_host_name(name) || *ret_count == ACME_NAMES_MAX)
            return err_with_arg(a, ERR(a, ERR_INVALID, "app.acme_domain", "%.*s", STR_ARG(name)),
                                name);
        ret[(*ret_count)++] = name;
    }
    return *ret_count > 0 ? NULL
                          : err_with_arg(a, ERR(a, ERR_INVALID, "app.acme_domain", "none"), S(""));
}

const struct err *acme_key(struct arena *a, const char *path, struct es256_key **ret)
{
    str pem = STR_NONE;
    const struct err *e = file_read(a, path, ACME_FILE_MAX, &pem);
    if (e == NULL)
        return es256_from_pem(a, pem, ret);
    if (e->kind != ERR_NOT_FOUND)
        return e;
    TRY(es256_new(a, ret));
    e = es256_pem(a, *ret, &pem);
    if (e == NULL)
        e = file_write(a, path, pem, 0600);
    if (e != NULL)
        es256_free(*ret);
    return e;
}

const struct err *acme_keep(struct arena *a, const char *path, const struct es256_key *key,
                            str chain)
{
    str pem = STR_NONE, both = STR_NONE;
    TRY(es256_pem(a, key, &pem));
    TRY(str_fmt(a, &both, "%.*s%.*s", STR_ARG(pem), STR_ARG(chain)));
    return file_write(a, path, both, 0600);
}

bool acme_fits(struct arena *a, str pem, const str *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!certificate_is_for(a, pem, names[i]))
            return false;
    return true;
}

static const struct err *make_own(struct arena *a, const char *path, str name)
{
    struct es256_key *key = NULL;
    str chain = STR_NONE;
    TRY(es256_new(a, &key));
    const struct err *e = es256_self_signed(a, key, name, clock_now_ms(&clock_system), &chain);
    if (e == NULL)
        e = acme_keep(a, path, key, chain);
    es256_free(key);
    return e;
}

const struct err *acme_prepare(struct cli *c)
{
    struct arena *a = c->arena;
    struct config *config = &c->config;
    str names[ACME_NAMES_MAX], folder = STR_NONE, path = STR_NONE, url = STR_NONE, pem = STR_NONE;
    size_t count = 0;
    if (config->acme == NULL)
        return NULL;
    if (config->tls_cert != NULL)
        return err_with_arg(a, ERR(a, ERR_INVALID, "app.bad_value", "either --acme or --tls-cert"),
                            S("--acme"));
    TRY(acme_names(a, config, names, &count));
    TRY(str_fmt(a, &folder, "%s/keys", config->data));
    TRY(str_fmt(a, &path, "%.*s/tls.pem", STR_ARG(folder)));
    TRY(str_fmt(a, &url, "https://%.*s", STR_ARG(names[0])));
    TRY(file_make_folder(a, config->data, 0700));
    TRY(file_make_folder(a, folder.ptr, 0700));
    if (file_read(a, path.ptr, ACME_FILE_MAX, &pem) != NULL ||
        !certificate_is_for(a, pem, names[0]))
        TRY(make_own(a, path.ptr, names[0]));
    config->tls_cert = config->tls_key = path.ptr;
    if (config->base_url == NULL)
        config->base_url = url.ptr;
    return NULL;
}
