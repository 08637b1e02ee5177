# `make run` and `make test` need Python 3.11 and nothing else; each makes its own .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8501
HOST ?= localhost
VENV := .venv
PY := $(VENV)/bin/python

.PHONY: run test check format train bench soak start-data clean

run: $(VENV)/.app                       ## open the app on http://$(HOST):$(PORT)
	@[ "$(HOST)" = localhost ] || [ "$(HOST)" = 127.0.0.1 ] || echo "WARNING: everybody who can reach $(HOST):$(PORT) can use this app; it has no log-in (docs/security.md)."
	@echo "ELMo Explorer: http://localhost:$(PORT)"
	$(PY) -m streamlit run app.py --server.port $(PORT) --server.address $(HOST)

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

train: $(VENV)/.train                   ## train a model: make train CORPUS="a.txt b.txt.xz" OUTPUT=my-model
	$(PY) -m elmo train $(CORPUS) --output $(OUTPUT)

bench: $(VENV)/.dev .venv-bench/.done   ## speed beside TensorFlow's ELMo, and of the app: about 20 minutes
	$(PY) -m benchmarks.inference --peer-python .venv-bench/bin/python
	$(PY) -m benchmarks.inference_profile
	$(PY) -m benchmarks.app

soak: $(VENV)/.dev $(VENV)/.ray         ## the long tests: load, faults, hostile input, a Ray cluster
	$(PY) -m pytest -n 0 -m soak

start-data: $(VENV)/.app                ## after a change of the bundled model: what Start shows, vectors that tests compare
	$(PY) -m ui.start.data
	$(PY) -m tests.same_vectors.vectors --write

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("ELMo Explorer needs Python 3.11; set PYTHON=/path/to/python3.11" if sys.version_info[:2] != (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: requirements.txt | $(VENV)/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.app
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@touch $@

$(VENV)/.train: requirements/train.txt $(VENV)/.app
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements/train.txt
	@touch $@

$(VENV)/.ray: requirements/ray.txt $(VENV)/.app
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements/ray.txt
	@touch $@

.venv-bench/.done: requirements/bench.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/bench.txt
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis
