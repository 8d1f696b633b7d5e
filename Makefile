# Everything a person does with a checkout. `make help` lists it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

LAB_NAME ?= lab
ARGS ?=
# Tools look in this order; the checkout's own environment comes first.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHON

playbook = ansible-playbook -e lab_name=$(LAB_NAME)
pytest = pytest $(ARGS)

.PHONY: help
help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)$$/  make \1\t\2/p' Makefile | expand -t 20

.PHONY: setup
setup: ## make .venv from uv.lock
	@scripts/setup

.PHONY: lab
lab: setup ## bring up the practice cluster (LAB_NAME=lab)
	@$(playbook) playbooks/lab_up.yml $(ARGS)

.PHONY: lab-down
lab-down: setup ## tear the practice cluster down (LAB_NAME=lab)
	@$(playbook) playbooks/lab_down.yml $(ARGS)

.PHONY: demo
demo: setup ## practice cluster, sample platform, weekly maintenance, report
	@$(playbook) playbooks/lab_up.yml -e lab_sample=busy
	@$(playbook) playbooks/weekly_maintenance.yml $(ARGS)
	@report=$$(ls -t .state/records/*/weekly_maintenance/*.html | head -n 1); echo; echo "Report: $(CURDIR)/$$report"

.PHONY: test
test: setup ## every check, in one pytest run (ARGS: arguments for pytest)
	@$(pytest)

.PHONY: unit
unit: setup ## only the unit tests
	@$(pytest) tests/unit

.PHONY: format
format: setup ## put the Python files into the one format
	@ruff check --quiet --fix-only
	@ruff format --quiet

.PHONY: lint
lint: setup ## formatter, linters and the rules of the project
	@$(pytest) tests/lint tests/project

.PHONY: docs
docs: setup ## build the documentation site, and print where it is
	@scripts/sync-docs
	@scripts/build-docs

.PHONY: sanity
sanity: setup ## ansible-test sanity in the unpacked artifact
	@$(pytest) tests/sanity

.PHONY: integration
integration: setup ## tests on a practice cluster of their own (LAB_KEEP=1 keeps it)
	@$(pytest) tests/integration

.PHONY: scenarios
scenarios: setup ## faults on a practice cluster (KILLS=2: length of the random series, SEED=7)
	@$(pytest) tests/scenarios

.PHONY: molecule
molecule: setup ## the molecule scenarios, on a practice cluster
	@$(pytest) tests/molecule

.PHONY: bench
bench: setup ## measure against kubectl and raw requests; writes build/bench.json
	@PYTHONPATH=playbooks/collections python -m benchmarks $(ARGS)
