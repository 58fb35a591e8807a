# Every target does its own set-up: a bare machine needs Python 3.11+, pip and make, nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint format openapi clients docs desk e2e fuzz audit

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
	@$(RUN) amends eval draft evals/cases/forgotten-dog-groomer.yaml

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

clients: setup ## Generate the clients anew from openapi.yaml; needs Node 20 and npm
	$(RUN) --group e2e python clients/python/generate.py
	cd clients/typescript && npm ci --no-audit --no-fund --loglevel=error && npm run --silent generate -- src/contract.ts

docs: setup ## Build the site of the documentation into the folder site
	NO_MKDOCS_2_WARNING=1 $(RUN) mkdocs build --strict --quiet --config-file docs/site/mkdocs.yml
	@echo "Begin at site/index.html; to search in it: $(PYTHON) -m http.server --directory site 8080"

desk: ## Build the agents' desk anew into service/desk/; needs Node 20 and npm
	cd desk && npm ci --no-audit --no-fund && npx tsc --noEmit && node build.mjs

# Root installs what is missing from Debian; anybody else is told what to install.
e2e: setup ## Try the desk in Chromium and the clients, end to end; needs Node 20, npm and Chromium
	@for each in chromium npm; do command -v $$each >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq $$each >/dev/null; } || { \
	  echo "make e2e needs $$each: install it, for instance by: apt-get install $$each"; exit 2; }; done
	@for each in desk clients/typescript; do (cd $$each && npm ci --no-audit --no-fund --loglevel=error) || exit 1; done
	$(RUN) --group e2e pytest tests/e2e clients plugins

# CASES=N for another number of each, without and with a key; BODIES=N for each of the two databases.
CASES ?= 20000
BODIES ?= 5000
fuzz: setup ## Send what schemathesis and Hypothesis think of, for about an hour: CASES=20000 BODIES=5000
	$(RUN) python -m tests.fuzz.run --cases $(CASES)
	$(RUN) python -m tests.fuzz.run --cases $(CASES) --key
	AMENDS_FUZZ_BODIES=$(BODIES) $(RUN) pytest tests/fuzz/test_bodies.py

# ADVISORIES=FOLDER for a copy of the PyPA advisory database, where no service can be asked.
audit: setup ## Look for insecure code with bandit, and for locked packages that something is known against
	$(RUN) --group audit bandit --quiet --configfile pyproject.toml --recursive service guardrails evals training clients plugins
	@$(UV) export --frozen --quiet --all-groups --no-emit-local --no-hashes --output-file .audit.txt
	$(RUN) --group audit python -m tests.audit.run .audit.txt training/requirements.txt $(if $(ADVISORIES),--advisories $(ADVISORIES))
