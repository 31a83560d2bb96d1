#include "compression.h"
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// zlib's public structure, stable since 1.0.
typedef struct {
    const uint8_t *next_in;
    unsigned avail_in;
    unsigned long total_in;
    uint8_t *next_out;
    unsigned avail_out;
    unsigned long total_out;
    const char *msg;
    void *state, *zalloc, *zfree, *opaque;
    int data_type;
    unsigned long adler, reserved;
} zlib_stream;

enum { ZLIB_FINISH = 4, ZLIB_OK = 0, ZLIB_END = 1, ZLIB_BUF_ERROR = -5, ZLIB_GZIP_WINDOW = 15 + 16 };

typedef struct { void *dst; size_t size, pos; } zstd_output;
typedef struct { const void *src; size_t size, pos; } zstd_input;

static struct {
    bool available;
    int (*inflate_init)(zlib_stream *, int, const char *, int);
    int (*inflate)(zlib_stream *, int);
    int (*inflate_reset)(zlib_stream *);
    int (*inflate_end)(zlib_stream *);
    int (*deflate_init)(zlib_stream *, int, int, int, int, int, const char *, int);
    int (*deflate)(zlib_stream *, int);
    int (*deflate_end)(zlib_stream *);
    unsigned long (*bound)(unsigned long);
} zlib;

static struct {
    bool available;
    void *(*create)(void);
    size_t (*free)(void *);
    size_t (*decompress)(void *, zstd_output *, zstd_input *);
    unsigned (*is_error)(size_t);
    size_t (*bound)(size_t);
    size_t (*compress)(void *, size_t, const void *, size_t, int);
} zstd;

static pthread_once_t opened = PTHREAD_ONCE_INIT;

static bool find(void *library, const char *name, void *function) {
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static void open_libraries(void) {
    void *z = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
    zlib.available = z && find(z, "inflateInit2_", &zlib.inflate_init) && find(z, "inflate", &zlib.inflate)
        && find(z, "inflateReset", &zlib.inflate_reset) && find(z, "inflateEnd", &zlib.inflate_end)
        && find(z, "deflateInit2_", &zlib.deflate_init) && find(z, "deflate", &zlib.deflate)
        && find(z, "deflateEnd", &zlib.deflate_end) && find(z, "compressBound", &zlib.bound);
    void *zs = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL);
    zstd.available = zs && find(zs, "ZSTD_createDStream", &zstd.create) && find(zs, "ZSTD_freeDStream", &zstd.free)
        && find(zs, "ZSTD_decompressStream", &zstd.decompress) && find(zs, "ZSTD_isError", &zstd.is_error)
        && find(zs, "ZSTD_compressBound", &zstd.bound) && find(zs, "ZSTD_compress", &zstd.compress);
}

bool clinux_codec_available(clinux_codec codec) {
    pthread_once(&opened, open_libraries);
    return codec == CLINUX_GZIP ? zlib.available : zstd.available;
}

struct clinux_decompressor {
    clinux_codec codec;
    zlib_stream stream;
    bool ended;
    void *context;
};

clinux_decompressor *clinux_decompressor_open(clinux_codec codec) {
    if (!clinux_codec_available(codec)) return NULL;
    clinux_decompressor *d = calloc(1, sizeof *d);
    if (!d) return NULL;
    d->codec = codec;
    bool ok;
    if (codec == CLINUX_GZIP) {
        ok = zlib.inflate_init(&d->stream, ZLIB_GZIP_WINDOW, "1.2.11", (int)sizeof d->stream) == ZLIB_OK;
    } else {
        ok = (d->context = zstd.create()) != NULL;
    }
    if (ok) return d;
    free(d);
    return NULL;
}

void clinux_decompressor_close(clinux_decompressor *d) {
    if (d->codec == CLINUX_GZIP) zlib.inflate_end(&d->stream);
    else zstd.free(d->context);
    free(d);
}

static unsigned clamp(size_t length) { return length > UINT_MAX ? UINT_MAX : (unsigned)length; }

static clinux_progress inflate_step(
    clinux_decompressor *d, const void *input, size_t input_length, size_t *consumed, void *output,
    size_t output_length, size_t *produced) {
    zlib_stream *s = &d->stream;
    if (d->ended && zlib.inflate_reset(s) != ZLIB_OK) return CLINUX_MALFORMED;
    d->ended = false;
    s->next_in = input;
    s->avail_in = clamp(input_length);
    s->next_out = output;
    s->avail_out = clamp(output_length);
    int result = zlib.inflate(s, 0);
    *consumed = (size_t)(s->next_in - (const uint8_t *)input);
    *produced = (size_t)(s->next_out - (uint8_t *)output);
    if (result == ZLIB_END) {
        d->ended = true;
        return CLINUX_FRAME_ENDED;
    }
    return result == ZLIB_OK || result == ZLIB_BUF_ERROR ? CLINUX_MORE : CLINUX_MALFORMED;
}

clinux_progress clinux_decompress(
    clinux_decompressor *d, const void *input, size_t input_length, size_t *consumed, void *output,
    size_t output_length, size_t *produced) {
    *consumed = *produced = 0;
    if (d->codec == CLINUX_GZIP) {
        return inflate_step(d, input, input_length, consumed, output, output_length, produced);
    }
    zstd_input in = {input, input_length, 0};
    zstd_output out = {output, output_length, 0};
    size_t result = zstd.decompress(d->context, &out, &in);
    if (zstd.is_error(result)) return CLINUX_MALFORMED;
    *consumed = in.pos;
    *produced = out.pos;
    return result == 0 ? CLINUX_FRAME_ENDED : CLINUX_MORE;
}

size_t clinux_compress_bound(clinux_codec codec, size_t length) {
    if (!clinux_codec_available(codec)) return 0;
    // A gzip member has 18 bytes around the data, zlib's own format 6.
    return codec == CLINUX_GZIP ? zlib.bound(length) + 12 : zstd.bound(length);
}

size_t clinux_compress(
    clinux_codec codec, int level, const void *input, size_t input_length, void *output, size_t output_length) {
    if (!clinux_codec_available(codec)) return 0;
    if (codec == CLINUX_ZSTD) {
        size_t size = zstd.compress(output, output_length, input, input_length, level);
        return zstd.is_error(size) ? 0 : size;
    }
    if (input_length > UINT_MAX || output_length > UINT_MAX) return 0;
    zlib_stream s;
    memset(&s, 0, sizeof s);
    // Method 8 is deflate, memory level 8 is the default.
    if (zlib.deflate_init(&s, level, 8, ZLIB_GZIP_WINDOW, 8, 0, "1.2.11", (int)sizeof s) != ZLIB_OK) return 0;
    s.next_in = input;
    s.avail_in = (unsigned)input_length;
    s.next_out = output;
    s.avail_out = (unsigned)output_length;
    int result = zlib.deflate(&s, ZLIB_FINISH);
    size_t size = (size_t)(s.next_out - (uint8_t *)output);
    zlib.deflate_end(&s);
    return result == ZLIB_END ? size : 0;
}
