/* What the figures are: see metrics.h. How they are served is in metrics_server.c. */
#include "app/metrics.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/cli.h"
#include "base/strbuf.h"
#include "core/event.h"
#include "core/health.h"
#include "notify/notify.h"

enum { TEXT_MAX = 4 * 1024 * 1024 };

/* ---- the format ---- */

static void head(struct strbuf *out, const char *name, const char *type, const char *help)
{
    strbuf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(struct strbuf *out, const char *name, const char *type, const char *help,
                int64_t value)
{
    head(out, name, type, help);
    strbuf_addf(out, "%s %lld\n", name, (long long)value);
}

/* A label's value; our names hold no line breaks, but a pattern may hold anything else. */
static void label(struct strbuf *out, const char *name, str value)
{
    strbuf_addf(out, "%s=\"", name);
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '"' || value.ptr[i] == '\\')
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, value.ptr[i]);
    }
    strbuf_add_char(out, '"');
}

static void seconds(struct strbuf *out, int64_t us)
{
    strbuf_addf(out, "%lld.%06lld", (long long)(us / 1000000), (long long)(us % 1000000));
}

static void one_time(struct strbuf *out, const char *name, const char *type, const char *help,
                     int64_t us)
{
    head(out, name, type, help);
    strbuf_addf(out, "%s ", name);
    seconds(out, us);
    strbuf_add_char(out, '\n');
}

/* ---- requests ---- */

static int64_t get(const _Atomic int64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static void route_labels(struct strbuf *out, const struct dispatch *d, size_t row)
{
    bool is_none = row == dispatch_route_count(d);
    const struct route *r = is_none ? NULL : dispatch_route(d, row, NULL);
    label(out, "method", is_none ? S("-") : http_method_name(r->method));
    strbuf_add_char(out, ',');
    label(out, "route", is_none ? S("-") : str_c(r->path));
}

static void write_answers(struct strbuf *out, const struct dispatch *d)
{
    const char *name = "millpond_http_requests_total";
    head(out, name, "counter", "Requests answered, by route and class of status.");
    for (size_t row = 0; row <= dispatch_route_count(d); row++)
        for (int class = 1; class < 6; class++) {
            int64_t count = get(&dispatch_count_of(d, row)->classes[class]);
            if (count == 0)
                continue;
            strbuf_addf(out, "%s{", name);
            route_labels(out, d, row);
            strbuf_addf(out, ",status=\"%dxx\"} %lld\n", class, (long long)count);
        }
}

static void write_bucket(struct strbuf *out, const struct dispatch *d, size_t row, const char *name,
                         int64_t bound_us, int64_t count)
{
    strbuf_addf(out, "%s_bucket{", name);
    route_labels(out, d, row);
    strbuf_add(out, S(",le=\""));
    if (bound_us < 0)
        strbuf_add(out, S("+Inf"));
    else
        seconds(out, bound_us);
    strbuf_addf(out, "\"} %lld\n", (long long)count);
}

static void write_times(struct strbuf *out, const struct dispatch *d)
{
    const char *name = "millpond_http_request_duration_seconds";
    head(out, name, "histogram", "From the first byte of a request to the last of its answer.");
    for (size_t row = 0; row <= dispatch_route_count(d); row++) {
        const struct dispatch_count *c = dispatch_count_of(d, row);
        int64_t counts[DISPATCH_TIMES + 1], sum = 0;
        for (int i = 0; i <= DISPATCH_TIMES; i++)
            counts[i] = sum += get(&c->times[i]);
        if (sum == 0)
            continue;
        for (int i = 0; i <= DISPATCH_TIMES; i++)
            write_bucket(out, d, row, name, i == DISPATCH_TIMES ? -1 : dispatch_times_us[i],
                         counts[i]);
        strbuf_addf(out, "%s_sum{", name);
        route_labels(out, d, row);
        strbuf_add(out, S("} "));
        seconds(out, get(&c->took_us));
        strbuf_addf(out, "\n%s_count{", name);
        route_labels(out, d, row);
        strbuf_addf(out, "} %lld\n", (long long)sum);
    }
}

static void write_server(struct strbuf *out, struct http_server *server)
{
    struct http_server_stats s;
    http_server_get_stats(server, &s);
    one(out, "millpond_http_connections", "gauge", "Connections open now.", s.connections);
    one(out, "millpond_sse_streams", "gauge", "Pages that listen for news now.", s.streams);
    one(out, "millpond_http_refused_total", "counter", "Connections turned away for want of room.",
        s.refused);
    one(out, "millpond_http_sent_bytes_total", "counter", "Bytes given to the kernel.",
        s.bytes_out);
}

/* ---- the store ---- */

static void write_db(struct strbuf *out, struct db *db)
{
    struct db_stats s;
    db_get_stats(db, &s);
    one(out, "millpond_db_commands_total", "counter", "Commands that were written.", s.commands);
    one(out, "millpond_db_statements_total", "counter", "Statements run in write turns.",
        s.statements);
    one(out, "millpond_db_retries_total", "counter", "Write turns run again (PostgreSQL).",
        s.retries);
    one(out, "millpond_db_wal_bytes", "gauge", "Size of the write-ahead log (SQLite).",
        s.wal_bytes);
    one(out, "millpond_db_trouble", "gauge", "1 when the disk refused a write within the last 5 s.",
        s.trouble != NULL);
    one(out, "millpond_db_file_in_doubt", "gauge",
        "1 when the store's file could not be flushed: restart when the disk is well (SQLite).",
        s.is_file_in_doubt);
    one_time(out, "millpond_db_oldest_reader_seconds", "gauge", "Age of the oldest open snapshot.",
             s.oldest_reader_ms * 1000);
    one_time(out, "millpond_db_writer_cpu_seconds_total", "counter", "CPU time of the write turns.",
             s.writer_cpu_ns / 1000);
    one_time(out, "millpond_db_commit_seconds_total", "counter", "Time spent in COMMIT.",
             s.commit_ns / 1000);
    const char *name = "millpond_db_commit_commands";
    head(out, name, "histogram", "Commands that one commit closed together.");
    int64_t sum = 0;
    for (int i = 0; i < DB_BATCH_SIZES; i++) {
        sum += s.batch_sizes[i];
        strbuf_addf(out, "%s_bucket{le=\"%d\"} %lld\n", name, 1 << i, (long long)sum);
    }
    strbuf_addf(out, "%s_bucket{le=\"+Inf\"} %lld\n%s_sum %lld\n%s_count %lld\n", name,
                (long long)sum, name, (long long)s.commands, name, (long long)sum);
}

static const struct err *write_jobs(struct strbuf *out, struct tx *tx, struct arena *a)
{
    static const char *const states[] = {"unset", "waiting", "running", "done", "dead"};
    struct health_jobs *jobs = NULL;
    size_t count = 0;
    TRY(health_job_counts(tx, a, &jobs, &count));
    head(out, "millpond_jobs", "gauge", "Jobs by kind and state.");
    for (size_t i = 0; i < count; i++) {
        strbuf_add(out, S("millpond_jobs{"));
        label(out, "kind", jobs[i].kind);
        strbuf_addf(out, ",state=\"%s\"} %lld\n",
                    jobs[i].state > 0 && jobs[i].state < (int64_t)COUNT(states)
                        ? states[jobs[i].state]
                        : states[0],
                    (long long)jobs[i].count);
    }
    return NULL;
}

static const struct err *write_store(struct strbuf *out, struct platform *p, struct tx *tx,
                                     struct arena *a)
{
    struct event_subscriber_lag *lags = NULL;
    size_t count = 0;
    int64_t held = 0;
    TRY(event_lags(p, tx, a, &lags, &count));
    head(out, "millpond_events_waiting", "gauge", "Events that a subscriber has before it.");
    for (size_t i = 0; i < count; i++) {
        strbuf_add(out, S("millpond_events_waiting{"));
        label(out, "subscriber", str_c(lags[i].name));
        strbuf_addf(out, "} %lld\n", (long long)lags[i].events);
    }
    TRY(write_jobs(out, tx, a));
    TRY(notify_held_count(tx, a, &held));
    one(out, "millpond_mails_held", "gauge", "Mails that wait for a mail server to be set up.",
        held);
    return NULL;
}

/* ---- the process ---- */

static int64_t count_files(void)
{
    int64_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL)
        return 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count - 1; /* the folder itself */
}

