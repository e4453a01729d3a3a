# Every command of the project. `make` alone lists them.
SHELL := /bin/sh
PY := .venv/bin/python
BIN := .venv/bin
export LANG := C.UTF-8
# Every start would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
KILLS ?= 300
CUTS ?= 500
CITIZENS ?= 150
SEEDS ?= 50
REQUESTS ?= 1000000
# More for pytest, for instance: make test ARGS="-k receipt"
ARGS ?=
# Three more than there are processors: a test that waits leaves its own to another
WORKERS ?= $(shell expr $$(nproc) + 3)
# Beside the checks one more is enough, in fewer and longer turns: each short one leaves cold caches behind
FEWER ?= $(shell expr $$(nproc) + 1)
BATCH := $(shell chrt --batch 0 true 2>/dev/null && echo chrt --batch 0)
# The order of the tests and what Hypothesis makes up: the same each time, but for `make explore`
SEED ?= 1900

DOMAIN := --include='protocol/*,kiosk/*' --omit='kiosk/main/program.py,kiosk/main/counter_at_work.py,kiosk/__main__.py,kiosk/main/cli.py,protocol/wire/bundle.py,protocol/wire/stick_file.py'

# Side by side, so that no processor waits for one of them; what each says stays together
BESIDE = $(MAKE) --no-print-directory --jobs 4 --output-sync

EXAMPLES ?= 20

.PHONY: help setup demo run test suite compiled covered covered-domain quick second explore attacks check types lint statements bench bench-peers print-check screens console console-axe console-privacy console-weight console-million console-keys console-race console-matrix console-lost keys wizard crash cuts day monkey lock build installers reproducible test-linux test-windows clean
.DEFAULT_GOAL := help

help:  ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS='	' read -r name text; do printf '  make %-16s %s\n' "$$name" "$$text"; done

setup:  ## System libraries, .venv and hash-locked packages (a second when nothing is missing)
	@sh setup.sh

demo: setup  ## The whole story at the counter, by itself: with line, without line, and back
	@tests/with_keystore.sh $(PY) -m tests.scenarios.demo

run: setup  ## The same world, left open for you to try
	@tests/with_keystore.sh $(PY) -m tests.scenarios.demo --stay

test: setup  ## Everything that must hold before a commit: check, all tests, coverage
	@$(BESIDE) types lint suite second
	@$(BIN)/coverage combine -q
	@$(BESIDE) covered covered-domain

# `+` shows its progress at once
suite: compiled
	@rm -f .coverage .coverage.*
	+QT_QPA_PLATFORM=offscreen tests/with_keystore.sh $(BATCH) $(PY) -m pytest -n $(FEWER) --dist worksteal --randomly-seed=$(SEED) -p tests.probes $(ARGS)

# Once, while the types are looked at: on a fresh clone each worker would compile all tests for itself
compiled:
	@-$(PY) -m pytest --collect-only -qq -p tests.probes >/dev/null
covered:
	@echo "coverage of all: at least 95 % of lines and branches"; $(BIN)/coverage report --fail-under=95
covered-domain:
	@echo "coverage of the domain: 100 %"; $(BIN)/coverage report --fail-under=100 $(DOMAIN)

quick: setup  ## Lint, types and the tests nearest to what differs from main, in some 90 seconds
	@QT_QPA_PLATFORM=offscreen $(PY) -m tests.quick $(WORKERS)

# The files of all services are the same on every Python
FAST = tests/protocol --ignore=tests/protocol/catalogue/test_all_services.py tests/starter tests/kiosk/printing tests/storage/disk tests/storage/keystore tests/storage/versions tests/kiosk/main/test_cli.py tests/kiosk/main/test_startup.py tests/central/cli/test_cli.py
second: setup  ## The fast part of the tests on another Python, where one is installed
	@sh setup.sh --second
	@[ ! -x .venv-second/bin/python ] || PATH="$(CURDIR)/$(BIN):$$PATH" QT_QPA_PLATFORM=offscreen tests/with_keystore.sh \
		.venv-second/bin/python -m pytest -q --randomly-seed=$(SEED) \
		-m "not slow and not postgres and not x11 and not browser" $(FAST)

