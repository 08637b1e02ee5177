# `make run` and `make test` need a Python of 3.11 to 3.14, or uv, and nothing else; each makes its own .venv.
PYTHON ?= python3 python3.13 python3.12 python3.11 python3.14
PORT ?= 8501
HOST ?= localhost
VENV := .venv
PY := $(VENV)/bin/python
PIP := -m pip install --quiet --disable-pip-version-check
TORCH_FOR_PROCESSORS := https://download.pytorch.org/whl/cpu

.PHONY: run test check format picture train bench soak start-data lock pins installed clean

run: $(VENV)/.app                       ## open the app on http://$(HOST):$(PORT), or the next free port
	@$(PY) -m elmo app --port $(PORT) --host $(HOST)

test: $(VENV)/.dev                      ## all tests, in under ten minutes
	$(PY) -m pytest

check: $(VENV)/.dev                     ## linter, format, types, who may import whom
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m pyright
	$(VENV)/bin/lint-imports

format: $(VENV)/.dev                    ## put the code in its standard form
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

picture: $(VENV)/.dev                   ## the picture of the parts in docs/ARCHITECTURE.md, from the code
	$(PY) -m benchmarks.parts

train: $(VENV)/.train                   ## train a model: make train CORPUS="a.txt b.txt.xz" OUTPUT=my-model
	$(PY) -m elmo train $(CORPUS) --output $(OUTPUT)

bench: $(VENV)/.dev .venv-bench/.done   ## speed beside TensorFlow's ELMo, and of the app: about 20 minutes
	$(PY) -m benchmarks.inference --peer-python .venv-bench/bin/python
	$(PY) -m benchmarks.inference_profile
	$(PY) -m benchmarks.app

soak: $(VENV)/.dev $(VENV)/.ray         ## the long tests: load, faults, hostile input, a Ray cluster
	$(PY) -m pytest -n 0 -m soak

start-data: $(VENV)/.app                ## after a change of the bundled model: what Start and Downstream open with, the reference words, vectors that tests compare
	$(PY) -m ui.start.data
	$(PY) -m elmo.tasks.senses.reference
	$(PY) -m elmo.tasks.measured
	$(PY) -m tests.same_vectors.vectors --write

# One file of pins serves every Python from 3.11 to 3.14 on Linux, macOS and Windows. Pins stay as they are unless
# pyproject.toml excludes them; `make lock UPGRADE=--upgrade` takes the newest.
LOCK = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --no-annotate \
	--custom-compile-command "make lock" $(UPGRADE)
lock: $(VENV)/.dev                      ## write requirements.txt and requirements/*.txt from pyproject.toml
	$(LOCK) pyproject.toml --extra app -o requirements.txt
	$(LOCK) pyproject.toml --extra app --group dev -c requirements.txt -o requirements/dev.txt
	$(LOCK) pyproject.toml --extra train -c requirements.txt -o requirements/train.txt
	$(LOCK) --no-deps --group teacher -c requirements.txt -o requirements/teacher.txt
	$(LOCK) pyproject.toml --extra ray -c requirements.txt -o requirements/ray.txt
	$(LOCK) pyproject.toml --extra notebook -c requirements.txt -o requirements/notebook.txt
	$(LOCK) --group bench -o requirements/bench.txt
	$(PY) -m benchmarks.licences

pins: $(VENV)/.dev                      ## ask PyPI whether each pin has a wheel for every Python and system
	$(PY) .ci/pins.py

installed: $(VENV)/.dev                 ## the Dockerfile's steps in a clean folder, then the app and commands of that copy
	$(PY) .ci/installed.py

$(VENV)/bin/python:
	@for python in $(PYTHON); do \
	    if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then \
	        $$python -m venv $(VENV) && exit 0; fi; done; \
	if command -v uv >/dev/null; then exec uv venv --quiet --seed --python '>=3.11,<3.15' $(VENV); fi; \
	echo "ELMo Explorer needs Python 3.11, 3.12, 3.13 or 3.14, and found none of them as: $(PYTHON)." >&2; \
	echo "Install one, or uv (https://docs.astral.sh/uv), or call: make PYTHON=/path/to/python" >&2; exit 1

# On Linux, PyPI's torch brings gigabytes for graphics cards; its build for processors is a tenth of that. `make run CUDA=1`
# takes PyPI's.
$(VENV)/.app: requirements.txt | $(VENV)/bin/python
	@if [ "$$(uname)" = Linux ] && [ -z "$(CUDA)" ]; then \
	    $(PY) $(PIP) --no-deps --retries 0 --index-url $(TORCH_FOR_PROCESSORS) "$$(grep ^torch== requirements.txt)" 2>/dev/null \
	    || echo "$(TORCH_FOR_PROCESSORS) does not answer; torch is taken from PyPI, which is larger."; fi
	$(PY) $(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.app
	$(PY) $(PIP) -r requirements/dev.txt
	@touch $@

$(VENV)/.train: requirements/train.txt $(VENV)/.app
	$(PY) $(PIP) -r requirements/train.txt
	@touch $@

$(VENV)/.ray: requirements/ray.txt $(VENV)/.app
	$(PY) $(PIP) -r requirements/ray.txt
	@touch $@

.venv-bench/.done: requirements/bench.txt $(VENV)/bin/python
	$(PY) -m venv .venv-bench
	.venv-bench/bin/python $(PIP) -r requirements/bench.txt
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis build *.egg-info
