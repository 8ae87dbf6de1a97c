# The two commands that matter: `make run` and `make test`. Both set everything up first.

PYTHON ?= python3
VENV := .venv/bin

.PHONY: run test bench fuzz lint format screenshots wheel lock setup clean

run: setup
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; \
	then $(VENV)/python -m wallet; \
	else $(VENV)/python -m wallet demo; fi

test: setup-test
	@$(VENV)/python scripts/run_tests.py

bench: setup-bench
	@$(VENV)/python benchmarks/run.py

# make fuzz TARGET=reading SECONDS=600; without TARGET, every one.
SECONDS ?= 60
fuzz: setup-fuzz
	@$(VENV)/python fuzz/run.py $(TARGET) --seconds $(SECONDS)

lint: setup-test
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports

format:
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

screenshots: setup-test
	QT_QPA_PLATFORM=offscreen $(VENV)/python scripts/screenshots.py

wheel: setup-test
	$(VENV)/python -m build

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --group setup pyproject.toml -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --group setup --group dev pyproject.toml -o requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --group fuzz -o requirements/fuzz.txt

.PHONY: setup setup-test setup-bench setup-fuzz
setup:
	@$(PYTHON) scripts/setup.py

setup-test:
	@$(PYTHON) scripts/setup.py --test

setup-bench:
	@$(PYTHON) scripts/setup.py --test --bench

setup-fuzz:
	@$(PYTHON) scripts/setup.py --test --fuzz

clean:
	rm -rf .venv out dist build resources/viewer/dist resources/viewer/node_modules tests/differential/node_modules tests/crosschecks/node_modules benchmarks/node/node_modules
	find . -name __pycache__ -prune -exec rm -rf {} +
