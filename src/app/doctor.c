/* `millpond doctor`: runs the table of checks over what was found and prints a line each. */
#include "app/doctor.h"

#include <stdio.h>

#include "base/json.h"

enum { REPORT_MAX = 64 * 1024 };

static const char *const state_names[] = {"unset", "ok", "warn", "bad"};

static void print_line(struct strbuf *out, const char *name, const struct doctor_finding *found)
{
    strbuf_addf(out, "%-5s %-14s %.*s\n", state_names[found->state], name, STR_ARG(found->says));
    if (!str_is_empty(found->mend))
        strbuf_addf(out, "                     -> %.*s\n", STR_ARG(found->mend));
}

static void print_json(struct json *j, const char *name, const struct doctor_finding *found)
{
    json_object_begin(j);
    json_put_str(j, "check", str_c(name));
    json_put_str(j, "state", str_c(state_names[found->state]));
    json_put_str(j, "says", found->says);
    json_put_text(j, "mend", found->mend);
    json_object_end(j);
}

const struct err *doctor_run(struct cli *c)
{
    if (c->argc != 0)
        return cli_usage(c, "doctor");
    struct doctor_facts facts;
    TRY(doctor_look(c, &facts));
    struct strbuf out;
    struct json j;
    strbuf_init(&out, c->arena, REPORT_MAX);
    json_init(&j, &out);
    if (c->config.json)
        json_array_begin(&j);
    int counts[COUNT(state_names)] = {0};
    for (size_t i = 0; i < doctor_check_count; i++) {
        struct doctor_finding found = {.arena = c->arena};
        doctor_checks[i].judge(&facts, &found);
        counts[found.state]++;
        if (found.state == DOCTOR_UNSET)
            continue;
        if (c->config.json)
            print_json(&j, doctor_checks[i].name, &found);
        else
            print_line(&out, doctor_checks[i].name, &found);
    }
    if (c->config.json)
        json_array_end(&j);
    str text = STR_NONE;
    TRY(strbuf_finish(&out, &text));
    printf("%.*s\n", STR_ARG(text));
    if (!c->config.json)
        printf("%d ok, %d to look at, %d bad\n", counts[DOCTOR_OK], counts[DOCTOR_WARN],
               counts[DOCTOR_BAD]);
    fflush(stdout);
    c->exit_code = counts[DOCTOR_BAD] > 0 ? 1 : 0;
    return NULL;
}
