# Every target works on a fresh clone: the virtual environment is made first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test test-slow lint bench clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(STAMP)  ## the whole chain on the Pythia 8 sample of the repository
	$(BIN)/coffea-lcf run analysis_configs/w_vs_qcd.yaml --output demo-output --force
	@echo
	@echo "Open demo-output/report.html; cuts in selection.json, tables in cutflow.*, events in skims/."

test: $(STAMP)  ## the tests
	$(BIN)/python -m pytest -n 2 --dist loadscope

test-slow: $(STAMP)  ## the long tests too: event generation, figures of the papers
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,generate]'
	$(BIN)/python -m pytest -n 2 --dist loadscope -m 'not gpu'

lint: $(STAMP)  ## style, types and the layers of the imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)  ## figures beside those of the rivals
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,bench]'
	$(BIN)/python -m benchmarks.lcf_reproduction
	$(BIN)/python -m benchmarks.w_vs_qcd
	$(BIN)/python -m benchmarks.joint_cuts
	$(BIN)/python -m benchmarks.cost
	$(BIN)/python -m benchmarks.processing

clean:  ## remove the virtual environment and all outputs
	rm -rf $(VENV) demo-output output .pytest_cache .mypy_cache .ruff_cache .benchmarks build *.egg-info
