/* Takes away from this process everything that its work does not need. After sandbox_enter it can
 * read the descriptors it holds, use 768 MiB of address space and 10 s of CPU, and create files
 * below one folder (images), or read those below the folders of fonts (papers); it cannot open
 * other files, make sockets, start programs or trace others.
 * One way: nothing gives it back. Threads: call it before there are others.
 */
#ifndef MEDIA_SANDBOX_H
#define MEDIA_SANDBOX_H

#include "base/base.h"

enum sandbox_state { SANDBOX_UNSET = 0, SANDBOX_FULL, SANDBOX_NO_LANDLOCK, SANDBOX_FAILED };

/* `out_folder` is an open directory. NO_LANDLOCK: the kernel has none; the rest holds. */
enum sandbox_state sandbox_enter(int out_folder);
/* The same without a folder to write to; fonts and their configuration can be read. */
enum sandbox_state sandbox_enter_fonts(void);
/* For tests and for the operator: tries what must fail and prints "denied" or "ALLOWED" for each.
 * False if anything was allowed. */
bool sandbox_probe(bool has_landlock);

#endif
