/* Functions that nobody here may call: using one is a compile error. Reasons:
 * strcpy, strcat, sprintf, strncpy: no bound, or a bound that leaves strings unterminated.
 * strtok, gmtime, localtime, asctime, ctime, setenv: hidden shared state, not safe with threads.
 * atoi, atol, atof, rand: no errors reported; rand is no source of randomness (sys/rng.h is).
 * system, popen: a shell (sys/child.h starts programs). alloca: a stack that a stranger controls.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#if defined(__GNUC__) && !defined(BASE_ALLOW_BANNED)
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#undef sprintf /* a macro under clang with FORTIFY */
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok atoi atol atof
#undef alloca
#pragma GCC poison gmtime localtime asctime ctime rand srand system popen alloca setenv putenv
#endif

#endif
