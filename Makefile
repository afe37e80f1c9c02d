# Two commands are enough for a reader: `make demo` runs Sekimori, `make test` tests it.
SHELL := /bin/bash
PY := .venv/bin/python
UV := .venv/bin/uv
ARGS ?=

.PHONY: help setup setup-dev demo test check bench image format lock clean

help:            ## say what can be done here
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+): .*## (.*)/make \1\t\2/' | expand -t 18

setup: .venv/.run-ready            ## make .venv with the sekimori command in it
setup-dev: .venv/.dev-ready        ## the same, with the tools that test and check

# Debian ships venv apart from python3; everything after that comes by hash.
.venv/.installer-ready: requirements/installer.txt
	@python3 -c 'import ensurepip' 2>/dev/null || { apt-get update -q && apt-get install -qy python3-venv; }
	test -x $(PY) || python3 -m venv .venv
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements/installer.txt
	@touch $@

.venv/.run-ready: .venv/.installer-ready requirements/run.txt pyproject.toml
	$(UV) pip install -q --compile-bytecode --python $(PY) --require-hashes -r requirements/run.txt
	$(UV) pip install -q --python $(PY) --require-hashes -r requirements/build.txt
	$(UV) pip install -q --python $(PY) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev-ready: .venv/.run-ready requirements/dev.txt
	$(UV) pip install -q --compile-bytecode --python $(PY) --require-hashes -r requirements/dev.txt
	@touch $@

demo: setup                        ## run the desk and the watch on the simulator (ARGS=--once plays the story and exits)
	.venv/bin/sekimori demo $(ARGS)

test: setup-dev                    ## run the whole suite
	$(PY) -m pytest -n 4 --dist worksteal $(ARGS)

check: setup-dev                   ## format, lint, types, import contracts
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/cfn-lint deploy/aws/*.yaml
	.venv/bin/hadolint deploy/image/*Containerfile

image: setup                       ## build the container image and play the story inside it (needs buildah; says so where there is none)
	deploy/image/build.sh

bench: setup-dev                   ## measure the scan against parsing alone, as ratios
	$(PY) -m bench.scan $(ARGS)

format: setup-dev                  ## put the code into its format
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

LOCK := $(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-header

lock: .venv/.installer-ready       ## pin the newest allowed versions, by hash
	printf 'uv\n' | $(LOCK) --upgrade --no-annotate - -o requirements/installer.txt
	printf 'hatchling\neditables\n' | $(LOCK) --upgrade --no-annotate - -o requirements/build.txt
	$(LOCK) --upgrade pyproject.toml -o requirements/run.txt
	$(LOCK) --upgrade --extra dev pyproject.toml -o requirements/dev.txt
	$(LOCK) --upgrade --extra aws --extra eventhubs pyproject.toml -o requirements/image.txt
	printf 'cyclonedx-bom\n' | $(LOCK) --upgrade --no-annotate - -o requirements/sbom.txt

clean:                             ## remove what was built and what the demo left
	rm -rf .venv build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
