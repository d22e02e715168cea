#!/usr/bin/env bash
# The generated TypeScript types must be what openapi.json gives (openapi.json itself is compared
# with the code by a Rust test).
set -eu
cd "$(dirname "$0")/../openapi/client"
[ -d node_modules ] || npm ci --silent
before=$(sha256sum schema.ts)
npm run --silent generate
[ "$before" = "$(sha256sum schema.ts)" ] || { echo "openapi/client/schema.ts is out of date: run make openapi"; exit 1; }
