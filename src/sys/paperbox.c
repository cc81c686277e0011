#include "sys/paperbox.h"

#include "sys/child.h"

void paperbox_add(struct strbuf *out, const char *word, const str *words, size_t count)
{
    strbuf_add(out, str_c(word));
    for (size_t i = 0; i < count; i++) {
        strbuf_add_char(out, '\t');
        for (size_t k = 0; k < words[i].len; k++) {
            unsigned char c = (unsigned char)words[i].ptr[k];
            strbuf_add_char(out, c < 0x20 || c == 0x7f ? ' ' : (char)c);
        }
    }
    strbuf_add_char(out, '\n');
}

const struct err *paperbox_run(struct arena *a, const char *program, str lines, str *ret_pdf)
{
    const char *const argv[] = {program, "--paper", NULL};
    struct child_result child;
    struct child_options options = {.argv = argv,
                                    .input = lines,
                                    .output_max = MiB(8),
                                    .timeout_ms = PAPERBOX_TIMEOUT_MS,
                                    .cpu_seconds_max = 10};
    TRY(child_run(a, &options, &child));
    if (child.exit_code != 0 || !str_starts(child.output, S("%PDF-")))
        return ERR(a, ERR_UNAVAILABLE, "paper.trouble", "exit %d, signal %d: %.*s",
                   child.exit_code, child.signal, STR_ARG(str_sub(child.errors, 0, 200)));
    *ret_pdf = child.output;
    return NULL;
}
