#pragma once

/// Gives memory that the allocator holds free back to the system; of other arenas than the first it keeps the top.
void clinux_release_free_memory(void);

/// Has all threads allocate from the first arena, so that everything free can be given back. An arena for each thread
/// would keep what that thread needed at its busiest. To be called before other threads start.
void clinux_share_one_arena(void);
