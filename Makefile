# The five commands that one needs. On Windows, run the lines themselves (see CONTRIBUTING.md).
.PHONY: setup test lint docs build

PYTHON ?= python3
BIN := .venv/bin

setup:  ## make .venv with everything that development needs, and the checks before each commit
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -e '.[dev]'

test:  ## run the tests; TESTS=tests/test_answer.py runs some of them
	$(BIN)/python -m pytest $(TESTS)

lint:  ## style, form and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs:  ## make the documentation site in build/site
	$(BIN)/python docs/site.py

build:  ## make the wheel and try it in an environment that has nothing but what it asks for
	rm -rf build/lib dist
	$(BIN)/python -m build --no-isolation
	$(BIN)/python .ci/fresh.py dist/*.whl
