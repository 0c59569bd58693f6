# The commands of the project. They install everything into .venv and change nothing else on the machine.
#
#   make run           install, index sample/ if there is no index yet, serve on http://127.0.0.1:8000
#   make test          lint, type checks and all quick tests, two files at a time
#   make test-slow     the tests that are marked slow
#   make test-opensearch   the tests on OpenSearch nodes; they need Java 17 and Maven, which fetches OpenSearch once
#   make test-clients  generate clients of the API and call everything by them; needs npm and Python 3.11
#   make bench-quick   Fihrist beside other search engines, in a minute (docs/benchmarks.md)
#   make bench         the same with 10,000 and 100,000 articles
#   make bench-page BENCH="--index DIR"   how long a page of results takes
#   make axe           install axe-core with npm; `make test` then checks whether pages are accessible
#   make screenshots   take pictures of every page, into screenshots/; SHOTS=--documentation: those of the README
#   make messages      collect the texts of the interface that need a translation
#   make wheel         build the wheel, into dist/
#   make lock          bring the lock files up to pyproject.toml; UPGRADE=--upgrade: with the newest versions
#   make audit         look for known vulnerabilities in what users install; fails if a package cannot be looked up
#   make clean         remove what was built; the index stays

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test test-slow test-opensearch test-clients lint types bench bench-quick bench-page axe screenshots messages wheel lock audit clean

run: $(VENV)/.installed
	@# Exit code 3: some files could not be read. In sample/ one file is broken on purpose; the rest is published.
	@test -e "$${FIHRIST_INDEX:-index}/CURRENT" || $(BIN)/fihrist index sample || test $$? -eq 3
	@exec $(BIN)/fihrist serve

test: lint types
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-slow: $(VENV)/.installed-test
	$(BIN)/python -m pytest -m slow

# Two processes, each with three nodes of its own, which take about 1 GB: one waits while the other works.
test-opensearch: $(VENV)/.installed-test
	@for program in java javac mvn; do command -v $$program >/dev/null || { \
	  echo "$$program is missing; on Debian: apt-get install openjdk-17-jdk-headless maven" >&2; exit 1; }; done
	@told=$$(mktemp); code=0; \
	$(BIN)/python -m pytest -p no:cacheprovider --engine opensearch tests/api tests/pages >$$told 2>&1 & switched=$$!; \
	$(BIN)/python -m pytest -p no:schemathesis -m "opensearch and not slow" || code=1; \
	wait $$switched || code=1; cat $$told; rm -f $$told; exit $$code

test-clients: $(VENV)/.installed-test $(VENV)-clients/.installed tests/clients/node_modules/.installed
	$(BIN)/python -m pytest -m clients tests/clients

# An environment of its own, since the generator pins what it needs.
$(VENV)-clients/.installed: tests/clients/requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "openapi-python-client needs Python 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)-clients
	$(VENV)-clients/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $<
	@touch $@

tests/clients/node_modules/.installed: tests/clients/package-lock.json
	npm ci --prefix tests/clients --ignore-scripts --no-audit --no-fund
	@touch $@

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-test
	$(BIN)/mypy

bench: $(VENV)/.installed-bench
	$(BIN)/python -m tests.bench $(BENCH)

bench-quick: $(VENV)/.installed-bench
	$(BIN)/python -m tests.bench --quick $(BENCH)

bench-page: $(VENV)/.installed
	$(BIN)/python -m tests.bench.page $(BENCH)

axe: tests/browser/node_modules/axe-core/axe.min.js

tests/browser/node_modules/axe-core/axe.min.js: tests/browser/package-lock.json
	npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund
	@touch $@

screenshots: $(VENV)/.installed-test
	@test -e "$${FIHRIST_INDEX:-index}/CURRENT" || $(BIN)/fihrist index sample || test $$? -eq 3
	$(BIN)/python -m tests.screenshots --index "$${FIHRIST_INDEX:-index}" $(SHOTS)

messages: $(VENV)/.installed-test
	$(BIN)/python -m tests.messages

wheel: $(VENV)/.installed-test
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

lock:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip --quiet install uv==0.13.9
	for lock in requirements.lock "deploy/requirements-opensearch.lock --extra opensearch" "deploy/requirements-mcp.lock --extra mcp" "requirements-dev.lock --extra test" \
	    "tests/bench/requirements.lock --extra bench"; do \
	  set -- $$lock; name=$$1; shift; \
	  $(VENV)-lock/bin/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes $(UPGRADE) \
	    --custom-compile-command "make lock" "$$@" pyproject.toml -o $$name || exit 1; \
	done
	$(VENV)-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(UPGRADE) \
	  --custom-compile-command "make lock" tests/clients/requirements.in -o tests/clients/requirements.lock
	rm -rf $(VENV)-lock

audit:
	@$(PYTHON) -m venv $(VENV)-audit
	@$(VENV)-audit/bin/python -m pip --disable-pip-version-check --quiet install pip-audit==2.10.1
	$(VENV)-audit/bin/pip-audit --strict --disable-pip --require-hashes --requirement deploy/requirements-opensearch.lock --requirement deploy/requirements-mcp.lock; code=$$?; rm -rf $(VENV)-audit; exit $$code

clean:
	rm -rf $(VENV) build dist tests/opensearch/.nodes .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "Fihrist needs Python 3.10 or newer; name one by: make PYTHON=python3.12 run" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module does not work; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.installed-bench: $(VENV)/.installed tests/bench/requirements.lock
	$(PIP) install --require-hashes -r tests/bench/requirements.lock
	@touch $@
