# Needs Python 3.11 or later, make and git. `make run` shows the dashboard, `make test` runs every test.

PYTHON ?= python3
PORT ?= 8501
UV ?= uv
NODE ?= node
NPM ?= npm
VENV ?= .venv
BIN := $(VENV)/bin

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help run extras test quick soak lint format types check bench api lock clean

help:
	@echo "make run     the dashboard on the shipped datasets, http://localhost:$(PORT)"
	@echo "make extras  what only some need and tests would skip without: the engines of docs/scale.md"
	@echo "make test    every test, browser and office included where Chromium and LibreOffice are installed"
	@echo "make quick   the tests that need no browser, no office and little time"
	@echo "make soak    the tests that kill a writer or break files, many more times"
	@echo "make lint    style;  make format mends it;  make types checks the types, of the tests too"
	@echo "make check   every problem of the shipped datasets"
	@echo "make bench   speed, side by side with what one would use instead"
	@echo "make api     docs/api.md anew, from the signatures and docstrings"
	@echo "make lock    the lock files anew, from pyproject.toml (needs uv);  make clean removes what make made"

run: $(VENV)/run.stamp
	$(BIN)/policy-matrix serve --port $(PORT)

# The dashboard's scripts are tested and checked by node 20 or later. Who has none still gets all the rest, and is told;
# in CI it must be there.
WITH_NODE = command -v $(NODE) >/dev/null && $(NODE) -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'
WITHOUT_NODE = { echo "The dashboard's scripts were not checked: that needs node 20 or later, and '$(NODE)' is \
$$($(NODE) --version 2>/dev/null || echo not installed)."; [ "$$CI" != true ]; }

# Four workers, each with a browser and a server of its own (tests/conftest.py says who gets what, and when): a test in
# the browser waits as long as it computes.
test: $(VENV)/dev.stamp
	@if $(WITH_NODE); then $(NODE) --test --test-reporter=spec $$(find tests -name '*.test.js'); else $(WITHOUT_NODE); fi
	$(BIN)/python -m pytest -n 4 $(ARGS)

# What one runs after each change, and what CI runs on the other Pythons (make quick PYTHON=python3.13 VENV=.venv-3.13).
quick: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n 2 -m "not browser and not office and not slow" $(ARGS)

# The tests that kill a writer and break files by chance, with two hundred kills instead of sixteen and 2,000 files.
soak: $(VENV)/dev.stamp
	SOAK=1 $(BIN)/python -m pytest tests/store tests/importing/test_fuzz.py $(ARGS)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if $(WITH_NODE); then $(MAKE) --no-print-directory node_modules/stamp && $(NPM) run --silent lint; else $(WITHOUT_NODE); fi

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@if $(WITH_NODE); then $(MAKE) --no-print-directory node_modules/stamp && $(NPM) run --silent format; else $(WITHOUT_NODE); fi

types: $(VENV)/dev.stamp
	$(BIN)/mypy
	@if $(WITH_NODE); then $(MAKE) --no-print-directory node_modules/stamp && $(NPM) run --silent types; else $(WITHOUT_NODE); fi

check: $(VENV)/run.stamp
	$(BIN)/policy-matrix check data/us-china-ai-dialogue
	$(BIN)/policy-matrix check data/ai-governance-instruments

# The reference of the library, from its signatures and docstrings; a test says when it is stale.
api: $(VENV)/dev.stamp
	$(BIN)/python docs/api.py

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks $(ARGS)

# The build backend is pinned in the lock too, so the editable install neither fetches nor guesses anything.
$(VENV)/run.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "policy-matrix needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# The development lock holds the runtime lock's versions and more, so this only adds.
$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# The extras with what tests them; without them these tests skip and say so, but fail in CI.
extras: $(VENV)/all.stamp
$(VENV)/all.stamp: $(VENV)/dev.stamp requirements-all.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-all.lock
	@touch $@

# What checks the scripts and styles; only for those who change them.
node_modules/stamp: package.json package-lock.json .npmrc
	$(NPM) ci --silent
	@touch $@

# One lock for every supported Python and platform, without the address of the registry it was made from.
COMPILE := $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
lock:
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: python3 -m pip install uv, or make lock UV=path/to/uv"; exit 1; }
	$(COMPILE) --group build --group dev --output-file requirements-dev.lock
	$(COMPILE) --group build --constraints requirements-dev.lock --output-file requirements.lock
	$(COMPILE) --group build --group dev --group dev-team --all-extras --constraints requirements-dev.lock --output-file requirements-all.lock

clean:
	rm -rf $(VENV) .venv-* node_modules artefacts build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
