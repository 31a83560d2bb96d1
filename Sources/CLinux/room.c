#define _GNU_SOURCE
#include "room.h"
#include <fcntl.h>

int clinux_reserve_room(int descriptor, int64_t size) {
    return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, (off_t)size);
}
