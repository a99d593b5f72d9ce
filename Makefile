# `make` without a target lists the targets.

BIN := .venv/bin
# Empty if there is no virtual environment, or if an upgrade has removed its Python.
ENVIRONMENT := $(shell $(BIN)/python -c 'import pip; print("ready")' 2>/dev/null)
# Pythons by name, then those of pyenv by path, since by name pyenv runs only the version that it selected.
PYTHONS := python3.13 python3.14 python3.12 python3 \
	$(sort $(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/3.*/bin/python3))
PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check

# Uses the project's defaults only, so that a developer's .env and database do not change the checks.
PLAIN := env ENV_FILE=/dev/null LOCAL=true DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py
MESSAGES := makemessages --locale fr --no-location --no-wrap --verbosity 0 \
	--ignore .venv --ignore var --ignore tests
TEMPLATES = $$(find templates -name '*.html')
LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.12 \
	--generate-hashes --strip-extras --no-annotate --custom-compile-command 'make lock' \
	--no-emit-index-url --no-emit-find-links pyproject.toml

# `loadscope` keeps the tests of a module in one process, since they share its fixtures.
PYTEST = $(BIN)/python -m pytest --numprocesses auto --dist loadscope --no-loadscope-reorder

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1#\2/p' Makefile | \
		while IFS='#' read -r name what; do printf '  make %-16s %s\n' "$$name" "$$what"; done

.PHONY: run
run: .venv/runtime ## Run a whole site on this machine (PORT=8000)
	@exec env LOCAL=true $(BIN)/python manage.py run

.PHONY: test
test: .venv/dev ## Run the tests (ARGS="-k word"; DATABASE_URL, CACHE_URL and Chromium add some)
	@$(PYTEST) $(ARGS)

.PHONY: quick
quick: .venv/dev ## Run the tests but those that start servers and browsers (ARGS as above)
	@$(PYTEST) -m "not slow" $(ARGS)

.PHONY: bench
bench: bench-serving ## Time the site over HTTP, beside nginx and others: one table

.PHONY: bench-all
bench-all: bench-growth bench-serving bench-servers ## Time all on scratch sites: the targets below, and typing
	@$(BIN)/python -m tests.bench_drafts

.PHONY: bench-growth
bench-growth: .venv/dev ## Time pages as a site grows (SIZES="1000 100000", EXPLAIN=1, DATABASE_URL)
	@$(BIN)/python -m tests.bench_growth

.PHONY: bench-serving
bench-serving: .venv/dev ## Time pages over HTTP, beside nginx and ready HTML (needs wrk and nginx)
	@$(BIN)/python -m tests.bench_serving

.PHONY: bench-servers
bench-servers: .venv/dev ## Time WSGI servers and their settings, and read the memory (needs wrk)
	@$(BIN)/python -m tests.bench_servers

.PHONY: handbook
handbook: .venv/dev ## Take the pictures of the handbook from a demo (needs Chromium)
	@$(BIN)/python -m tests.handbook

.PHONY: structure
structure: .venv/dev ## Print the figures of the code, and draw docs/structure.md from it
	@$(BIN)/python -m tests.structure

.PHONY: lint
lint: .venv/dev ## Check style, templates, migrations, translations, production settings
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djade --target-version 6.1 --check $(TEMPLATES)
	$(PLAIN) makemigrations --check --dry-run
	$(PLAIN) check --fail-level WARNING
	@echo "manage.py check --deploy, with settings of a production site"
	@ENV_FILE=/dev/null LOCAL=false DEBUG=false TRUSTED_PROXY_COUNT=1 \
		SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		ALLOWED_HOSTS=news.example SITE_URL=https://news.example ADMINS=admin@news.example \
		DATABASE_URL=postgres://newsroom@127.0.0.1/newsroom CACHE_URL=redis://127.0.0.1/1 \
		EMAIL_URL=smtp://127.0.0.1:25 AKISMET_API_KEY=0123456789ab \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	@$(MAKE) --no-print-directory messages-check

.PHONY: format
format: .venv/dev ## Format Python and templates
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	@# djade exits with an error after it has changed a template, so that exit code is ignored.
	-@$(BIN)/djade --target-version 6.1 $(TEMPLATES)

.PHONY: messages
messages: .venv/dev ## Bring the French catalogue up to date, then compile it (needs gettext)
	$(PLAIN) $(MESSAGES) --no-obsolete
	$(PLAIN) compilemessages --ignore .venv --verbosity 0

.PHONY: messages-check
messages-check: .venv/dev ## Fail where the French catalogue is incomplete or out of date
	@.ci/messages-check $(PLAIN) $(MESSAGES)

.PHONY: lock
lock: .venv/dev ## Pin the newest versions that pyproject.toml allows, with their hashes
	$(PIP_INSTALL) uv
	$(LOCK) --output-file requirements.txt
	$(LOCK) --output-file requirements-dev.txt --group dev --constraint requirements.txt

.PHONY: confusables
confusables: ## Make common/confusables.txt from the standard's own table (SOURCE=confusables.txt)
	@# https://www.unicode.org/Public/security/: its notice, then the two columns that the code reads.
	sed --regexp-extended --quiet --expression '1s/^\xEF\xBB\xBF//' --expression '/^#/p' \
		--expression 's/^([0-9A-F]+) *;\t([0-9A-F ]*[0-9A-F]) *;\tMA.*/\1;\2/p' $(SOURCE) \
		> common/confusables.txt

.PHONY: clean
clean: ## Remove what tools made; a site's own data under var/ stays
	rm -rf .venv .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Prints the first Python that really runs and is new enough.
.PHONY: python
python:
	@for python in $(or $(PYTHON),$(PYTHONS)); do \
		if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then \
			echo $$python; exit; \
		fi; \
	done; \
	echo "Newsroom needs Python 3.12 or later with its venv module (on Debian: python3-venv);" \
		"set PYTHON=/path/to/python if it is not found." >&2; \
	exit 1

.PHONY: .venv
.venv:
	@python=$$($(MAKE) --silent python) && exec $$python -m venv --clear .venv

.venv/runtime: requirements.txt $(if $(ENVIRONMENT),,.venv)
	@echo "Installing what Newsroom needs…"
	@$(PIP_INSTALL) --require-hashes --requirement requirements.txt
	@touch $@

# It holds the versions of requirements.txt and more, so that `run` has nothing to install afterwards.
.venv/dev: requirements-dev.txt requirements.txt $(if $(ENVIRONMENT),,.venv)
	@echo "Installing what Newsroom and its tests need…"
	@$(PIP_INSTALL) --require-hashes --requirement requirements-dev.txt
	@touch $@ .venv/runtime
