/* See pool_agent.h. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "pool/pool_agent.h"

#include <pcre2.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "pool/pool_agent_table.h"
#include "sys/file.h"
#include "sys/ipaddr.h"

enum {
    AGENT_MAX = 512,
    NETWORKS_MAX = 65536,
    NETWORKS_FILE_MAX = 4 << 20,
    PATTERNS_MAX = 64,
    SEEN_PLACES = 128
};

/* ---- user agents ---- */

static pcre2_code *patterns[PATTERNS_MAX];
static size_t pattern_count;
static pthread_once_t compile_once = PTHREAD_ONCE_INIT;

static void compile(void)
{
    pattern_count = agent_pattern_count < PATTERNS_MAX ? agent_pattern_count : PATTERNS_MAX;
    for (size_t i = 0; i < pattern_count; i++) {
        int code;
        PCRE2_SIZE at;
        patterns[i] = pcre2_compile((PCRE2_SPTR)agent_patterns[i].text, PCRE2_ZERO_TERMINATED, 0,
                                    &code, &at, NULL);
        if (patterns[i] != NULL)
            (void)pcre2_jit_compile(patterns[i], PCRE2_JIT_COMPLETE);
    }
}

/* Browsers inside apps name the app that the list takes for a fetcher; a person looks at their
 * pages. */
static bool is_in_app_browser(str agent)
{
    static const str marks[] = {STR_INIT("FBAN/"),           STR_INIT("FBAV/"),
                                STR_INIT("FB_IAB/"),         STR_INIT("Instagram "),
                                STR_INIT("MicroMessenger/"), STR_INIT("MetaIAB"),
                                STR_INIT(" Line/")};
    if (!str_starts(agent, S("Mozilla/5.0 (")) || str_find(agent, S("+http")) >= 0 ||
        str_find(agent, S("externalhit")) >= 0)
        return false;
    for (size_t i = 0; i < COUNT(marks); i++)
        if (str_find(agent, marks[i]) >= 0)
            return true;
    return false;
}

static const struct agent_literal *find_literal(str agent)
{
    for (size_t at = 0; at + 1 < agent.len; at++) {
        unsigned first = (unsigned char)agent.ptr[at], second = (unsigned char)agent.ptr[at + 1];
        unsigned bucket = (first * 31 + second) % AGENT_BUCKETS;
        for (size_t i = agent_literal_starts[bucket]; i < agent_literal_starts[bucket + 1]; i++) {
            const struct agent_literal *l = &agent_literals[i];
            bool begins = l->text[0] == agent.ptr[at] && l->text[1] == agent.ptr[at + 1];
            if (begins && (!l->at_start || at == 0) &&
                str_starts(str_from(agent, at), str_c(l->text)))
                return l;
        }
    }
    return NULL;
}

static const struct agent_pattern *find_pattern(str agent)
{
    (void)pthread_once(&compile_once, compile);
    const struct agent_pattern *found = NULL;
    pcre2_match_data *match = pcre2_match_data_create(1, NULL);
    for (size_t i = 0; match != NULL && found == NULL && i < pattern_count; i++)
        if (patterns[i] != NULL &&
            pcre2_match(patterns[i], (PCRE2_SPTR)agent.ptr, agent.len, 0, 0, match, NULL) >= 0)
            found = &agent_patterns[i];
    pcre2_match_data_free(match);
    return found;
}

static enum agent_kind find(str agent, const char **ret_name)
{
    *ret_name = "";
    if (str_is_empty(agent) || is_in_app_browser(agent))
        return AGENT_PERSON;
    const struct agent_literal *literal = find_literal(agent);
    if (literal != NULL) {
        *ret_name = literal->name;
        return literal->is_preview ? AGENT_PREVIEW : AGENT_CRAWLER;
    }
    const struct agent_pattern *pattern = find_pattern(agent);
    if (pattern == NULL)
        return AGENT_PERSON;
    *ret_name = pattern->name;
    return pattern->is_preview ? AGENT_PREVIEW : AGENT_CRAWLER;
}

/* Browsers say one of few things: what was found for the last of each is kept. */
static struct seen {
    char agent[AGENT_MAX];
    size_t len;               /* 0: nothing here */
    enum agent_kind kind;
    const char *name;
} seen[SEEN_PLACES];
static pthread_mutex_t seen_lock = PTHREAD_MUTEX_INITIALIZER;

enum agent_kind pool_agent_find(str user_agent, const char **ret_name)
{
    str agent = str_sub(user_agent, 0, AGENT_MAX);
    unsigned hash = 0;
    for (size_t i = 0; i < agent.len; i++)
        hash = hash * 31 + (unsigned char)agent.ptr[i];
    struct seen *place = &seen[hash % SEEN_PLACES];
    pthread_mutex_lock(&seen_lock);
    bool is_known = agent.len > 0 && str_eq((str){place->agent, place->len}, agent);
    enum agent_kind kind = place->kind;
    *ret_name = place->name;
    pthread_mutex_unlock(&seen_lock);
    if (is_known)
        return kind;
    kind = find(agent, ret_name);
    pthread_mutex_lock(&seen_lock);
    *place = (struct seen){.len = agent.len, .kind = kind, .name = *ret_name};
    if (agent.len > 0)
        memcpy(place->agent, agent.ptr, agent.len);
    pthread_mutex_unlock(&seen_lock);
    return kind;
}

