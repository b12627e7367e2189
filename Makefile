# gradecheck: `make run` for the demo, `make test` for everything that can fail.
.DEFAULT_GOAL := help
.PHONY: help install run-environment run test quick slow coverage check schema format bench fuzz packs golden chaos screenshot compose-smoke lock browser clean

BIN := .venv/bin
ARGS ?=
# Where it is set, each process that a test starts compiles all modules of the project again.
unexport PYTHONDONTWRITEBYTECODE
# Per cent of lines and branches that `make coverage` must reach; raise them, never lower them.
GRADER_FLOOR := 80
WEB_FLOOR := 95

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

install:  ## create .venv with everything for development, from the lock file with hashes
	@tools/install.sh requirements-dev.txt .venv/.installed-dev

run-environment:
	@[ -e .venv/.installed-dev ] && tools/install.sh requirements-dev.txt .venv/.installed-dev \
		|| tools/install.sh requirements-demo.txt .venv/.installed

run: run-environment  ## start the demo on http://127.0.0.1:8000 (ARGS='--port 9000' for another port); Ctrl-C stops it
	@exec $(BIN)/grader up --demo $(ARGS)

test: install browser check  ## run all checks and all tests, on all cores
ifdef COVERAGE
	@rm -rf .coverage && mkdir .coverage
	@$(BIN)/coverage run -m pytest -n auto $(ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --include='grader/*' --fail-under=$(GRADER_FLOOR)
	@$(BIN)/coverage report --include='web/*' --fail-under=$(WEB_FLOOR)
else
	@$(BIN)/pytest -n auto $(ARGS)
endif

coverage:  ## run `make test`, and check which lines and branches it reached
	@$(MAKE) --no-print-directory test COVERAGE=yes

quick: install  ## check in a minute: format, lint, and the tests without servers, browser or property tests
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/pytest -n auto -q -m "not server and not slow and not hypothesis" $(ARGS)

slow: install browser  ## run all tests, and list the slowest 20
	@$(BIN)/pytest -n auto -q --durations=20 $(ARGS)

check: install  ## check format, lint, types, import contracts, and that no secret is in the tree
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet web/templates
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/scan.py

schema: install  ## write grader/grading/report.schema.json again from the types of a report
	@$(BIN)/python -m grader.grading.report_schema > report.schema.json.new
	@mv report.schema.json.new grader/grading/report.schema.json

format: install  ## format every file
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

browser:
	@tools/browser.sh

bench: install  ## measure every figure in the README
	@$(BIN)/grader bench $(ARGS)

fuzz: install  ## run the property tests for longer
	@$(BIN)/pytest -n auto -m hypothesis --hypothesis-profile=long --timeout=3600 $(ARGS)
	@GRADECHECK_FRAMES=1000000 $(BIN)/pytest tests/wire/test_wire_fuzz.py --timeout=3600 $(ARGS)

packs: install  ## check every shipped pack completely: 20 draws, 60 mutants of each solution
	@for pack in assignments/*/; do echo "$$pack"; $(BIN)/grader pack check "$$pack" $(ARGS) || exit 1; done

golden: install  ## grade every program of the shipped packs and rewrite tests/golden: see git diff
	@GRADECHECK_GOLDEN=write $(BIN)/pytest tests/golden $(ARGS)

chaos: install  ## kill workers, runner, Redis and database during gradings; then 10,000 gradings in a row, and 100 of each solution on a busy machine; every attack in a search; every page in both appearances at both widths
	@$(BIN)/pytest tests/faults $(ARGS)
	@GRADECHECK_SOAK=10000 $(BIN)/pytest tests/soak/test_soak.py $(ARGS)
	@GRADECHECK_LOADED=100 $(BIN)/pytest tests/soak/test_loaded.py $(ARGS)
	@GRADECHECK_COSTLY=yes $(BIN)/pytest tests/soak/test_costly_answers.py $(ARGS)
	@GRADECHECK_SEARCHED=yes $(BIN)/pytest tests/runner/test_searched.py $(ARGS)
	@GRADECHECK_LOOKS=all $(BIN)/pytest tests/e2e/test_every_page.py $(ARGS)

screenshot: install browser  ## make the README's pictures again with the browser tests
	@$(BIN)/pytest -q tests/e2e/test_student.py -k arrive_by_themselves
	@cp tests/e2e/out/submission.png tests/e2e/out/phone.png docs/img/

compose-smoke:  ## test docker-compose.yml with real containers where no image can be pulled (as root)
	@docker/smoke.sh

lock:  ## compile pyproject.toml into lock files with hashes (tools/lock.sh --upgrade takes newer versions)
	@tools/lock.sh

clean:  ## remove .venv, caches and build files; the demo's data in var/ stays
	@rm -rf .venv .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
