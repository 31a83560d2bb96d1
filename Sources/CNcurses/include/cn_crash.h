#pragma once
#include <stdbool.h>

/// Gives the terminal back when the process crashes.

/// Remembers how the terminal is now and what to send to leave the screen; from then on SEGV, BUS, ILL, TRAP, FPE and
/// ABRT restore it and then do what they did before. Call before the screen is taken over, on the thread that draws.
void cn_crash_guard(int input, int output);
/// Stops guarding.
void cn_crash_unguard(void);
/// Restores the guarded terminal now; safe in a signal handler.
void cn_crash_restore(void);
