# make run and make test are all that one needs. Both fetch what is missing first, and skip what is there.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# Two builds at once are slower than one after the other on a small machine, and fight for cargo's lock.
.NOTPARALLEL:
.PHONY: help run test dev build check setup test-rust test-nodes test-page test-page-nodes bench charts bench-page autobahn fuzz deny soak

export PATH := $(CURDIR)/tools/node_modules/.bin:$(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)

PROGRAM := target/release/duologue
LOGS := target/test-logs
# The browser's half: its own features and target, and a folder that the other half does not overwrite.
FRONT := --lib --no-default-features --features hydrate --target wasm32-unknown-unknown --target-dir target/front

# The release is made anew only when something that goes into it is newer than this.
BUILT := target/.release-built
SOURCES := $(shell find src style public) Cargo.toml Cargo.lock Leptos.toml rust-toolchain.toml .cargo/config.toml
# A dev build empties the site and writes no .br beside its files: then the release's page is gone.
ifeq ($(wildcard $(PROGRAM)),)
.PHONY: $(BUILT)
else ifeq ($(wildcard target/site/pkg/*.br),)
.PHONY: $(BUILT)
endif

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(BUILT) ## build if needed, and serve on http://127.0.0.1:3000
	@exec $(PROGRAM) serve

build: $(BUILT) ## the release: target/release/duologue and target/site, with their sizes
	@node tools/sizes.mjs

dev: ## build, serve, and again at each change
	@tools/setup rust page
	@rm -f $(BUILT)
	cargo leptos watch

setup: ## everything that building and testing need
	@tools/setup rust page end2end browser servers bots

# The stamp bears the time of the start: what changed during the build is built the next time.
$(BUILT): $(SOURCES)
	@tools/setup rust page
	@mkdir -p target && touch $@.started
	cargo leptos build --release --precompress
	@mv $@.started $@

test: ## unit, black-box and end-to-end tests; the counts come last
	@tools/setup rust page end2end browser servers bots
	@rm -rf $(LOGS) && mkdir -p $(LOGS)
	@failed=; \
	for stage in test-rust test-nodes test-page; do \
		$(MAKE) --no-print-directory $$stage || failed="$$failed $$stage"; \
	done; \
	node tools/counts.mjs $(LOGS) $$failed

test-rust:
	tools/with-servers bash -c 'cargo test --no-fail-fast -- $$WITHOUT_SERVERS' 2>&1 | tee $(LOGS)/cargo.log

# The wire tests once more, each on two nodes over MongoDB and Redis.
test-nodes:
	NODES=2 tools/with-servers bash -c 'cargo test --no-fail-fast $(patsubst tests/%.rs,--test %,$(wildcard tests/*.rs)) --test dialects -- $$WITHOUT_NODES' 2>&1 | tee $(LOGS)/nodes.log

test-page: $(BUILT)
	cd end2end && npx playwright test 2>&1 | tee ../$(LOGS)/playwright.log

test-page-nodes: $(BUILT) ## the end-to-end tests on two nodes over MongoDB and Redis
	@tools/setup end2end browser servers
	NODES=2 tools/with-servers bash -c '[ -n "$$WITHOUT_NODES" ] || { cd end2end && npx playwright test; }'

bench: $(BUILT) ## Duologue beside servers that forward in memory or over Redis: figures, tables and charts; some twenty minutes
	@tools/setup bench
	@cargo build --release --manifest-path bench/layout/Cargo.toml --target-dir target/layout
	@node tools/bench.mjs
	@$(MAKE) --no-print-directory charts

charts: ## the charts and tables of docs/performance.md, anew from what make bench measured
	@node tools/charts.mjs
	@node tools/performance-tables.mjs

bench-page: $(BUILT) ## what the page costs: bytes, loading, a message, switching, scrolling; figures, no verdict
	@tools/setup end2end browser
	@node tools/bench-page.mjs

soak: $(BUILT) ## kills, power cuts, simulation, mutants and hostile input at length, and the table of docs/reliability.md
	@tools/setup rust servers fuzzing
	@node tools/soak.mjs $(PARTS)

check: ## house rules, format, lints and documentation of both halves, size of the page
	@tools/setup rust page end2end
	@node tools/forbidden.mjs
	@node --test tools/charts/*.test.mjs
	@node tools/charts.mjs --check
	@node tools/performance-tables.mjs --check
	cd end2end && npx tsc --noEmit
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	cargo clippy $(FRONT) -- -D warnings
	cargo fmt --check --manifest-path bench/layout/Cargo.toml
	cargo clippy --manifest-path bench/layout/Cargo.toml --target-dir target/layout -- -D warnings
	@$(MAKE) --no-print-directory deny
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items --bin duologue
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items $(FRONT)
	@$(MAKE) --no-print-directory $(BUILT)
	@node tools/sizes.mjs --limit-kib 300

autobahn: ## Autobahn's fuzzing client against the real socket, once it is installed some ten seconds; counts as JSON
	@tools/setup rust
	@tools/autobahn

fuzz: ## whatever reads bytes from outside, each target for FUZZ_SECONDS (30); what is found stays in fuzz/artifacts
	@tools/setup rust fuzzing
	@tools/fuzz

deny: ## licences, banned crates and sources of what is depended on
	@tools/setup rust deny
	@cargo deny check bans licenses sources
