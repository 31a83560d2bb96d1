#pragma once
#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli) of `length` bytes, continuing from `seed` (0 for a start). Uses the processor's own instruction
/// where there is one.
uint32_t clinux_crc32c(uint32_t seed, const void *_Nullable bytes, size_t length);

/// CRC-32 of IEEE 802.3, as Kafka's message sets of magic 0 and 1 carry it.
uint32_t clinux_crc32(uint32_t seed, const void *_Nullable bytes, size_t length);