explore: setup  ## All tests in an order nobody has tried, with examples nobody has seen
	EXPLORE=1 QT_QPA_PLATFORM=offscreen tests/with_keystore.sh $(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

attacks: setup  ## What hostile people, media and disks try: the oracles with EXAMPLES (20) times the examples
	ATTACKS=$(EXAMPLES) QT_QPA_PLATFORM=offscreen tests/with_keystore.sh $(PY) -m pytest -n $(WORKERS) --dist worksteal tests/attacks tests/central/web/test_openapi.py $(ARGS)

check: setup  ## Lint, format, types, structure, dependencies, licences, texts, services
	@$(BESIDE) types lint

types:
	$(BIN)/mypy --no-error-summary
lint:
	$(BIN)/ruff check -q .
	$(BIN)/ruff format -q --check .
	@$(BIN)/lint-imports --no-logo >.import-report 2>&1 || { cat .import-report; rm -f .import-report; exit 1; }; rm -f .import-report
	@$(BIN)/deptry . >.deptry-report 2>&1 || { cat .deptry-report; rm -f .deptry-report; exit 1; }; rm -f .deptry-report
	$(BIN)/pip-licenses >/dev/null
	$(PY) -m tests.repository.check_texts
	$(if $(wildcard assets/services/*.json),$(PY) -m kiosk catalogue lint $(sort $(wildcard assets/services/*.json)) assets/needs.json)

statements: setup  ## Write storage/db/compiled.py anew, from the models and statements in schema/
	@$(PY) -m schema

bench: setup  ## Our own figures, measured on this machine
	@$(PY) -m tests.bench

bench-peers: setup  ## The same work given to other programs, for comparison
	@$(PY) -m tests.bench.peers

print-check: setup  ## 200 receipts on both rolls read back letter by letter (the ordinary run reads 20)
	PRINT_CHECK=200 QT_QPA_PLATFORM=offscreen $(PY) -m pytest -q -p no:cacheprovider tests/ui/paper/test_reading_back.py

screens: setup  ## Draw every screen in every state into docs/screens/; fails when one cannot be read
	QT_QPA_PLATFORM=offscreen $(PY) -m tests.ui.screens

console: setup  ## A centre of some 200 shops with a week of work, in a browser; prints who may sign in
	$(PY) -m tests.scenarios.console

console-axe: setup  ## Every page of the console against WCAG 2.2 AA (axe-core), by Tab alone, twice as large; the tasks by keys
	@$(PY) -m tests.scenarios.console.axe

console-privacy: setup  ## Citizens looked for in lists, addresses, titles, logs, exports, headers; each opening is one row
	@$(PY) -m tests.scenarios.console.privacy

console-weight: setup  ## What the first pages weigh, how soon they can be used on a slow line; acts with script off
	@$(PY) -m tests.scenarios.console.weight

console-million: setup  ## Every page over REQUESTS (1000000) requests of 6,000 shops beside 10,000, on PostgreSQL
	@$(PY) -m tests.scenarios.console.million --requests $(REQUESTS)

console-keys: setup  ## An officer decides 50 requests in a browser by keys alone: presses, pointer, dialogs, the server's share
	@$(PY) -m tests.scenarios.console.keys

console-race: setup  ## 20 officers who all want the same 500 requests, on both databases: one decision each, every loser told
	@$(PY) -m tests.scenarios.console.race

console-matrix: setup  ## Each role at each address, within and beyond its bounds; one person's two windows are one
	@$(PY) -m tests.scenarios.console.matrix

console-lost: setup  ## 100 forms with something typed, and a session, a server or a line that ends: nothing lost, nothing twice
	@$(PY) -m tests.scenarios.console.lost

keys: setup  ## What the fifteen commonest tasks take by keys, mouse and finger; a newcomer's first sale
	@QT_QPA_PLATFORM=offscreen $(PY) -m tests.ui.keys

wizard: setup  ## The first start on an X display, by keys, killed after every step, in both languages; pictures in wizard-out/
	@tests/with_keystore.sh $(PY) -m tests.scenarios.wizard

crash: setup  ## Kill the counter KILLS times (300) and look for a lost or doubled request
	@$(PY) -m tests.scenarios.crash --kills $(KILLS)

cuts: setup  ## Cut an update and a restore at CUTS (500) of their file operations, and fill the disk at every one
	@$(PY) -m tests.scenarios.cuts --cuts $(CUTS)
	@$(PY) -m tests.scenarios.cuts.lacks

day: setup  ## A day of CITIZENS (150) on the real window: jams, cuts, crashes, and all sides equal in the evening
	@$(PY) -m tests.scenarios.day --measure --citizens $(CITIZENS)

monkey: setup  ## SEEDS (50) lives of somebody who presses anything at any moment; what must be true is looked at after each press
	@QT_QPA_PLATFORM=offscreen $(PY) -m tests.scenarios.monkey --seeds $(SEEDS)

# No registry is named in these files: each machine fetches from its own, and the hashes say what is right.
UV_COMPILE := UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

lock: setup  ## Look for newer versions and write the lock files again
	$(UV_COMPILE) --extra counter --extra central --upgrade -o requirements.lock pyproject.toml
	$(UV_COMPILE) --extra counter --extra central --upgrade --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	$(UV_COMPILE) --extra counter --extra central --upgrade --extra devices -c requirements.lock -o requirements-devices.lock pyproject.toml
	$(UV_COMPILE) --extra counter --upgrade -c requirements.lock -o requirements-kiosk.lock pyproject.toml
	$(UV_COMPILE) --extra central --upgrade -c requirements.lock -o requirements-central.lock pyproject.toml
	@! grep -n '://' requirements.lock requirements-dev.lock requirements-devices.lock requirements-kiosk.lock requirements-central.lock

build: setup  ## The wheel, its checksums and a build record, into dist/
	@$(PY) build_installer.py

# Certificate and key for Windows, and an official Python for it: make installers SIGN="--sign-cert C --sign-key K --windows-python ZIP"
SIGN ?=

installers:  ## Everything that is handed out, into dist/, each with checksum, SBOM, licences and record; then looked over
	@sh setup.sh --build
	@rm -rf dist
	@$(PY) build_installer.py --target all $(SIGN)
	@$(PY) -m tests.installer.check_products dist

reproducible:  ## Build this commit twice, in surroundings as different as can be, and compare byte for byte
	@sh setup.sh --build
	@$(PY) -m tests.installer.build_twice

test-linux:  ## The .deb in clean Debians 12 and 13, the .run without root: installed, tried, upgraded, removed (needs root)
	@sh setup.sh --build
	@$(PY) -m tests.installer.linux_products

# The longest of the files first, so that neither hand waits long for the other in the end
WINE = tests/installer/windows/wine_suite.py $(filter-out %/wine_suite.py,$(sort $(wildcard tests/installer/windows/wine_*.py)))

test-windows:  ## The setup program under wine: set up, at work, upgraded, cut off, updated, removed; and our tests over there
	@sh setup.sh --windows
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -p no:cacheprovider -p no:randomly $(WINE) $(ARGS)

clean:  ## Take away what was made here; .venv stays
	rm -rf dist build htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf wizard-out demo-out bench-out crash-out run-data
	find . -name __pycache__ -not -path './.venv*' -type d -prune -exec rm -rf {} +
