# One .venv serves every target. It is installed anew when pyproject.toml or constraints.txt change, and not otherwise.
#   make run     the built-in study, into out/
#   make test    everything that must hold: style, types, floors, tests, code examples, documentation
#   make dist    a wheel and an archive of the source, into dist/, tried in an environment of their own
#   make fuzz    N malformed or hard models thrown at constructors and solvers, from SEED (N=1000000 takes a night)

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test fuzz docs bench dist lint types clean

VENV := .venv
BIN := $(VENV)/bin
KEY := $(shell cat pyproject.toml constraints.txt | cksum | tr -dc '0-9')
RUN_STAMP := $(VENV)/.installed-run-$(KEY)
TEST_STAMP := $(VENV)/.installed-test-$(KEY)
BENCH_STAMP := $(VENV)/.installed-bench-$(KEY)

# The first Python found that is new enough; `make PYTHON=/path/to/python` overrides.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python python3.13 python3.12 python3.11 python3.14; do \
	$$p -c '$(NEW_ENOUGH)' 2>/dev/null && { echo $$p; break; }; done)

# Tests start the command many times: without compiled files each start would compile two thousand modules.
export PYTHONDONTWRITEBYTECODE :=

# Blocks in this package are small: more BLAS threads than one lose time to contention.
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1

help:
	@sed -n 's/^#   //p' Makefile

run: $(RUN_STAMP)
	@$(BIN)/thermokin run $(ARGS)

# From the cheap to the dear; the first failure stops it, and pytest's closing line ends it.
test: $(TEST_STAMP)
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory -j 2 --output-sync=target types docs
	$(ONE_THREAD) $(BIN)/python -m pytest -n 2 $(ARGS)

N ?= 100000
SEED ?= 0
fuzz: $(TEST_STAMP)
	$(ONE_THREAD) THERMOKIN_FUZZ=$(N) $(BIN)/python -m pytest -n 2 --hypothesis-seed=$(SEED) $(ARGS) tests/fuzz

lint: $(TEST_STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo

types: $(TEST_STAMP)
	$(BIN)/mypy

# Afresh each time: a page's code is run again although only the package has changed. Aside, and then put in place: two
# builds at once do not write into each other's pages.
docs: $(TEST_STAMP)
	@mkdir -p docs/_build && aside=$$(mktemp -d docs/_build/aside.XXXXXX) && trap 'rm -rf "$$aside"' EXIT \
		&& echo "sphinx docs docs/_build/html" \
		&& $(ONE_THREAD) $(BIN)/python -m sphinx -j 2 -b html -W --keep-going -q docs "$$aside/html" \
		&& rm -rf docs/_build/html && mv "$$aside/html" docs/_build/html

# In an environment that holds the wheel alone: what it forgets to bring is missed here and not by a user.
dist: $(RUN_STAMP)
	rm -rf dist
	$(BIN)/python -m uv build --quiet --out-dir dist
	@aside=$$(mktemp -d) && trap 'rm -rf "$$aside"' EXIT && $(BIN)/python -m uv venv --quiet "$$aside/venv" \
		&& $(BIN)/python -m uv pip install --quiet --python "$$aside/venv/bin/python" -c constraints.txt dist/*.whl \
		&& cd "$$aside" && venv/bin/thermokin run --out out && venv/bin/thermokin run counting --out counting \
		&& venv/bin/python -c 'import thermokin; print("thermokin", thermokin.__version__)'

bench: $(BENCH_STAMP)
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

clean:
	rm -rf $(VENV) out build dist docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# uv is the fast path; pip takes over where uv fails, since uv does not read pip's configuration.
$(RUN_STAMP): GROUPS_WANTED :=
$(TEST_STAMP): GROUPS_WANTED := --group test --group docs
$(BENCH_STAMP): GROUPS_WANTED := --group test --group docs --group peers
$(RUN_STAMP): STAMPS := $(RUN_STAMP)
$(TEST_STAMP): STAMPS := $(RUN_STAMP) $(TEST_STAMP)
$(BENCH_STAMP): STAMPS := $(RUN_STAMP) $(TEST_STAMP) $(BENCH_STAMP)
$(RUN_STAMP) $(TEST_STAMP) $(BENCH_STAMP):
	@$(BIN)/python -c '$(NEW_ENOUGH)' 2>/dev/null || { \
		test -n "$(PYTHON)" || { \
			echo "thermokin needs Python 3.11 or newer, and none was found; name one with: make PYTHON=/path/to/python" >&2; exit 1; }; \
		$(PYTHON) -c '$(NEW_ENOUGH)' 2>/dev/null || { \
			echo "thermokin needs Python 3.11 or newer; $(PYTHON) is not; name another with: make PYTHON=/path/to/python" >&2; exit 1; }; \
		$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
			echo "$(PYTHON) lacks the venv module; on Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }; \
		$(PYTHON) -m venv --clear $(VENV); }
	@echo "Installing into $(VENV) (only when pyproject.toml or constraints.txt changed)" >&2
	@for stamp in $(VENV)/.installed-*; do case $$stamp in *-$(KEY)) ;; *) rm -f "$$stamp" ;; esac; done
	@{ $(BIN)/python -m uv --version >/dev/null 2>&1 \
			|| $(BIN)/python -m pip install --quiet --disable-pip-version-check uv; } \
		&& $(BIN)/python -m uv pip install --quiet --python $(BIN)/python -c constraints.txt -e . $(GROUPS_WANTED) \
	|| { echo "uv could not install; trying pip" >&2; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1' \
		&& $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e . $(GROUPS_WANTED); }
	@touch $(STAMPS)
