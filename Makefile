# Everything is built into build/; tools are pinned below tools/, npm packages by their lock files.
# On Debian as root, missing system packages (chromium, redis-server, a C compiler, wrk) are installed; elsewhere you are
# told what is missing.

SHELL := /bin/bash -o pipefail
.DEFAULT_GOAL := help

BUILD     := build
TOOLS     := $(BUILD)/tools
COLLECTOR := $(BUILD)/otelcol-clienttokens
WEB       := examples/embedded/web
BROWSER   := e2e/browser

ocb           := go.opentelemetry.io/collector/cmd/builder
mdatagen      := go.opentelemetry.io/collector/cmd/mdatagen
golangci-lint := github.com/golangci/golangci-lint/v2/cmd/golangci-lint
gotestsum     := gotest.tools/gotestsum
vegeta        := github.com/tsenart/vegeta/v12
gitleaks      := github.com/zricethezav/gitleaks/v8

.PHONY: help
help: ## List the targets (default)
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: run
run: build $(WEB)/node_modules ## Start the Collector and the example web page; Ctrl-C ends both
	@examples/embedded/run.sh

.PHONY: fleet
fleet: build ## Start two Collectors that share their tokens and limits in a Redis; Ctrl-C ends all
	@tools/need.sh redis-server
	@examples/fleet/run.sh

.PHONY: build
build: $(BUILD)/distribution/generated ## Build the Collector and the command: build/otelcol-clienttokens, build/clienttokens
	go -C $(BUILD)/distribution build -mod=mod -trimpath -ldflags="-s -w" -o ../otelcol-clienttokens .
	go build -trimpath -ldflags="-s -w" -o $(BUILD)/clienttokens ./cmd/clienttokens

.PHONY: test
test: build $(TOOLS)/gotestsum $(TOOLS)/gitleaks $(WEB)/node_modules $(BROWSER)/node_modules ## Run all tests: unit, race, fuzz seeds, lifecycle, end to end
	@tools/need.sh chromium cc redis-server
	$(TOOLS)/gotestsum --format pkgname -- -race -timeout 30m ./...
	go -C bench/limiters test ./...

.PHONY: soak
soak: build $(TOOLS)/gitleaks $(WEB)/node_modules $(BROWSER)/node_modules ## The same tests with larger numbers, and the fuzzers for a minute each
	@tools/need.sh chromium cc redis-server
	SOAK=20 RAPID_CHECKS=2000 go test -race -timeout 60m ./...
	tools/fuzz.sh 60s

.PHONY: bench
bench: build $(TOOLS)/vegeta ## Measure: checks and decisions, the Collector with and without our parts, floods, our limiter and others
	@tools/need.sh wrk redis-server
	go test -run '^$$' -bench . -benchmem ./internal/... ./clienttokenauthextension ./clienttokenadminextension ./spanratelimitprocessor
	go run ./bench
	go run ./bench -compare usage -spans 30
	go run ./bench/flood
	go -C bench/limiters run .

.PHONY: lint
lint: $(TOOLS)/golangci-lint generate ## Check style, and that generated files are up to date
	$(TOOLS)/golangci-lint run ./...
	cd bench/limiters && $(CURDIR)/$(TOOLS)/golangci-lint run -c $(CURDIR)/.golangci.yaml ./...
	git diff --exit-code -- '*generated*' '*documentation.md'

.PHONY: generate
generate: $(TOOLS)/mdatagen ## Generate telemetry and lifecycle tests from each metadata.yaml
	PATH="$(CURDIR)/$(TOOLS):$$PATH" go generate ./...

.PHONY: clean
clean: ## Remove everything that was built or installed here
	rm -rf $(BUILD) $(WEB)/node_modules $(BROWSER)/node_modules

$(TOOLS)/%: tools/go.mod tools/go.sum
	go -C tools build -o ../$@ $($*)

# A module of its own: with the versions that golangci-lint needs it doesn't compile.
$(TOOLS)/gitleaks: tools/gitleaks/go.mod tools/gitleaks/go.sum
	go -C tools/gitleaks build -o ../../$@ $(gitleaks)

# ocb writes the distribution's main package and go.mod; compiling it is left to `make build`.
$(BUILD)/distribution/generated: builder-config.yaml go.mod go.sum $(TOOLS)/ocb
	$(TOOLS)/ocb --skip-compilation --config builder-config.yaml
	@touch $@

%/node_modules: %/package.json %/package-lock.json
	npm --prefix $* ci --no-audit --no-fund
	@touch $@
