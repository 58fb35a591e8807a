# Every target does its own set-up: a bare machine needs Python 3.11+, pip and make, nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint format openapi docs desk e2e

PYTHON ?= python3
# uv from the PATH, else one of our own in the ignored folder .uv: `pip install --target` works on managed Pythons too.
OWN_UV := .uv/bin/uv
UV := $(or $(shell command -v uv 2>/dev/null),$(OWN_UV))
export UV_PYTHON_DOWNLOADS := never
RUN := $(UV) run --frozen

help: ## List the targets
	@grep -E '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(OWN_UV):
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target .uv uv==0.13.9

# What uv installs, it installs again only when pyproject.toml, uv.lock or our sources changed.
setup: $(if $(filter $(OWN_UV),$(UV)),$(OWN_UV))
	@$(UV) sync --frozen --quiet --python $(PYTHON)

demo: setup ## Draft a reply to one complaint with the embedded model and print it with its verdicts
	@$(RUN) amends eval draft evals/cases/broken-kettle.yaml

test: setup ## Run every test
	$(RUN) pytest --numprocesses auto --dist loadfile

lint: setup ## Formatter, linters, types and import rules
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports

check: lint test ## What must hold before a commit

format: setup ## Put the sources in form
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

openapi: setup ## Write openapi.yaml anew from the application
	$(RUN) python -m tests.service.api.test_contract

docs: setup ## Build the site of the documentation into the folder site
	NO_MKDOCS_2_WARNING=1 $(RUN) mkdocs build --strict --quiet --config-file docs/site/mkdocs.yml
	@echo "Begin at site/index.html; to search in it: $(PYTHON) -m http.server --directory site 8080"

desk: ## Build the agents' desk anew into service/desk/; needs Node 20 and npm
	cd desk && npm ci --no-audit --no-fund && npx tsc --noEmit && node build.mjs

# Root installs what is missing from Debian; anybody else is told what to install.
e2e: setup ## Try the desk in Chromium, end to end; needs Node 20, npm and Chromium
	@for each in chromium npm; do command -v $$each >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq $$each >/dev/null; } || { \
	  echo "make e2e needs $$each: install it, for instance by: apt-get install $$each"; exit 2; }; done
	@cd desk && npm ci --no-audit --no-fund --loglevel=error
	$(RUN) --group e2e pytest tests/e2e clients plugins
