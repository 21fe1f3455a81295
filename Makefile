# The commands of the README. Everything is built into .venv/, models/ and var/.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export RASA_TELEMETRY_ENABLED := false
TRD := .venv/bin/trd
INSTALLED := .venv/.installed
UV := $(shell command -v uv || echo .venv/bin/uv)

.PHONY: help run shell test train lock clean

help: ## show this
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

$(INSTALLED): requirements/lock.txt pyproject.toml scripts/install.sh
	@scripts/install.sh
	@touch $@

run: $(INSTALLED) ## install, build the bank, train if needed, and serve (PORT=, HOST=, DATABASE_URL=)
	@$(TRD) train || echo "Training failed: serving all the same, so that the crisis path is there."
	@$(TRD) serve

shell: $(INSTALLED) ## the same, to talk to the assistant in this terminal
	@$(TRD) train
	@$(TRD) shell

train: $(INSTALLED) ## train the model if its inputs have changed
	@$(TRD) train

test: $(INSTALLED) ## lint, types and all tests
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@$(TRD) bank validate
	@$(TRD) train
	@.venv/bin/python -m pytest

lock: ## pin the dependencies of pyproject.toml anew
	@$(UV) pip compile pyproject.toml --extra dev --override requirements/overrides.txt --generate-hashes \
	  --python-version 3.10 --no-annotate --no-header --quiet --upgrade -o requirements/lock.txt

clean: ## remove everything that was built
	rm -rf .venv models var .rasa .pytest_cache .mypy_cache .ruff_cache results *.egg-info
