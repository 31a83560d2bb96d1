#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A codec of a library that is opened at run time, so that neither headers nor the library are needed to build.
typedef enum clinux_codec { CLINUX_GZIP, CLINUX_ZSTD } clinux_codec;

/// What a step of decompression came to.
typedef enum clinux_progress { CLINUX_MORE, CLINUX_FRAME_ENDED, CLINUX_MALFORMED } clinux_progress;

typedef struct clinux_decompressor clinux_decompressor;

/// Whether the codec's library is installed and has what is needed.
bool clinux_codec_available(clinux_codec codec);

/// NULL when the library is missing or memory ran out.
clinux_decompressor *_Nullable clinux_decompressor_open(clinux_codec codec);
void clinux_decompressor_close(clinux_decompressor *_Nonnull decompressor);

/// Moves bytes from `input` to `output` and says how many of each. After a frame (a gzip member) has ended, another may
/// follow in the same input.
clinux_progress clinux_decompress(
    clinux_decompressor *_Nonnull decompressor, const void *_Nullable input, size_t input_length,
    size_t *_Nonnull consumed, void *_Nullable output, size_t output_length, size_t *_Nonnull produced);

/// The most bytes that compressing `length` bytes can take.
size_t clinux_compress_bound(clinux_codec codec, size_t length);

/// Compresses all of `input` into one frame; 0 on failure, which a large enough output only leaves to lack of memory.
/// `level` is the codec's own: 1 to 9 or −1 for zlib's default, −131072 to 22 for zstd.
size_t clinux_compress(
    clinux_codec codec, int level, const void *_Nullable input, size_t input_length, void *_Nonnull output, size_t output_length);
