/* Server-sent events: topics are strings ("conversation:0a1b..."); publishing wakes every stream
 * that subscribed. A stream that lags behind 64 KiB of unsent bytes is closed; the client
 * reconnects and reloads. The hub keeps no history: a client that comes back with Last-Event-ID
 * gets one event "refresh" when anything was published on its topics since (the hub remembers the
 * last id per topic for 5 minutes), and then fetches what it shows. Threads: sse_publish from any
 * thread.
 */
#ifndef HTTP_SSE_H
#define HTTP_SSE_H

#include "http/server.h"

/* id: rising, e.g. the event sequence. event: name, no newlines. data: any text; newlines are
 * split. */
void sse_publish(struct sse_hub *hub, str topic, int64_t id, str event, str data);
int sse_stream_count(struct sse_hub *hub);

#endif
