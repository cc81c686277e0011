/* The child of `serve`: everything from the store to the last answer.
 */
#ifndef APP_SERVE_H
#define APP_SERVE_H

#include "app/supervisor.h"

struct serve {
    struct cli *cli;
    int listen_fd, port;
    str base_url;
};

/* A supervisor_child. */
int serve_child(void *arg, struct supervisor_board *board);
/* What the operator sees when it works: the addresses, and a QR code for a phone. */
void serve_print_addresses(const struct serve *s);

#endif
