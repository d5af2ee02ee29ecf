# `make demo` and `make test` are all a newcomer needs: each sets up what it needs by itself.
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
CORES := $(shell getconf _NPROCESSORS_ONLN)
# Tests run in this many processes, one more than there are cores: some always wait for a server or a browser.
JOBS ?= $(shell expr $(CORES) + 1)
ARGS ?=
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
SOURCES := manage.py clinic clients booking tests bench tools

.PHONY: help setup install demo test test-slow test-sql check bench shots docs lock fmt

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | while IFS='	' read -r name text; do printf '  make %-9s %s\n' "$$name" "$$text"; done

setup: ## Make .venv and node_modules, or bring them up to date (the others do it by themselves)
	@command -v $(PYTHON) >/dev/null || { echo "Warmstone cannot be set up: there is no $(PYTHON) on this machine." >&2; exit 1; }
	@$(PYTHON) tools/setup.py

install: ## On a server: only what it needs in .venv and node_modules, nothing of the developers'
	@command -v $(PYTHON) >/dev/null || { echo "Warmstone cannot be set up: there is no $(PYTHON) on this machine." >&2; exit 1; }
	@$(PYTHON) tools/setup.py --production

demo: setup ## Run everything with a demo practice: PORT=8000, RESET=1 to start anew, Ctrl-C to end
	@exec $(MANAGE) demo --port $(PORT) $(if $(filter 1,$(RESET)),--reset)

test: setup ## Run all tests but the slow ones, and name the 30 that took longest: ARGS="-k word tests/booking", JOBS=1
	@$(BIN)/python tools/test.py -m "not slow" --durations=30 -n $(JOBS) --dist worksteal $(ARGS)

# These wait more than they work: for a page, for a process that starts, for a clock that ticks.
test-slow: JOBS := $(shell expr $(CORES) + 2)
test-slow: setup ## Run the slow tests: browsers, processes that are killed, races, many clients at once
	@MANY_EXAMPLES=1 $(BIN)/python tools/test.py -m slow --durations=30 -n $(JOBS) --dist worksteal $(ARGS)

test-sql: setup ## Run the tests of what PostgreSQL itself does: EMBEDDED_POSTGRES=/usr/lib/postgresql/15/bin
	@$(BIN)/python tools/test.py -m sql -n $(JOBS) --dist worksteal $(ARGS)

check: setup ## Lint, formatting, types, import contract, templates, migrations, deploy check, Dockerfile, docs site, lock files
	@$(BIN)/python tools/check.py

bench: setup ## Measure against the yardsticks of docs/benchmarks.md, into var/bench.json
	@$(BIN)/python -m bench $(ARGS)

shots: setup ## Take the screenshots in docs/screens/
	@$(BIN)/python -m tools.shots $(ARGS)

docs: setup ## Build the site of docs/ into var/site, with a search
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

lock: setup ## Resolve the dependencies anew and write the lock files
	@$(BIN)/python tools/lock.py

fmt: setup ## Format the source and repair what can be repaired
	@$(BIN)/ruff check --quiet --fix $(wildcard $(SOURCES))
	@$(BIN)/ruff format --quiet $(wildcard $(SOURCES))
	@git ls-files -z -- 'templates/*.html' | xargs -0 -r $(BIN)/djade --target-version 5.2
