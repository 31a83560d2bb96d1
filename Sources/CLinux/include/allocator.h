#pragma once

/// Gives memory that the allocator holds free back to the system.
void clinux_release_free_memory(void);
