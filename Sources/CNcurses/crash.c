#define _GNU_SOURCE 1
#include "cn_crash.h"
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int guarded[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
enum { GUARDED = sizeof guarded / sizeof *guarded };

static struct sigaction before[GUARDED];
static struct termios saved;
static int saved_input, saved_output;
static atomic_bool active;
static char *stack;

// Mouse and paste off, attributes off, cursor on, cursor keys normal, alternate screen left, below what is there.
static const char leave[] = "\033[?1006;1002;1000l\033[?2004l\033[0m\033[?25h\033[?1l\033>\033[?1049l\r\n";

void cn_crash_restore(void) {
    if (!atomic_exchange(&active, false)) return;
    // A write to a terminal that is gone or stopped must not keep the process alive.
    tcflush(saved_output, TCOFLUSH);
    ssize_t written = write(saved_output, leave, sizeof leave - 1);
    (void)written;
    tcsetattr(saved_input, TCSANOW, &saved);
}

static void crashed(int number, siginfo_t *info, void *context) {
    (void)context;
    cn_crash_restore();
    // The runtime's own handler expects a fault that comes again, so that after a signal from outside the process
    // would live on without a screen. What abort() sends comes from the process itself, and again.
    bool sent = info != NULL && info->si_code <= 0 && info->si_pid != getpid();
    for (int index = 0; index < GUARDED; index++) {
        if (guarded[index] != number) continue;
        if (sent) signal(number, SIG_DFL);
        else sigaction(number, &before[index], NULL);
    }
    raise(number);
}

void cn_crash_guard(int input, int output) {
    saved_input = input;
    saved_output = output;
    if (tcgetattr(input, &saved) != 0) return;
    // A stack overflow leaves no room for the handler on the thread's own stack.
    stack_t current;
    if (sigaltstack(NULL, &current) == 0 && (current.ss_flags & SS_DISABLE) != 0) {
        const size_t size = 64 * 1024;
        if (stack == NULL) stack = malloc(size);
        stack_t own = {.ss_sp = stack, .ss_size = size};
        if (stack != NULL) sigaltstack(&own, NULL);
    }
    atomic_store(&active, true);
    for (int index = 0; index < GUARDED; index++) {
        struct sigaction action = {.sa_sigaction = crashed, .sa_flags = SA_ONSTACK | SA_SIGINFO};
        sigemptyset(&action.sa_mask);
        sigaction(guarded[index], &action, &before[index]);
    }
}

void cn_crash_unguard(void) {
    if (!atomic_exchange(&active, false)) return;
    for (int index = 0; index < GUARDED; index++) sigaction(guarded[index], &before[index], NULL);
    stack_t none = {.ss_flags = SS_DISABLE};
    if (stack != NULL) sigaltstack(&none, NULL);
    free(stack);
    stack = NULL;
}
