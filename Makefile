# Every command of a checkout. Each makes what it needs first, so all of them work in a bare clone.
# Variables given on the command line (PORT=9000 and so on) reach the programs as environment variables.

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

# The Python to make .venv with; empty for the first on the PATH from 3.11 to 3.14.
PYTHON =
ONLY =
# More for pytest, such as ARGS='tests/test_reopen.py -x'.
ARGS =
# The stage to work on; empty for the portal of `make run`.
STAGE =
# Of `make deploy`, `make admin` and `make portal`; docs/reference/configuration.md says what each means.
ALARMS =
BACK =
BASE =
DIR =
DO =
DOMAIN =
DRY =
EMAIL =
FROM =
KEY =
KNOWN =
NAME =
ON =
REASON =
REPLY =
TABLE =
THEME =
URL =

python := .venv/bin/python
axe := tests/axe/node_modules/axe-core/axe.min.js
provider := tests/openid/node_modules/oidc-provider/package.json

.PHONY: .venv .venv-dev admin audit axe bench build check clean code-editor corpus deactivate deploy help import lock messages migrate portal provider redrive run screenshots sign-on-off staff staff-codes test test-import theme theme-off token token-revoke tokens undeploy

help: ## show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS='	' read -r name does; do \
		printf '  make %-12s %s\n' "$$name" "$$does"; done

run: .venv code-editor ## start the portal with demo data on http://localhost:8000 (PORT=, FRESH=1 to start over)
	@exec $(python) -m local.run

test: .venv-dev axe provider code-editor ## run every test; browser tests too where a Chromium is found (ARGS= for pytest)
	@$(python) -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder $(ARGS)

check: .venv-dev ## lint, types, import rules, templates and docs: what must be clean before a commit
	@failed=0; try() { echo "$$1"; shift; "$$@" || failed=1; }; \
	try 'Lint' $(python) -m ruff check --quiet --output-format=concise; \
	try 'Format' $(python) -m ruff format --check --quiet --output-format=concise; \
	try 'Types' $(python) -m mypy; \
	try 'Imports' $(python) .venv/bin/lint-imports --no-logo; \
	try 'Languages' $(python) -m tools.catalogues check; \
	try 'Templates and documents' $(python) -m pytest --quiet tests/test_checkout.py tests/test_docs.py tests/test_templates.py; \
	exit $$failed

corpus: .venv ## check a folder of real files as if they were uploaded, and say what is refused and why (DIR=)
	@$(python) -m tools.corpus '$(DIR)'

build: .venv code-editor ## make build/foyer.zip, the package that Lambda runs, and print what it weighs
	@$(python) -m infra.build

bench: .venv-dev ## measure the budgets; prints them and writes build/bench.json (BASE=<commit> measures that beside)
	@$(python) -m bench.run --base='$(BASE)'

deploy: .venv ## make or update a stage on AWS (STAGE=prod, FROM= and URL= once, DRY=1; docs/how-to/deploy.md)
	@$(python) -m infra.deploy --stage='$(STAGE)' --url='$(URL)' --mail-from='$(FROM)' --reply-domain='$(REPLY)' \
		--mail-domain='$(DOMAIN)' --table='$(TABLE)' --alarms='$(ALARMS)' --key='$(KEY)' --dry='$(DRY)'

undeploy: .venv ## remove a stage from AWS, step by step; what people wrote is kept (STAGE=prod)
	@$(python) -m infra.undeploy --stage='$(STAGE)'

admin: .venv ## make an admin of a stage (STAGE=prod NAME='Lena Lead' EMAIL=lena@example.com)
	@$(python) -m infra.admin admin --stage='$(STAGE)' --name='$(NAME)' --email='$(EMAIL)'

portal: .venv ## switch a stage's portal on or off (STAGE=prod ON=1 or ON=0, NAME='Acme Support')
	@$(python) -m infra.admin portal --stage='$(STAGE)' --name='$(NAME)' --on='$(ON)'

staff: .venv ## list the staff of a stage (STAGE=prod)
	@$(python) -m infra.admin staff --stage='$(STAGE)'

deactivate: .venv ## keep a member of a stage's staff out, at once (STAGE=prod EMAIL=lena@example.com)
	@$(python) -m infra.admin deactivate --stage='$(STAGE)' --email='$(EMAIL)'

staff-codes: .venv ## let a stage's staff sign in by e-mailed code again, when their provider fails (STAGE=prod)
	@$(python) -m infra.admin staff-codes --stage='$(STAGE)'

sign-on-off: .venv ## let customers sign in by e-mailed code only, whatever their own login does (STAGE=prod)
	@$(python) -m infra.admin sign-on-off --stage='$(STAGE)'

theme-off: .venv ## let customers see plain Midtown, whatever their theme does (STAGE=prod)
	@$(python) -m infra.admin theme-off --stage='$(STAGE)'

audit: .venv ## verify the audit log (STAGE=prod, KNOWN=number:hash; without a stage, of the running local portal)
	@$(python) -m tools.audit '$(STAGE)' --known='$(KNOWN)'

migrate: .venv ## bring a stage's table to the newest form, or go on with that (STAGE=prod, DRY=1, BACK=1 before going back)
	@$(python) -m tools.migrate '$(STAGE)' --dry='$(DRY)' --back='$(BACK)'

