#!/usr/bin/env bash
# Builds the fuzz targets with the stable toolchain and runs one of them.
# usage: fuzz/run.sh TARGET [SECONDS] [LIBFUZZER OPTION…]      fuzz/run.sh build
# What it learns is kept in fuzz/corpus/TARGET, what it finds in fuzz/artifacts/TARGET (neither is committed).
set -euo pipefail
cd "$(dirname "$0")"
target=${1:?usage: run.sh TARGET [SECONDS] [OPTION…]}
seconds=${2:-600}
shift $(($# < 2 ? $# : 2))

host=$(rustc -vV | sed -n 's/^host: //p')
dir=${CARGO_TARGET_DIR:-target}
# What `cargo fuzz build -s none` passes, without needing cargo-fuzz: coverage counters and traced
# comparisons. No address sanitizer: it needs a nightly compiler, and the engine's one unsafe line
# lends a book's bytes to hayro (`pdf/lent.rs`).
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
  -Cllvm-args=-sanitizer-coverage-trace-compares"
cargo build --quiet --release --locked --target "$host" --target-dir "$dir"
[ "$target" = build ] && exit

dictionary=()
case $target in
  xhtml | svg | package | overlay | epub) dictionary=(-dict=dictionaries/xml.dict) ;;
  css) dictionary=(-dict=dictionaries/css.dict) ;;
  mobi | indx | huff) dictionary=(-dict=dictionaries/palm.dict) ;;
  pdf) dictionary=(-dict=dictionaries/pdf.dict) ;;
  zip) dictionary=(-dict=dictionaries/zip.dict) ;;
esac
mkdir -p "corpus/$target" "artifacts/$target"
exec nice -n 19 "$dir/$host/release/$target" "corpus/$target" "seeds/$target" "${dictionary[@]}" \
  -artifact_prefix="artifacts/$target/" -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=5 \
  -max_len=16384 -print_final_stats=1 "$@"
