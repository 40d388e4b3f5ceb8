# make demo       installs clipkit into .venv and renders the demo
# make test       the wheel first, then all tests on the sources
# make test-long  the same with the full counts
# make bench      the benchmarks
# make docs       the pages of effects, filters, layouts and targets, with their pictures

PYTHON ?= python3
JOBS ?= 2

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

SOURCES := pyproject.toml $(wildcard setup.py) $(shell find src filters sample_media -type f \
	! -path '*/__pycache__/*' ! -path '*.egg-info/*' ! -name '*.so' 2>/dev/null)
BUILDING := pyproject.toml $(wildcard setup.py) $(shell find src -name '*.c' 2>/dev/null)
WHEEL_TESTS := tests/test_installed.py tests/test_errors.py tests/test_targets.py tests/test_store.py

.PHONY: demo test test-long test-wheel bench docs clean

demo: $(VENV)/installed
	$(BIN)/clipkit demo

test: test-wheel
	$(BIN)/python -m pytest -n $(JOBS)

test-long:
	CLIPKIT_LONG=1 $(MAKE) --no-print-directory test

test-wheel: build/wheel-venv/installed
	CLIPKIT_EXPECTED_UNDER="$(CURDIR)/build/wheel-venv" \
		build/wheel-venv/bin/python -m pytest -p no:cacheprovider -n $(JOBS) $(WHEEL_TESTS)

bench: $(VENV)/testing
	$(BIN)/python -m benchmarks

docs: $(VENV)/testing
	$(BIN)/python docs/pages.py

clean:
	rm -rf $(VENV) build dist demo .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf src/clipkit.egg-info src/clipkit/colour/*.so
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One environment with two states: clipkit as a user has it, or in place with the tests' tools. Each stamp removes the
# other, since the later installation is the one that counts.
$(VENV)/installed: $(SOURCES) | $(VENV)/ready
	@rm -rf build/lib* build/bdist* $(VENV)/testing
	$(PIP) install .
	@touch $@

$(VENV)/testing: $(BUILDING) | $(VENV)/ready
	@rm -f $(VENV)/installed
	$(PIP) install --editable '.[test]'
	@touch $@

$(VENV)/ready:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "clipkit needs Python 3.11 or newer; name one with: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "this Python cannot make environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

# The wheel in an environment of its own: it borrows the libraries of .venv by a .pth file, which does not carry the
# in-place clipkit over, so what the tests import there can only be what the wheel holds.
build/wheel-venv/installed: $(SOURCES) | $(VENV)/testing
	@rm -rf build && mkdir build
	$(BIN)/python -m build --wheel --outdir build/wheel . >build/log 2>&1 || { cat build/log; exit 1; }
	@$(PYTHON) -m venv --without-pip build/wheel-venv
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' >build/borrowed.pth
	@mv build/borrowed.pth "$$(build/wheel-venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
	$(PIP) --python build/wheel-venv/bin/python install --no-deps build/wheel/*.whl
	@touch $@