redrive: .venv ## send mail again that was given up on (STAGE=prod; without it, of the running local portal)
	@$(python) -m tools.redrive $(STAGE)

token: .venv ## make an API token and print it, once (NAME=CRM SCOPES='conversation:read …' or all, STAGE=prod)
	@$(python) -m tools.tokens --stage '$(STAGE)' create '$(NAME)' '$(SCOPES)'

tokens: .venv ## list the API tokens, without their secrets (STAGE=prod)
	@$(python) -m tools.tokens --stage '$(STAGE)' list

token-revoke: .venv ## take an API token away, at once (ID= as listed by make tokens, STAGE=prod)
	@$(python) -m tools.tokens --stage '$(STAGE)' revoke '$(ID)'

theme: .venv ## a theme in a folder (DO=pull|push|check|preview|publish|upgrade DIR= THEME= REASON=, STAGE=prod TOKEN=)
	@$(python) -m tools.theme --stage='$(STAGE)' --dir='$(DIR)' --theme='$(THEME)' --reason='$(REASON)' '$(DO)'

import: .venv ## load an organization's history (FILE=history.jsonl, STAGE=prod); safe to run again
	@$(python) -m tools.import_history '$(FILE)' $(STAGE)

test-import: .venv-dev ## load 100,000 messages twice with a kill in between: the long form of a test of make test
	@FOYER_TEST_CONVERSATIONS=10000 $(python) -m pytest tests/imports/test_killed.py $(ARGS)

screenshots: .venv-dev ## take the pictures of the documents anew (needs a Chromium, CHROMIUM= names one)
	@$(python) -m tests.journeys.screenshots

messages: .venv-dev ## gather new texts into the catalogues of languages, and name what has no translation yet
	@$(python) -m tools.catalogues merge

lock: .venv-dev ## pin newer versions of everything, in requirements*.txt and for npm (ONLY=tzdata for that package alone)
	CUSTOM_COMPILE_COMMAND='make lock' $(pip_compile) --output-file=requirements-dev.txt requirements-dev.in
	CUSTOM_COMPILE_COMMAND='make lock' $(pip_compile) --constraint=requirements-dev.txt \
		--output-file=requirements-run.txt requirements-run.in
	CUSTOM_COMPILE_COMMAND='make lock' $(pip_compile) --constraint=requirements-dev.txt \
		--output-file=requirements.txt requirements.in
ifeq ($(ONLY),)
	cd tests/axe && npm install --package-lock-only --save-exact axe-core@latest
	cd tests/openid && npm install --package-lock-only --save-exact oidc-provider@latest
	cd tools/editor && npm install --package-lock-only --save-exact codemirror@latest axe-core@latest esbuild@latest
endif

# Locks are made on the oldest Python, with nothing in them about the machine that made them.
pip_compile = $(python) -m piptools compile --quiet $(if $(ONLY),--upgrade-package='$(ONLY)',--upgrade) --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

clean: ## remove everything that was made here, except the local portal's state (make run FRESH=1 does that)
	rm -f locale/*/LC_MESSAGES/*.mo static/words-*.js static/axe.js static/code-editor.js
	rm -rf .venv .venv.lock build tests/axe/node_modules tests/openid/node_modules tools/editor/node_modules .hypothesis .mypy_cache .pytest_cache .ruff_cache \
		.import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What runs, and what tests and checks need besides. With either come the catalogues of languages, compiled where they changed.
.venv:
	@tools/venv.sh run $(PYTHON)
	@$(python) -m tools.catalogues

.venv-dev:
	@tools/venv.sh dev $(PYTHON)
	@$(python) -m tools.catalogues

# axe-core is fetched where there is an npm; its tests say that they were skipped where there is none.
axe:
	@if [ ! -e $(axe) ] || [ tests/axe/package-lock.json -nt $(axe) ]; then \
		if ! command -v npm >/dev/null; then echo 'No npm here, so the axe-core tests will be skipped.'; \
		elif npm ci --silent --prefix tests/axe; then touch $(axe); \
		else echo 'npm could not fetch axe-core, so its tests will be skipped.'; fi; fi

# So is the editor of code for themes, which the page of a theme's files has where there was an npm; else a text area.
code-editor: ## bundle the editor of code for themes, and fetch axe-core for their checks (needs npm)
	@if [ ! -e static/code-editor.js ] || [ -n "$$(find tools/editor -maxdepth 1 -newer static/code-editor.js -type f)" ]; then \
		if ! command -v npm >/dev/null; then echo 'No npm here, so files of themes are edited in a plain text area.'; \
		elif npm ci --silent --prefix tools/editor && node tools/editor/build.mjs; then :; \
		else echo 'npm could not fetch the editor of code, so files of themes are edited in a plain text area.'; fi; fi

# So is the independent OpenID provider.
provider: ## fetch oidc-provider, with which tests sign staff in (needs npm)
	@if [ ! -e $(provider) ] || [ tests/openid/package-lock.json -nt $(provider) ]; then \
		if ! command -v npm >/dev/null; then echo 'No npm here, so tests with an independent OpenID provider will be skipped.'; \
		elif npm ci --silent --prefix tests/openid; then touch $(provider); \
		else echo 'npm could not fetch the OpenID provider, so its tests will be skipped.'; fi; fi
