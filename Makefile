# The commands of this project; `make help` lists them. Works with any Python >= 3.11, make and a package index.

PYTHON ?= python3
WORKERS ?= 2
CASES ?= 5000
KILLS ?= 50
SEED ?= 1
EXAMPLES ?= 2000
BIN := .venv/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps
RUNS := requirements.lock requirements-nodes.lock
COMPILE = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--quiet --annotation-style line --custom-compile-command 'make lock'

.DEFAULT_GOAL := help
# What is compiled is kept: tests and demo start processes, each of which would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup demo test check lint types architecture fix bench fuzz chaos audit lock

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: .venv/development.stamp ## Build .venv with everything for development, from requirements-dev.lock

demo: .venv/runtime.stamp ## Show Concord at work in the plant in a box (installs the runtime alone)
	$(BIN)/concord demo

test: check ## Run every check, then every test
	$(BIN)/pytest -n $(WORKERS)

check: lint types architecture ## Run linter, type checker and import contracts

lint: .venv/development.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/development.stamp
	$(BIN)/pyright

architecture: .venv/development.stamp
	$(BIN)/lint-imports --no-logo

fix: .venv/development.stamp ## Mend what the linter can mend, and format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/development.stamp ## Run the benchmarks and print their tables
	$(BIN)/python -m benchmarks

# Every test that draws its bytes from tests/damage.py.
fuzz: .venv/development.stamp ## Try the parsers of foreign bytes longer, and elsewhere each time (EXAMPLES=)
	EXAMPLES=$(EXAMPLES) $(BIN)/pytest -n $(WORKERS) --hypothesis-profile=explore -o timeout=7200 \
		$$(grep -rl 'tests.damage import' tests --include='test_*.py')

chaos: .venv/development.stamp ## Break Concord in every way known, on both databases (an hour or more)
	$(BIN)/python -m benchmarks.chaos --cases $(CASES) --kills $(KILLS) --faults 0.3 --seed $(SEED) --json
	$(BIN)/python -m benchmarks.chaos --cases $(CASES) --kills $(KILLS) --faults 0.3 --seed $(SEED) --json \
		--db postgres --workers 3

audit: .venv/audit/bin/pip-audit ## Ask the package index for known weaknesses of what is locked (needs a network)
	for lock in $(RUNS); do \
		.venv/audit/bin/pip-audit --strict --requirement $$lock --disable-pip --require-hashes || exit 1; \
	done

lock: .venv/uv/bin/uv ## Resolve all lock files anew from pyproject.toml
	$(MAKE) --no-print-directory BIN=.venv/uv/bin compile

.PHONY: compile
compile:
	$(COMPILE) --upgrade --all-extras --group dev --output-file requirements-dev.lock
	$(COMPILE) --upgrade --group build --constraint requirements-dev.lock --output-file requirements.lock
	$(COMPILE) --upgrade --extra postgres --extra mqtt --group build \
		--constraint requirements-dev.lock --output-file requirements-nodes.lock

# A stamp is newer than what its environment was built from. The lock is complete, so no resolver runs;
# `pip check` says if it were not. The development environment contains the runtime one.
.venv/runtime.stamp: requirements.lock pyproject.toml | .venv/bin/pip
	@echo "Installing the runtime into .venv (about a minute the first time) ..."
	@$(INSTALL) --require-hashes --requirement requirements.lock
	@$(INSTALL) --no-build-isolation --editable .
	@$(BIN)/pip check --disable-pip-version-check
	@touch $@

.venv/development.stamp: requirements-dev.lock requirements.lock pyproject.toml | .venv/bin/pip
	@echo "Installing everything for development into .venv (about two minutes the first time) ..."
	@$(INSTALL) --require-hashes --requirement requirements-dev.lock
	@$(INSTALL) --no-build-isolation --editable .
	@$(BIN)/pip check --disable-pip-version-check
	@touch .venv/runtime.stamp $@

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Concord needs Python 3.11 or newer, and $(PYTHON) is not. Name one: make setup PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { \
		echo "$(PYTHON) cannot create an environment. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/uv/bin/uv: | .venv/bin/pip
	@$(PYTHON) -m venv .venv/uv
	@.venv/uv/bin/pip install --quiet --disable-pip-version-check uv

.venv/audit/bin/pip-audit: | .venv/bin/pip
	@$(PYTHON) -m venv .venv/audit
	@.venv/audit/bin/pip install --quiet --disable-pip-version-check pip-audit
