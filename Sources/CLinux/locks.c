#define _GNU_SOURCE 1
#include "locks.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

int clinux_lock_byte(int descriptor, unsigned int position) {
    struct flock lock;
    memset(&lock, 0, sizeof lock);
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = position;
    lock.l_len = 1;
    return fcntl(descriptor, F_OFD_SETLK, &lock);
}
