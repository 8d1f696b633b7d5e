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
# Bytecode lies in .cache and nowhere else; with it a playbook starts in half the time.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.cache/bytecode
unexport PYTHONDONTWRITEBYTECODE

playbook = ansible-playbook -e lab_name=$(LAB_NAME)
pytest = pytest $(ARGS)
# Each worker has a practice cluster of its own; a file of tests stays with one worker, in the order of tests/conftest.py.
workers = --numprocesses 3 --dist loadfile --no-loadscope-reorder

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
demo: setup ## practice cluster, sample platform, backup, weekly maintenance with its drill, report
	@$(playbook) playbooks/lab_up.yml -e lab_sample=busy
	@$(playbook) playbooks/backup.yml
	@$(playbook) playbooks/weekly_maintenance.yml $(ARGS)
	@report=$$(ls -t .state/records/*/weekly_maintenance/*.html | head -n 1); echo; echo "Report: $(CURDIR)/$$report"

.PHONY: test
test: setup ## every check, in one pytest run of three workers (ARGS: arguments for pytest)
	@$(pytest) $(workers)

.PHONY: unit
unit: setup ## only the unit tests
	@$(pytest) $(workers) tests/unit

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
scenarios: setup ## faults and races on a practice cluster (KILLS=20, PLAYBOOK_KILLS=6, UPGRADE_KILLS=2, RACES=8: length of the series, SEED=7)
	@$(pytest) tests/scenarios

.PHONY: kills
kills: export KILLS ?= 300
kills: export PLAYBOOK_KILLS ?= 200
kills: export UPGRADE_KILLS ?= 30
kills: export KUBERNETES_KILLS ?= 18
kills: export SEED := $(or $(SEED),$(shell echo $$RANDOM))
kills: setup ## kill modules (KILLS=300), playbooks (PLAYBOOK_KILLS=200) and upgrades (UPGRADE_KILLS=30, KUBERNETES_KILLS=18)
	@echo "SEED=$$SEED"
	@$(pytest) tests/scenarios -k killed

.PHONY: molecule
molecule: setup ## the molecule scenarios, on a practice cluster
	@$(pytest) tests/molecule

.PHONY: bench
bench: setup ## measure against kubectl and raw requests; writes build/bench.json
	@PYTHONPATH=playbooks/collections python -m benchmarks $(ARGS)
