#!/usr/bin/env bash
# Proves the import rules of ARCHITECTURE.md by asking cargo what each crate really links.
# Only normal edges count: a test may use more than the code it tests.
# Exit 0: every rule holds. Exit 1: the broken rules are named. Needs cargo; builds nothing.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

# Unified features would give every crate the whole workspace's tree, and no rule could hold.
unset CARGO_RESOLVER_FEATURE_UNIFICATION

broken=0
held=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Every tree is read once, here, so that a failing cargo ends the script and cannot look like a clean tree.
# $work/CRATE.deep and $work/CRATE.direct: "name version" per line, the crate itself left out.
for crate in bindery bindery-{engine,pipeline,library,adapters,jobs,api}; do
  for depth in deep direct; do
    limit=()
    [ $depth = direct ] && limit=(--depth 1)
    if ! cargo tree --locked -p "$crate" -e normal --prefix none --format '{p}' "${limit[@]}" \
      >"$work/raw" 2>"$work/err"; then
      echo "cannot read the dependencies of $crate:"
      cat "$work/err"
      exit 1
    fi
    awk -v self="$crate" 'NF && $1 != self {print $1 " " $2}' "$work/raw" | sort -u >"$work/$crate.$depth"
  done
done

names() { # CRATE deep|direct
  cut -d' ' -f1 "$work/$1.$2" | sort -u
}

verdict() { # RULE OFFENDERS
  if [ -z "$2" ]; then
    held=$((held + 1))
    return
  fi
  broken=$((broken + 1))
  printf 'BROKEN  %s\n        found: %s\n' "$1" "$(tr '\n' ' ' <<<"$2")"
}

# imports CRATE "a b": of our own crates, CRATE names exactly these in its manifest.
imports() {
  local crate=$1 want have
  want=$(tr ' ' '\n' <<<"$2" | sed '/^$/d' | sort)
  have=$(names "$crate" direct | grep '^bindery-' || true)
  verdict "$crate imports, of ours, exactly: ${2:-nothing}" \
    "$(diff <(echo "$want") <(echo "$have") | sed -nE 's/^< (.+)/missing \1/p; s/^> (.+)/unwanted \1/p')"
}

# never CRATE REASON REGEX: nothing that CRATE links, however deep, has such a name.
never() {
  verdict "$1 links what it must not: $2" "$(names "$1" deep | grep -E "^($3)\$" || true)"
}

# links CRATE NAME: the opposite, so that an empty or wrong tree cannot pass for a clean one.
links() {
  verdict "$1 links $2 (else this script looks at the wrong tree)" \
    "$(names "$1" deep | grep -x "$2" >"$work/found" || echo "no $2")"
}

links bindery tokio
links bindery bindery-engine
links bindery-engine cssparser

imports bindery-engine ""
imports bindery-pipeline ""
imports bindery-library "bindery-pipeline"
imports bindery-adapters "bindery-library"
imports bindery-jobs "bindery-engine bindery-library bindery-pipeline"
imports bindery-api "bindery-library bindery-pipeline"
imports bindery "bindery-adapters bindery-api bindery-engine bindery-jobs bindery-library bindery-pipeline"

never bindery-engine "it is a pure function, without runtime, network, database or queue" \
  'tokio.*|async-std|smol|mio|poem.*|hyper.*|reqwest|sqlx.*|libsqlite3-sys|apalis.*|redis|object_store|aws-.*'
never bindery-engine "its output depends on its input alone, so no clock and no chance" \
  'rand|getrandom|chrono|time|uuid'
never bindery-pipeline "it knows nothing of books, pages and stores" \
  'bindery-engine|bindery-library|poem.*|object_store|tantivy|quick-xml|image|aws-sdk-.*'
never bindery-library "heavy and foreign clients live in adapters" \
  'bindery-engine|bindery-adapters|poem.*|tantivy|aws-sdk-.*|apalis-board.*'
never bindery-jobs "only the root imports adapters, and jobs answer no HTTP" \
  'bindery-adapters|bindery-api|poem.*|tantivy|aws-sdk-.*'
never bindery-api "the API never renders, and reaches search, mail and S3 through ports" \
  'bindery-engine|bindery-jobs|bindery-adapters|tantivy|aws-sdk-.*|cssparser|html5ever'
never bindery "one TLS and one crypto library: rustls over aws-lc-rs" \
  'ring|openssl|openssl-sys|native-tls|boring.*'
never bindery "copyleft readers and test oracles stay out of the binary" \
  'epub|rbook|boko|mupdf.*|bindery-test-servers'

# Two of these would mean two connection pools, two SQLite libraries or two TLS stacks in one process.
for crate in sqlx-core libsqlite3-sys tokio http hyper rustls aws-lc-rs; do
  versions=$(awk -v name="$crate" '$1 == name' "$work/bindery.deep")
  verdict "bindery links one version of $crate" "$([ "$(grep -c . <<<"$versions")" -le 1 ] || echo "$versions")"
done

printf 'import rules: %d hold, %d broken\n' "$held" "$broken"
[ "$broken" = 0 ]
