#define _GNU_SOURCE 1
#include "pseudoterminal.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int clinux_pty_open(int *master, int *slave, uint16_t columns, uint16_t rows) {
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return errno;
    char name[64];
    if (grantpt(fd) != 0 || unlockpt(fd) != 0 || ptsname_r(fd, name, sizeof name) != 0) goto failed;
    int other = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (other < 0) goto failed;
    clinux_pty_resize(fd, columns, rows);
    *master = fd;
    *slave = other;
    return 0;
failed:;
    int error = errno;
    close(fd);
    return error;
}

int clinux_pty_resize(int master, uint16_t columns, uint16_t rows) {
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    return ioctl(master, TIOCSWINSZ, &size) == 0 ? 0 : errno;
}

bool clinux_pty_is_cooked(int descriptor) {
    struct termios state;
    return tcgetattr(descriptor, &state) == 0 && (state.c_lflag & ICANON) != 0 && (state.c_lflag & ECHO) != 0;
}

pid_t clinux_pty_spawn(const char *path, char *const *arguments, char *const *environment, int slave) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child == 0) {
        // Only calls that are safe after fork in a process with threads.
        for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        setsid();
        ioctl(slave, TIOCSCTTY, 0);
        for (int descriptor = 0; descriptor < 3; descriptor++) dup2(slave, descriptor);
        execve(path, arguments, environment);
        _exit(127);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return child;
}
