#define _GNU_SOURCE 1
#include "cn_signals.h"
#include "cn_crash.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const struct { int number; uint32_t bit; } taken[] = {
    {SIGWINCH, CN_SIGNAL_RESIZE}, {SIGTERM, CN_SIGNAL_TERMINATE}, {SIGINT, CN_SIGNAL_INTERRUPT},
    {SIGHUP, CN_SIGNAL_HANGUP}, {SIGCONT, CN_SIGNAL_CONTINUE}, {SIGTSTP, CN_SIGNAL_STOP}, {SIGQUIT, CN_SIGNAL_QUIT},
};
enum { TAKEN = sizeof taken / sizeof *taken };

static struct sigaction before[TAKEN];
static atomic_uint pending;
static atomic_int wake_descriptor = -1;

static void note(int number) {
    int saved = errno;
    uint32_t bit = 0;
    for (int index = 0; index < TAKEN; index++)
        if (taken[index].number == number) bit = taken[index].bit;
    uint32_t earlier = atomic_fetch_or(&pending, bit);
    if ((earlier & bit) != 0 && (number == SIGTERM || number == SIGINT)) {
        cn_crash_restore();
        _exit(128 + number);
    }
    int descriptor = atomic_load(&wake_descriptor);
    if (descriptor >= 0) cn_wake(descriptor);
    errno = saved;
}

int cn_signals_open(void) {
    int descriptor = cn_wake_open();
    if (descriptor < 0) return -1;
    atomic_store(&pending, 0);
    atomic_store(&wake_descriptor, descriptor);
    for (int index = 0; index < TAKEN; index++) {
        struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
        sigfillset(&action.sa_mask);
        sigaction(taken[index].number, &action, &before[index]);
    }
    // For good: others in the process may have come to rely on it meanwhile.
    signal(SIGPIPE, SIG_IGN);
    return descriptor;
}

void cn_signals_close(bool hung_up) {
    for (int index = 0; index < TAKEN; index++) {
        if (hung_up && taken[index].number == SIGHUP) signal(SIGHUP, SIG_IGN);
        else sigaction(taken[index].number, &before[index], NULL);
    }
    int descriptor = atomic_exchange(&wake_descriptor, -1);
    if (descriptor >= 0) close(descriptor);
}

uint32_t cn_signals_take(void) {
    int descriptor = atomic_load(&wake_descriptor);
    if (descriptor >= 0) cn_wake_clear(descriptor);
    return atomic_exchange(&pending, 0);
}

int cn_wake_open(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void cn_wake(int descriptor) {
    uint64_t one = 1;
    // A full counter is awake already, so that a failed write loses nothing.
    if (write(descriptor, &one, sizeof one) < 0) return;
}

void cn_wake_clear(int descriptor) {
    uint64_t count;
    if (read(descriptor, &count, sizeof count) < 0) return;
}

uint32_t cn_wait(const int *descriptors, int count, int milliseconds) {
    struct pollfd entries[8];
    if (count > 8) count = 8;
    for (int index = 0; index < count; index++)
        entries[index] = (struct pollfd){.fd = descriptors[index], .events = POLLIN};
    if (poll(entries, (nfds_t)count, milliseconds) <= 0) return 0;
    uint32_t ready = 0;
    for (int index = 0; index < count; index++) {
        if (entries[index].revents & POLLIN) ready |= 1u << index;
        if (entries[index].revents & (POLLHUP | POLLERR | POLLNVAL)) ready |= 1u << (index + 8);
    }
    return ready;
}
