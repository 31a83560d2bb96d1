#include "allocator.h"
#include <malloc.h>

void clinux_release_free_memory(void) { malloc_trim(0); }

void clinux_share_one_arena(void) { mallopt(M_ARENA_MAX, 1); }
