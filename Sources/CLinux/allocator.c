#include "allocator.h"
#include <malloc.h>

void clinux_release_free_memory(void) { malloc_trim(0); }
