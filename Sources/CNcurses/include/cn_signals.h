#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Signals as events of a loop. A handler sets a bit and wakes an eventfd; nothing else happens in it.

#define CN_SIGNAL_RESIZE 1
#define CN_SIGNAL_TERMINATE 2
#define CN_SIGNAL_INTERRUPT 4
#define CN_SIGNAL_HANGUP 8
#define CN_SIGNAL_CONTINUE 16
#define CN_SIGNAL_STOP 32
#define CN_SIGNAL_QUIT 64

/// Takes WINCH, TERM, INT, HUP, CONT, TSTP and QUIT over and ignores PIPE; returns the eventfd that wakes, −1 on
/// failure. When a second TERM or INT comes before the first was taken, the loop hangs: the terminal is restored and
/// the process ends at once.
int cn_signals_open(void);
/// Gives the signals back to who had them. After a hang-up HUP stays ignored: it may come later than the hang-up is seen,
/// and must not cut the way out short.
void cn_signals_close(bool hung_up);
/// The signals that came since the last call.
uint32_t cn_signals_take(void);

/// A counter to wake a poll with, close-on-exec and never blocking; −1 on failure.
int cn_wake_open(void);
void cn_wake(int descriptor);
void cn_wake_clear(int descriptor);

/// Waits until one of the descriptors has something, at most `milliseconds` (−1: for ever). Bit n of the result is
/// set when descriptor n can be read, bit n + 8 when it hung up; negative ones are skipped.
uint32_t cn_wait(const int *_Nonnull descriptors, int count, int milliseconds);
