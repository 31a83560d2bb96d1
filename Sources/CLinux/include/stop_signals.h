#pragma once

/// Turns SIGTERM, SIGINT and SIGHUP into bytes (the signal's number) on a pipe, whichever thread they reach, and ignores
/// SIGPIPE. Returns the pipe's reading end, or −1 with errno. Once per process.
int clinux_stop_signals(void);
