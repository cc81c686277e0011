/* Files that look like those of customs of many countries, made from a seed: their titles, junk
 * lines and styles of values, nothing of their contents. For the test of what columns mean. */
#ifndef TRADE_TESTS_LAYOUTS_ALIKE_H
#define TRADE_TESTS_LAYOUTS_ALIKE_H

/* Writes them all into the folder; how many there are. */
int layouts_alike_write(const char *folder);

#endif
