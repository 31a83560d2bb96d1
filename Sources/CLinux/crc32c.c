#include "crc32c.h"
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#define CASTAGNOLI 0x82F63B78u
#define IEEE 0xEDB88320u

static uint32_t castagnoli[8][256];
static uint32_t ieee[8][256];
static bool has_instruction;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;

static void fill(uint32_t table[8][256], uint32_t polynomial) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? polynomial : 0);
        table[0][byte] = crc;
    }
    for (int slice = 1; slice < 8; slice++) {
        for (int byte = 0; byte < 256; byte++) {
            uint32_t before = table[slice - 1][byte];
            table[slice][byte] = (before >> 8) ^ table[0][before & 0xff];
        }
    }
}

static void prepare(void) {
    fill(castagnoli, CASTAGNOLI);
    fill(ieee, IEEE);
#if defined(__x86_64__)
    __builtin_cpu_init();
    has_instruction = __builtin_cpu_supports("sse4.2");
#endif
}

/// Eight bytes a step ("slicing by 8"); every byte is shifted out, so that byte order does not matter.
static uint32_t sliced(uint32_t table[8][256], uint32_t crc, const uint8_t *p, size_t n) {
    for (; n >= 8; n -= 8, p += 8) {
        uint32_t low = crc ^ ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
        crc = table[7][low & 0xff] ^ table[6][low >> 8 & 0xff] ^ table[5][low >> 16 & 0xff] ^ table[4][low >> 24]
            ^ table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
    }
    for (; n > 0; n--, p++) crc = (crc >> 8) ^ table[0][(crc ^ *p) & 0xff];
    return crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t instructed(uint32_t crc, const uint8_t *p, size_t n) {
    uint64_t wide = crc;
    for (; n >= 8; n -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        wide = _mm_crc32_u64(wide, word);
    }
    crc = (uint32_t)wide;
    for (; n > 0; n--, p++) crc = _mm_crc32_u8(crc, *p);
    return crc;
}
#endif

uint32_t clinux_crc32c(uint32_t seed, const void *bytes, size_t length) {
    pthread_once(&prepared, prepare);
#if defined(__x86_64__)
    if (has_instruction) return ~instructed(~seed, bytes, length);
#endif
    return ~sliced(castagnoli, ~seed, bytes, length);
}

uint32_t clinux_crc32(uint32_t seed, const void *bytes, size_t length) {
    pthread_once(&prepared, prepare);
    return ~sliced(ieee, ~seed, bytes, length);
}
