#!/usr/bin/env bash
# clang-tidy over src with the checks of .clang-tidy; the compile commands are those of the release
# build, less the options that only g++ knows.
set -euo pipefail
cd "$(dirname "$0")/.."
run-clang-tidy -quiet -j "$(nproc)" -p build/release -extra-arg=-Wno-unknown-warning-option '/src/'
