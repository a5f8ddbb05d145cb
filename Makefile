# The one interface: `make run`, `make test`, and what `make help` lists. Needs Python 3.11 or newer and nothing else.

PORT ?= 8000
STAGE ?= test
PYTHON ?= python3
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
SAM := .venv-sam/bin/sam
# An environment belongs to the content of its lock; a changed lock has another stamp, so the environment is made anew.
# A lock names everything, hence --no-deps: old versions of pip stumble over extras among hashes.
STAMP := $(VENV)/made-from-$(shell cksum < requirements.lock | cut -d ' ' -f 1)
AGENT_STAMP := $(VENV)/agent-from-$(shell cksum < agent/pyproject.toml | cut -d ' ' -f 1)
SAM_STAMP := .venv-sam/made-from-$(shell cksum < requirements-sam.lock | cut -d ' ' -f 1)
PIP := -m pip install --quiet --disable-pip-version-check --no-input --no-compile
SAM_ENV := SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=eu-central-1

.DEFAULT_GOAL := help
.PHONY: help run test check lint types coverage validate bench lock build deploy office plan reference samples clean environment sam-environment

help: ## Show what there is to run
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:[^#]*## /:/' | awk -F ':' '{ printf "  make %-10s %s\n", $$1, $$2 }'

run: environment ## Run the portal on this machine (PORT=8000)
	@exec $(PY) -m local --port $(PORT)

test: environment ## Run every test (ARGS="-k word" for some)
	@$(PY) -m pytest --numprocesses auto --dist loadfile $(ARGS)

check: lint types coverage validate ## Everything CI looks at, with coverage

lint: environment ## Style, form and layers
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(VENV)/bin/lint-imports

types: environment ## Types
	@$(PY) -m mypy

coverage: environment ## Every test, with coverage
	@$(PY) -m pytest --numprocesses auto --dist loadfile --cov $(ARGS)

validate: ## Check template.yaml with the SAM CLI, where `make sam-environment` put one
	@if [ -e $(SAM_STAMP) ]; then $(SAM_ENV) $(SAM) validate --lint; \
	else echo "template.yaml is not linted here: run 'make sam-environment' once."; fi

bench: environment ## Measure against peers (ARGS=NAME for one)
	@$(PY) -m bench $(ARGS)

samples: environment ## Write samples/ anew
	@$(PY) -m samples

build: environment sam-environment ## Assemble the functions' packages for AWS
	@$(SAM_ENV) $(SAM) build
	@$(PY) -m scripts.package --sizes

deploy: build ## Deploy to AWS (STAGE=test or production)
	@$(PY) -m scripts.deploy --stage $(STAGE)

office: environment ## Open an office on AWS (STAGE=test NAME=… EMAIL=… PERSON=… PLAN=trial or full)
	@$(PY) -m scripts.operate --stage $(STAGE) open-office --name "$(NAME)" --email "$(EMAIL)" --person "$(PERSON)" --plan "$(or $(PLAN),trial)"

plan: environment ## Put an office on a plan on AWS (STAGE=test OFFICE=id PLAN=trial or full)
	@$(PY) -m scripts.operate --stage $(STAGE) change-plan --office "$(OFFICE)" --plan "$(PLAN)"

reference: environment ## Write docs/reference.md anew from the code
	@$(PY) -m scripts.reference

lock: ## Resolve the dependencies anew into the lock files
	@test -x .venv-uv/bin/uv || ($(PYTHON) -m venv .venv-uv && echo '*' > .venv-uv/.gitignore && .venv-uv/bin/python $(PIP) uv)
	@UV_CUSTOM_COMPILE_COMMAND="make lock" .venv-uv/bin/uv pip compile --quiet --universal --generate-hashes \
	  --python-version 3.11 --extra dev --extra firms --extra invoice --extra passkeys --extra upload --no-emit-package konektosync --output-file requirements.lock pyproject.toml $(ARGS)
	@UV_CUSTOM_COMPILE_COMMAND="make lock" .venv-uv/bin/uv pip compile --quiet --universal --generate-hashes \
	  --python-version 3.11 --output-file requirements-sam.lock requirements-sam.in $(ARGS)

clean: ## Remove what can be made again, and the local data
	rm -rf .local .aws-sam build .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +
	find locales -name '*.mo' -delete

environment: $(STAMP) $(AGENT_STAMP)

$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name another one: make PYTHON=python3.12 ..." >&2; exit 2; }
	@echo "Making $(VENV) from requirements.lock: about a minute, once."
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { echo "This Python cannot make environments; on Debian: apt install python3-venv" >&2; exit 2; }
	@$(PY) $(PIP) --no-deps --require-hashes --requirement requirements.lock
	@touch $@

$(AGENT_STAMP): | $(STAMP)
	@$(PY) $(PIP) --no-deps --editable agent
	@touch $@

sam-environment: $(SAM_STAMP) ## Install the SAM CLI beside the product

$(SAM_STAMP):
	@echo "Making .venv-sam from requirements-sam.lock: about a minute, once."
	@rm -rf .venv-sam
	@$(PYTHON) -m venv .venv-sam
	@echo '*' > .venv-sam/.gitignore
	@.venv-sam/bin/python $(PIP) --no-deps --require-hashes --requirement requirements-sam.lock
	@touch $@

# `sam build` calls these, one per function, with ARTIFACTS_DIR set.
build-%Function:
	@$(PY) -m scripts.package --function $* --into "$(ARTIFACTS_DIR)"
