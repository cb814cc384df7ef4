# Everything one does with a checkout of Pitchpit. `make help` lists it.
# Settings come from the environment or from .env (see .env.example), for example: PORT=9000 make run

PYTHON ?= python3
BIN := .venv/bin
# As many test processes as there are cores, at most four.
PYTEST := $(BIN)/python -m pytest --numprocesses=logical --maxprocesses=4 --dist=worksteal
UV ?= uv
UV_COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.PHONY: help run test quick lint format lock bench clean environment test-environment chromium

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: environment ## start Pitchpit on http://127.0.0.1:8000, with the demo story at the first start; Ctrl-C stops it
	@exec $(BIN)/pitchpit run

test: test-environment chromium lint ## everything: lint, then all tests on SQLite and PostgreSQL and in a browser
	@$(PYTEST) --databases=sqlite,postgresql

quick: test-environment ## the part of the tests that takes about a minute: SQLite, no browser
	@$(PYTEST) --databases=sqlite -m "not journey and not attack and not access and not slow"

lint: test-environment ## ruff, mypy and djlint: style, types and templates
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/djlint --quiet --lint templates

format: test-environment ## put the Python files into ruff's format
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

lock: ## make the lock files again from pyproject.toml (needs uv); UPGRADE=1 takes the newest versions
	@command -v $(UV) >/dev/null || { echo "Making lock files needs uv: pip install uv, or name it: make lock UV=/path/to/uv"; exit 1; }
	@$(UV_COMPILE) pyproject.toml --output-file requirements.txt
	@$(UV_COMPILE) pyproject.toml --extra test --constraint requirements.txt --output-file requirements-test.txt

bench: test-environment ## measure what Pitchpit promises on this machine; the report goes to bench/results/
	@$(BIN)/python -m bench

clean: ## remove what make built; your data in var/ and your .env stay
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name it: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) tools/environment.py

test-environment: environment
	@$(PYTHON) tools/environment.py --test

chromium: test-environment
	@$(BIN)/python tools/chromium.py
