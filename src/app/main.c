/* The program. Everything is in cli.c, so that it can be called from tests. */
#include "app/cli.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv);
}
