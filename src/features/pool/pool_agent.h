/* Who says that it is a program: crawlers, link previews, tools; and addresses of hosting
 * companies. The list of user agents comes from a package at build; the networks are a short list
 * of our own, replaced by the operator's file `networks.txt` in the data folder (one CIDR per line,
 * # begins a comment). Threads: after pool_networks_load any.
 */
#ifndef POOL_POOL_AGENT_H
#define POOL_POOL_AGENT_H

#include "base/err.h"

enum agent_kind { AGENT_UNSET = 0, AGENT_PERSON, AGENT_CRAWLER, AGENT_PREVIEW };

/* *ret_name: how it is called in the list; "" for persons. Lives for ever. */
enum agent_kind pool_agent_find(str user_agent, const char **ret_name);

/* Reads data_dir/networks.txt if it is there. INVALID "pool.bad_network" (arg: line number). Absent
 * data_dir: our own list. Called once at start; a second call replaces the first. */
const struct err *pool_networks_load(struct arena *a, str data_dir) MUST_CHECK;
bool pool_network_is_hosting(str client_ip);

#endif
