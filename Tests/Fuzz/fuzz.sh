#!/bin/sh
# Fuzzes what reads bytes from others with libFuzzer, which is part of the toolchain:
#   Tests/Fuzz/fuzz.sh requests|responses|batches|codecs [RUNS] [more options of libFuzzer]
# The inputs begin with the golden vectors and grow in .build/fuzz/corpus. Exit code 1 and a file crash-… or timeout-… when
# an input is found that traps, takes more than a second or more memory than 512 MiB.
set -e
cd "$(dirname "$0")/../.."
target=${1:?requests, responses, batches or codecs}
runs=${2:-10000000}
[ $# -lt 2 ] && shift $# || shift 2
build=.build/fuzz
corpus=$build/corpus/$target
KLAMM_FUZZING=1 swift build -c release --scratch-path $build --product fuzz
mkdir -p "$corpus" $build/found
python3 Tests/Fuzz/seeds.py "$target" "$corpus"
# The backtracer of Swift and libFuzzer's own wait for each other.
KLAMM_FUZZ=$target SWIFT_BACKTRACE=enable=no exec $build/release/fuzz "$corpus" \
    -runs="$runs" -timeout=1 -rss_limit_mb=512 -malloc_limit_mb=256 -max_len=4096 -print_final_stats=1 \
    -artifact_prefix=$build/found/ "$@"
