#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/// Pseudoterminals, for driving programs that need a terminal.

/// Opens a pair with a size in cells; both descriptors close on exec and reading the master never blocks. 0, or an errno.
int clinux_pty_open(int *_Nonnull master, int *_Nonnull slave, uint16_t columns, uint16_t rows);

/// Changes the size; the program in the foreground gets SIGWINCH.
int clinux_pty_resize(int master, uint16_t columns, uint16_t rows);

/// Whether the terminal edits lines and echoes, as a shell leaves it.
bool clinux_pty_is_cooked(int descriptor);

/// Starts a program in a session of its own with the slave as its controlling terminal and as descriptors 0, 1 and 2.
/// The arrays end with NULL. The process, or −1 with errno.
pid_t clinux_pty_spawn(
    const char *_Nonnull path, char *_Nullable const *_Nonnull arguments, char *_Nullable const *_Nonnull environment,
    int slave);
