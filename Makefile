# windvane: every task of a working day. `make help` lists them; nothing here needs root.
#
#   PYTHON=python3.12   the interpreter for the environment (default: the first that is 3.11 or newer)
#   VENV=.venv-3.12     where the environment lives (default: .venv)
#   ARGS="-k formula"   more arguments for pytest
#   OUT=results         where `make run` writes

SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV ?= .venv
OUT ?= results
ARGS ?=
DATA ?= data/demo
BIN := $(VENV)/bin
PY := $(BIN)/python
WINDVANE := $(BIN)/windvane
RESOLVE = $(VENV)-lock/bin/uv pip compile -q --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-annotate --no-header

# The stamps carry a checksum of what they were made from: a changed lock sets up again, an unchanged one costs nothing.
STAMP := $(VENV)/.ready-$(shell cat requirements.lock pyproject.toml | cksum | cut -d' ' -f1)
BENCH_STAMP := $(VENV)/.bench-$(shell cat requirements.lock requirements-bench.lock | cksum | cut -d' ' -f1)

.PHONY: help setup run web test check bench lock clean

help:  ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: $(STAMP)  ## make the environment from the lock (the first time about a minute)

run: $(STAMP)  ## score every shipped example into results/
	@echo "Scoring the shipped examples, a few seconds each 正在计算示例……"
	@$(WINDVANE) examples --out $(OUT)
	@echo "Done. Open the report.html of an example under $(OUT)/ 完成：请打开 $(OUT)/ 下各示例的 report.html"

web: $(STAMP)  ## the bureau in the browser with a small simulated year, http://127.0.0.1:8000
	@echo "Building a simulated year of six units, about a minute 正在生成六个单位的模拟年度，约一分钟……"
	@WINDVANE_DATA=$(DATA) $(PY) manage.py serve_demo --size six

test: $(STAMP)  ## run the tests
	@echo "Running the tests, usually one to three minutes 正在运行测试……"
	@$(PY) -m pytest $(ARGS)

check: $(STAMP)  ## style, types, layers of imports, documentation
	@echo "[1/5] ruff check: mistakes and style"
	@$(BIN)/ruff check .
	@echo "[2/5] ruff format: layout"
	@$(BIN)/ruff format --check .
	@echo "[3/5] mypy --strict: types, up to a minute the first time"
	@$(PY) -m mypy --strict src
	@echo "[4/5] import-linter: who may import whom"
	@$(BIN)/lint-imports
	@echo "[5/5] documentation"
	@$(PY) -m pytest -q tests/test_docs.py

bench: $(STAMP) $(BENCH_STAMP)  ## measure against other packages on this machine
	@$(PY) -m benchmarks $(ARGS)

lock: $(VENV)-lock/bin/uv  ## resolve the three lock files anew
	@echo "Resolving; the versions of requirements.lock bind the other two"
	@$(RESOLVE) --upgrade -o requirements.lock --extra web --group dev pyproject.toml
	@$(RESOLVE) --upgrade -o requirements-core.lock -c requirements.lock pyproject.toml
	@$(RESOLVE) --upgrade -o requirements-bench.lock -c requirements.lock --group bench
	@if grep -n '://' requirements*.lock; then echo "A lock names a host: do not commit it."; exit 1; fi

clean:  ## remove environments, caches and results
	rm -rf $(VENV) $(VENV)-lock .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist $(OUT)
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

$(STAMP):
	@sh .ci/environment "$(VENV)" "$(PYTHON)"
	@rm -f $(VENV)/.ready-*
	@touch $@

$(BENCH_STAMP): $(STAMP)
	@echo "Installing the packages to compare with, about a minute 正在安装对比用的软件包……"
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@rm -f $(VENV)/.bench-*
	@touch $@

$(VENV)-lock/bin/uv: $(STAMP)
	@$(PY) -m venv $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip install -qq --disable-pip-version-check uv
