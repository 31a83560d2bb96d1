#pragma once
#include <stdint.h>

/// Has the volume keep room for an open file to grow to `size` bytes, without changing its size. 0, or −1 with errno.
int clinux_reserve_room(int descriptor, int64_t size);
