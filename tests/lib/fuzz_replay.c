/* Runs a fuzz target over the files of its corpus, for compilers without libFuzzer and for
 * `make test`: PROGRAM FILE... prints one TAP line per file; a finding aborts.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 20 };

int main(int argc, char **argv)
{
    unsigned char *data = malloc(INPUT_MAX);
    if (data == NULL) {
        return 1;
    }
    printf("1..%d\n", argc - 1);
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (file == NULL) {
            printf("not ok %d - %s cannot be read\n", i, argv[i]);
            continue;
        }
        size_t size = fread(data, 1, INPUT_MAX, file);
        (void)fclose(file);
        (void)LLVMFuzzerTestOneInput(data, size);
        printf("ok %d - %s\n", i, argv[i]);
        (void)fflush(stdout);
    }
    free(data);
    return 0;
}
