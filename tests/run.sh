#!/usr/bin/env bash
# `make test`: installs what is missing, runs everything, ends with one line of figures.
# Each step prints its own output; a failed step is counted and the rest goes on.
set -u
cd "$(dirname "$0")/.." || exit 1
root=$PWD
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}
# Generated tests take the same books on every run, so that a change fails by its own fault;
# `make soup` looks for new ones.
export PROPTEST_RNG_SEED=${PROPTEST_RNG_SEED:-20261126}
export BINDERY_SKIPS="$root/.cache/skips"
log="$root/.cache/test.log"
mkdir -p .cache && : >"$BINDERY_SKIPS" && : >"$log"
passed=0 failed=0
started=$(date +%s)

# step NAME COMMAND…: a check that passes or fails as a whole.
step() {
  local name=$1; shift
  local t0; t0=$(date +%s)
  if "$@" >"$root/.cache/step.log" 2>&1; then passed=$((passed + 1)); echo "ok      $name ($(($(date +%s) - t0)) s)"
  else failed=$((failed + 1)); echo "FAILED  $name"; tail -60 "$root/.cache/step.log"; fi
  cat "$root/.cache/step.log" >>"$log"
}

# counted NAME COMMAND…: a runner whose own `N passed; M failed` or `N passed, M failed` lines are added up.
counted() {
  local name=$1; shift
  local t0; t0=$(date +%s)
  "$@" >"$root/.cache/step.log" 2>&1; local status=$?
  local p f
  p=$(grep -oE '[0-9]+ passed' "$root/.cache/step.log" | awk '{s+=$1} END {print s+0}')
  f=$(grep -oE '[0-9]+ failed' "$root/.cache/step.log" | awk '{s+=$1} END {print s+0}')
  [ "$status" -ne 0 ] && [ "$f" -eq 0 ] && f=1
  if [ "$status" -eq 0 ] && [ "$p" -eq 0 ]; then f=1; echo "$name ran no test" >>"$root/.cache/step.log"; fi
  passed=$((passed + p)) failed=$((failed + f))
  echo "$([ "$f" -eq 0 ] && echo 'ok     ' || echo 'FAILED ') $name: $p passed, $f failed ($(($(date +%s) - t0)) s)"
  [ "$f" -eq 0 ] || grep -vE '^test .* ok$|^ *(Compiling|Running|Doc-tests)' "$root/.cache/step.log" | tail -150
  cat "$root/.cache/step.log" >>"$log"
}

tests/install.sh
step "web client builds" make --no-print-directory web
step "formatting" cargo fmt --all --check
step "lints" cargo clippy --workspace --all-targets --quiet -- -D warnings
step "import rules" tests/imports.sh
step "licences would refuse copyleft" tests/licences.py --self-test
step "licences" tests/licences.py
step "documents" tests/documents.py
step "generated client is current" tests/client_drift.sh
step "binary builds" cargo build --workspace --quiet
counted "Rust tests" cargo test --workspace --no-fail-fast
step "web client checks" npm --prefix web run --silent check
counted "web client units" npm --prefix web run --silent test
counted "browser, one machine" tests/browser.sh
counted "hostile books in Chromium" tests/hostile.sh

skipped=$(sort -u "$BINDERY_SKIPS" | grep -c .)
passed=$((passed - skipped))
[ "$skipped" -eq 0 ] || { echo; echo "skipped:"; sort -u "$BINDERY_SKIPS"; }
echo
echo "took $(($(date +%s) - started)) s; the whole output is in .cache/test.log"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
