# The five commands that one needs. CONTRIBUTING.md has them for systems without make.
.PHONY: setup test lint docs build

PYTHON ?= python3
BIN := .venv/bin

setup:
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -e '.[dev]' pre-commit
	$(BIN)/pre-commit install

test:
	$(BIN)/python -m pytest $(TESTS)

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs:
	$(BIN)/python docs/build_site.py

build:
	rm -rf build/lib build/bdist.* dist
	$(BIN)/python -m build --no-isolation --quiet
	$(BIN)/python .ci/fresh.py dist/*.whl
