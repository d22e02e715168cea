# The two commands: `make run` and `make test`. The rest is what they are made of.

CARGO ?= cargo
TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
BINDERY := $(TARGET_DIR)/debug/bindery
BOOK ?=

.PHONY: help run test web build install-test-servers oracle openapi check conformance hostile-corpus bench-ebook bench-pdf judge-pdf convert-corpus bombs clean-data soup

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 26

run: build ## Build everything and start with sample books (BOOK=file.epub adds one)
	$(BINDERY) serve $(if $(BOOK),--import "$(BOOK)")

test: ## Install the test servers and run everything
	@tests/run.sh

build: web ## Build the web client and the binary
	$(CARGO) build --workspace

web: web/dist/index.html ## Build the web client

web/dist/index.html: $(shell find web/src web/public openapi/client -type f -not -path '*/node_modules/*' 2>/dev/null) web/index.html web/package-lock.json
	@command -v npm >/dev/null || { echo "Node.js (20 or newer) with npm is needed to build the web client."; exit 1; }
	cd openapi/client && npm ci --silent
	cd web && npm ci --silent && npm run --silent build
	@touch web/dist/index.html

install-test-servers: ## Install PostgreSQL, Redis, SeaweedFS and Chromium for the tests
	@tests/install.sh

oracle: ## Compare the engine with the GPL crate `epub` (a package of its own, never shipped)
	$(CARGO) test --manifest-path tests/oracle/Cargo.toml

openapi: ## Write openapi/openapi.json and the TypeScript client anew
	$(CARGO) run --quiet -- openapi > openapi/openapi.json.new && mv openapi/openapi.json.new openapi/openapi.json
	cd openapi/client && npm ci --silent && npm run --silent generate

conformance: build ## Judge the W3C's EPUB tests of the corpus in Chromium (TESTS="words" for some)
	node tests/conformance/run.mjs $(BINDERY) $(TESTS)

hostile-corpus: build ## Open all hostile books of the corpus in Chromium without a content policy
	node tests/hostile-corpus.mjs $(BINDERY)

convert-corpus: build ## Convert every book of the corpus and look up every link of what comes out
	node tests/corpus/corpus.mjs $(BINDERY)

bombs: build ## Convert books made to kill a reader
	node tests/bombs/run.mjs $(BINDERY)

soup: ## Try generated markup that no run has seen yet (CASES=20000)
	PROPTEST_CASES=$(or $(CASES),20000) $(CARGO) test -p bindery-engine --test soup

check: ## Format, lints, import rules, licences
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --quiet -- -D warnings
	tests/imports.sh
	tests/licences.py --self-test
	tests/licences.py

bench-ebook: ## Measure the engine beside calibre, mutool, pandoc, mobitool and others (ARGS="--books 20")
	$(CARGO) build --release -p bindery-engine --example bench
	benches/ebook/run.py $(ARGS)

bench-pdf: ## Measure the PDF engine beside mutool, pdftohtml and pdfium (ARGS="--runs 1 book.pdf")
	$(CARGO) build --release -p bindery-engine --example render
	benches/pdf/run.py $(ARGS)

judge-pdf: ## Judge the text and the looks of PDFs in Chromium against pdfium (ARGS="--looks 1 book.pdf")
	$(CARGO) build --release -p bindery-engine --example render
	tests/judges/pdf/run.py $(ARGS)