static void write_process(struct strbuf *out)
{
    long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL || fscanf(file, "%*d %lld", &pages) != 1)
        pages = 0;
    if (file != NULL)
        fclose(file);
    struct rusage usage;
    struct rlimit files;
    getrusage(RUSAGE_SELF, &usage);
    getrlimit(RLIMIT_NOFILE, &files);
    int64_t cpu_us = ((int64_t)usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
                     usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    one(out, "process_resident_memory_bytes", "gauge", "Memory held.",
        pages * sysconf(_SC_PAGESIZE));
    one(out, "process_open_fds", "gauge", "Open files and sockets.", count_files());
    one(out, "process_max_fds", "gauge", "How many may be open.", (int64_t)files.rlim_cur);
    one_time(out, "process_cpu_seconds_total", "counter", "CPU time used.", cpu_us);
}

const struct err *metrics_write(struct arena *a, const struct metrics_config *config, str *ret)
{
    struct platform *p = config->platform;
    struct strbuf out;
    struct tx *tx = NULL;
    strbuf_init(&out, a, TEXT_MAX);
    head(&out, "millpond_info", "gauge", "Which program this is.");
    strbuf_addf(&out, "millpond_info{version=\"%s\",engine=\"%s\"} 1\n", MILLPOND_VERSION,
                db_engine_of(p->db) == DB_SQLITE ? "sqlite" : "postgres");
    write_answers(&out, config->dispatch);
    write_times(&out, config->dispatch);
    write_server(&out, config->server);
    write_db(&out, p->db);
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = write_store(&out, p, tx, a);
    db_read_end(tx);
    TRY(e);
    write_process(&out);
    return strbuf_finish(&out, ret);
}
