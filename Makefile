# What a person types. `make` alone lists it.

BIN := .venv/bin
PYTHON := $(BIN)/python
EMULATOR := .local/emulator
PIP_INSTALL := pip install -qq --disable-pip-version-check
export SAM_CLI_TELEMETRY := 0
export __SAM_CLI_APP_DIR := $(CURDIR)/.local/sam/app

.DEFAULT_GOAL := help
.PHONY: help up down logs status test lint types build openapi simulate soak bench lock clean

help:  ## List these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 \2/p' $(MAKEFILE_LIST) | \
		while read -r make name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

up: .venv/installed $(EMULATOR)/installed  ## Start everything on this machine, or update it
	@$(PYTHON) -m partner_events_tools.local up

down: .venv/installed  ## Stop what `make up` started
	@$(PYTHON) -m partner_events_tools.local down

logs: .venv/installed  ## Follow the logs of the functions
	@$(PYTHON) -m partner_events_tools.local logs

status: .venv/installed  ## Say where the local stack answers
	@$(PYTHON) -m partner_events_tools.local status

test: .venv/installed $(EMULATOR)/installed  ## Run all tests
	@$(BIN)/pytest --numprocesses=auto --dist=loadfile --ignore=tests/e2e
	@$(BIN)/pytest tests/e2e

lint: .venv/installed  ## Check style, formatting and the template
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/cfn-lint template.yaml
	$(BIN)/sam validate --lint --region us-east-1

types: .venv/installed  ## Check the types
	$(BIN)/mypy

build: .venv/installed  ## Build the functions and layers as `sam deploy` wants them
	$(BIN)/sam build

openapi: .venv/installed  ## Make docs/openapi.json of the code
	@$(PYTHON) -m partner_events_tools.openapi

simulate: .venv/installed  ## Run 100,000 worlds where everything goes wrong, or one: SEED=123
	@$(PYTHON) -m tests.crash.simulate $(if $(SEED),--seed $(SEED))

soak: .venv/installed  ## Send a thousand events to the running stack and reconcile them
	@$(PYTHON) -m partner_events_tools.soak

bench: build  ## Count what an event costs, and measure the running stack
	@$(PYTHON) -m tests.ports.cost_growth
	@$(PYTHON) -m partner_events_tools.benchmark

# The hashes come from whichever index pip is set up with; the files name none.
LOCK := pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
	--no-annotate --no-emit-index-url --no-emit-find-links

lock: export CUSTOM_COMPILE_COMMAND := make lock
lock: .venv/installed  ## Renew the lock files
	$(BIN)/$(LOCK) --extra dev --output-file tools/requirements-dev.txt pyproject.toml
	cd layers/dependencies && ../../$(BIN)/$(LOCK) requirements.in
	cd tools && ../$(BIN)/$(LOCK) requirements-emulator.in

clean:  ## Stop the stack and remove all that was installed, built and kept
	[ ! -e .venv/installed ] || $(PYTHON) -m partner_events_tools.local down
	rm -rf .venv .local .aws-sam .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -r {} +

.venv/installed: tools/requirements-dev.txt
	@echo "Installing the development tools into .venv (a minute, once) ..."
	@python=$$(tools/find-python) && "$$python" -m venv --clear .venv
	@$(BIN)/$(PIP_INSTALL) --require-hashes --requirement tools/requirements-dev.txt
	@$(BIN)/$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# The emulator pins its own botocore, so it lives apart.
$(EMULATOR)/installed: tools/requirements-emulator.txt
	@echo "Installing the AWS emulator into $(EMULATOR) (seconds, once) ..."
	@python=$$(tools/find-python) && "$$python" -m venv --clear $(EMULATOR)
	@$(EMULATOR)/bin/$(PIP_INSTALL) --require-hashes --requirement tools/requirements-emulator.txt
	@touch $@
