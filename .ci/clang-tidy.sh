#!/usr/bin/env bash
# clang-tidy over src with the checks of .clang-tidy. It is shown the sources in batches, as a unity
# build compiles them: most of its time goes into the headers. Options that only g++ knows are no
# trouble to it; that sources are included is the nature of a batch.
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset release -B build/tidy -DSYRAH_TESTS=OFF -DCMAKE_UNITY_BUILD=ON \
  -DCMAKE_UNITY_BUILD_BATCH_SIZE=12 --log-level=WARNING >/dev/null
run-clang-tidy -quiet -j "$(nproc)" -p build/tidy -extra-arg=-Wno-unknown-warning-option \
  -checks=-bugprone-suspicious-include
