# make demo   install into .venv and run the demonstration; ends with the path of its report
# make test   install into .venv and run the tests
# Both can be repeated: what is installed or computed already is not done again.

PYTHON ?= python3
CORES ?= all
BIN := .venv/bin
LOCK := $(shell cat requirements.lock pyproject.toml | cksum | cut -d' ' -f1)
STAMP := .venv/.installed-$(LOCK)
# One thread a process, as many processes as cores: see docs/performance.md.
export OMP_NUM_THREADS := 1

INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
# What the lines above it say is pip's; this says what to do.
failed = echo "xnerbench could not $(1): the reason stands above. It takes a network (or PIP_INDEX_URL of a mirror), about 3 GB of disk and the right to write here. Nothing outside .venv was changed; make again goes on." >&2; exit 1;

.PHONY: help demo test test-slow lint clean install

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(STAMP) ## run config/demo.yaml on the embedded corpus and print the report's path
	@$(BIN)/snakemake --cores $(CORES) --configfile config/demo.yaml
	@echo
	@echo "The report: results/demo/report.html"

test: $(STAMP) ## run the tests (without the slow ones)
	@$(BIN)/python -m pytest -q -m "not slow" -n 2 --dist loadfile --no-loadscope-reorder

test-slow: $(STAMP) ## run the simulations and the kill tests, too (an hour or more)
	@$(BIN)/python -m pytest -q

lint: $(STAMP) ## check style and types of Python, style of Snakefile and rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/mypy
	$(BIN)/snakemake --lint --configfile config/demo.yaml

install: $(STAMP) ## create .venv with the locked versions

clean: ## remove .venv and the demonstration; other studies are kept
	rm -rf .venv work/demo results/demo

$(STAMP):
	@command -v $(PYTHON) >/dev/null || { echo "xnerbench needs Python 3.11 or newer, and there is no $(PYTHON). Install it, or name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "xnerbench needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name a newer one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python has no venv module. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Installing the versions of requirements.lock into .venv (a few minutes, about 2 GB)"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv || { $(call failed,make .venv) }
	@$(INSTALL) -r requirements.lock || { $(call failed,install the packages) }
	@$(INSTALL) --no-deps --no-build-isolation --editable . || { $(call failed,install xnerbench) }
	@rm -f .venv/.installed-*
	@touch $@
