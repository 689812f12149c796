# Every target works on a fresh clone: the virtual environment is made first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test test-slow lint house docs notebook package minimums bench clean

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

house: $(STAMP)  ## figures of the code: lengths, docstrings, types, tests
	$(BIN)/python -m benchmarks.house

docs: $(STAMP)  ## the documentation as HTML in docs/_build/html
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[docs]'
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

notebook: $(STAMP)  ## run the notebook of the examples and store its outputs
	$(BIN)/python -m pip install --quiet nbconvert ipykernel
	$(BIN)/python -m jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False examples/from_ntuple_to_skim.ipynb

package: $(STAMP)  ## wheel and sdist in dist/, checked, and tried outside of the repository
	$(BIN)/python -m pip install --quiet build twine
	$(BIN)/python -m build
	$(BIN)/python -m twine check dist/*
	$(BIN)/python -m pytest -m slow tests/packaging

minimums:  ## the tests with the lowest versions that pyproject.toml allows
	$(PYTHON) -m venv $(VENV)-minimums
	$(VENV)-minimums/bin/python -m pip install --quiet uv
	$(VENV)-minimums/bin/uv pip install --quiet --python $(VENV)-minimums/bin/python --resolution lowest-direct --editable '.[test]'
	$(VENV)-minimums/bin/python -m pytest -n 2 --dist loadscope tests/unit tests/integration/test_steps.py

bench: $(STAMP)  ## figures beside those of the rivals
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,bench]'
	$(BIN)/python -m benchmarks.lcf_reproduction
	$(BIN)/python -m benchmarks.w_vs_qcd
	$(BIN)/python -m benchmarks.joint_cuts
	$(BIN)/python -m benchmarks.cost
	$(BIN)/python -m benchmarks.processing

clean:  ## remove the virtual environment and all outputs
	rm -rf $(VENV) $(VENV)-minimums demo-output docs/_build dist output .pytest_cache .mypy_cache .ruff_cache .benchmarks build *.egg-info
