#pragma once
#include <stdint.h>
#include <sys/types.h>

/// Starts a program in a session of its own, with default signal handling and nothing open but `input` as stdin
/// (−1: /dev/null) and `log` as stdout and stderr. Returns 0 or an errno.
int clinux_spawn(
    const char *_Nonnull path, char *_Nullable const *_Nonnull arguments, int input, int log, pid_t *_Nonnull pid);

/// A descriptor that stands for the process and becomes readable at its end; −1 with errno when there is none.
int clinux_pidfd_open(pid_t pid);

/// Signals exactly the process that the descriptor was opened for, never one that took over its number. 0 or −1 with errno.
int clinux_pidfd_signal(int pidfd, int signal);