/* ---- networks ---- */

/* Large hosting companies, coarsely: enough to tell until the operator brings a list. */
static const char own_networks[] =
    "3.0.0.0/9 13.32.0.0/12 18.128.0.0/9 34.64.0.0/10 35.152.0.0/13 35.184.0.0/13 44.192.0.0/11 "
    "52.0.0.0/11 "
    "54.64.0.0/11 54.144.0.0/12 54.160.0.0/11 20.33.0.0/16 20.40.0.0/13 40.64.0.0/10 "
    "5.9.0.0/16 46.4.0.0/16 78.46.0.0/15 88.198.0.0/16 95.216.0.0/15 116.202.0.0/15 135.181.0.0/16 "
    "136.243.0.0/16 "
    "138.201.0.0/16 144.76.0.0/16 148.251.0.0/16 157.90.0.0/16 159.69.0.0/16 167.235.0.0/16 "
    "168.119.0.0/16 "
    "176.9.0.0/16 178.63.0.0/16 188.40.0.0/16 2a01:4f8::/29 2a01:4ff::/32 "
    "51.68.0.0/16 51.75.0.0/16 51.77.0.0/16 51.254.0.0/16 54.36.0.0/16 91.121.0.0/16 94.23.0.0/16 "
    "188.165.0.0/16 "
    "2001:41d0::/32 104.131.0.0/16 138.68.0.0/16 139.59.0.0/16 142.93.0.0/16 157.230.0.0/16 "
    "159.65.0.0/16 "
    "159.89.0.0/16 165.227.0.0/16 167.71.0.0/16 167.99.0.0/16 188.166.0.0/16 206.189.0.0/16 "
    "45.33.0.0/17 139.162.0.0/16 172.104.0.0/15 45.32.0.0/16 45.76.0.0/16 108.61.0.0/16 "
    "2600:3c00::/28 "
    "47.74.0.0/15 47.88.0.0/14 8.208.0.0/12 43.128.0.0/10 129.226.0.0/16";

/* Sorted by first address, nested ones left out, so that one search decides. */
static struct ipnet *networks;
static size_t network_count;

static int by_address(const void *a, const void *b)
{
    const struct ipnet *x = a, *y = b;
    if (x->addr.family != y->addr.family)
        return x->addr.family < y->addr.family ? -1 : 1;
    int c = memcmp(x->addr.bytes, y->addr.bytes, sizeof x->addr.bytes);
    return c != 0 ? c : (x->prefix > y->prefix) - (x->prefix < y->prefix);
}

static void keep_outermost(struct ipnet *list, size_t *count)
{
    size_t kept = 0;
    qsort(list, *count, sizeof *list, by_address);
    for (size_t i = 0; i < *count; i++)
        if (kept == 0 || !ipnet_contains(&list[kept - 1], &list[i].addr))
            list[kept++] = list[i];
    *count = kept;
}

static const struct err *parse_networks(struct arena *a, str text, struct ipnet **ret,
                                        size_t *ret_count)
{
    VEC(struct ipnet) list = {0};
    int line_number = 0;
    while (!str_is_absent(text)) {
        str line = str_cut(&text, '\n');
        line_number++;
        str words = str_trim(str_cut(&line, '#'));
        while (!str_is_empty(words)) {
            str word = str_trim(str_cut(&words, ' '));
            struct ipnet net, *place;
            if (str_is_empty(word))
                continue;
            str at;
            if (!ipnet_parse(word, &net) || list.count == NETWORKS_MAX) {
                TRY(str_fmt(a, &at, "%d", line_number));
                return err_with_arg(
                    a, ERR(a, ERR_INVALID, "pool.bad_network", "line %d", line_number), at);
            }
            place = VEC_PUSH(a, &list);
            if (place == NULL)
                return &err_out_of_memory;
            *place = net;
        }
    }
    keep_outermost(list.items, &list.count);
    *ret = list.items;
    *ret_count = list.count;
    return NULL;
}

const struct err *pool_networks_load(struct arena *a, str data_dir)
{
    str path, text = str_c(own_networks);
    if (!str_is_absent(data_dir)) {
        TRY(str_fmt(a, &path, "%.*s/networks.txt", STR_ARG(data_dir)));
        const struct err *e = file_read(a, path.ptr, NETWORKS_FILE_MAX, &text);
        if (e != NULL && e->kind != ERR_NOT_FOUND)
            return e;
        if (e != NULL)
            text = str_c(own_networks);
    }
    return parse_networks(a, text, &networks, &network_count);
}

bool pool_network_is_hosting(str client_ip)
{
    struct ipnet asked = {.prefix = 129};
    if (!ipaddr_parse(client_ip, &asked.addr))
        return false;
    size_t low = 0,
           high = network_count; /* the last network that begins at or before the address */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_address(&networks[middle], &asked) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && ipnet_contains(&networks[low - 1], &asked.addr);
}
