# Every target does its own set-up; a fresh clone needs Python 3.11 or newer and make.
.DEFAULT_GOAL := help
.PHONY: help run test test-unit check bench bench-audit bench-faults fix messages set-up set-up-dev \
	format lint types imports templates deploy migrations translations lock licences sbom outdated

PYTHON ?= python3
BIN := .venv/bin
PY := $(BIN)/python
# gettext's programs come from .venv as well.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

# For every Python and system at once; wheels only, so that installing runs nobody's code.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-build --generate-hashes \
	--no-header --no-annotate $(RENEW)

# As it would stand on a real machine: `check --deploy` says what such a one would lack.
REAL := DEBUG=False HTTPS=True TRUSTED_PROXIES=127.0.0.1 ALLOWED_HOSTS=portal.example.org DATABASE_URL=sqlite:///:memory: PRACTICE_PORT= \
	THULIUM_URL=https://example.thulium.com THULIUM_API_USER=api THULIUM_API_PASSWORD=secret \
	SECRET_KEY=check-x7Kp2vQm9ZtR4wLs8YbN3cHf6JdG5aTe1UoXiVnPqMkB \
	AUDIT_SIGNING_KEY=check-R8sW2nLq5VzK7mXc4TbY9pHd3GfJ6aEu1QoZiMvNtBkC

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

run: set-up ## set up what is missing and run it all; PORT=8010 make run moves it
	@$(PY) manage.py serve

test: set-up-dev ## the whole suite, with a real browser, PostgreSQL and killed processes
	@$(PY) -m pytest -n 2 -m "not browser and not faults"
	@CHROMIUM="$$($(PY) -m tests.browser.chromium)" && export CHROMIUM && $(PY) -m pytest -n 2 -m "browser or faults"

test-unit: set-up-dev ## the quick part of it, in under a minute
	@$(PY) -m pytest -n logical --maxprocesses=4 --dist loadfile -m "not browser and not faults and not postgresql"

check: format lint types imports templates deploy migrations translations ## what a change must pass

bench: set-up-dev ## each figure as a ratio against its floor, measured in the same run
	@$(PY) -m tests.bench

bench-audit: set-up-dev ## the audit at ten million entries: goals 5, 6 and 8; takes hours and 40 GB
	@$(PY) -m tests.bench 5 --entries 10000000

bench-faults: set-up-dev ## 20,000 deliveries on each database among kills, cuts and crashes
	@$(PY) -W ignore -m tests.faults

fix: set-up-dev ## repair what tools can repair
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .
	@find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --target-version 5.2

messages: set-up-dev ## collect the texts to translate into locale/
	@mkdir -p locale
	@$(PY) manage.py makemessages --locale=pl --no-obsolete --ignore=staticfiles --ignore=tests --add-location=file

lock: set-up-dev ## write the lists of packages with their hashes anew; RENEW=--upgrade takes newer ones
	@$(LOCK) requirements.txt -o requirements.lock
	@$(LOCK) requirements-dev.txt -c requirements.lock -o requirements-dev.lock

licences: set-up-dev ## list the licences of what the portal runs with; one that is not allowed fails
	@$(BIN)/pip-licenses --packages $$(sed -n 's/^\([A-Za-z0-9._-]*\)==.*/\1/p' requirements.lock)

sbom: set-up-dev ## write sbom.cdx.json, the bill of materials in CycloneDX
	@$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
		--output-file sbom.cdx.json requirements.lock

outdated: set-up-dev ## list packages of which there is a newer release
	@$(BIN)/uv pip list --python $(PY) --outdated

set-up:
	@$(PYTHON) -m thulium_portal.bootstrap

set-up-dev:
	@$(PYTHON) -m thulium_portal.bootstrap --dev

format: set-up-dev
	$(BIN)/ruff format --check .

lint: set-up-dev
	$(BIN)/ruff check .
	$(BIN)/oxlint --deny-warnings static
	$(PY) -m tests.site.stylesheets

types: set-up-dev
	$(BIN)/mypy

imports: set-up-dev
	$(BIN)/lint-imports

templates: set-up-dev
	find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --check --target-version 5.2

deploy: set-up-dev
	@echo manage.py check --deploy
	@$(REAL) $(PY) manage.py check --deploy --fail-level WARNING

migrations: set-up-dev
	@echo manage.py makemigrations --check
	@DATABASE_URL=sqlite:///:memory: $(PY) manage.py makemigrations --check --dry-run

translations: set-up-dev
	$(PY) manage.py check_translations
