# Set-up is part of every target: nothing needs to be installed by hand.
VAR ?= var
BIN := .venv/bin
# Bytecode is kept, whatever the environment says: else each of a thousand processes compiles all.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo demo-clean test drills check format faults attacks bench evidence requirements deb release install-pi test-kernel test-power test-systemd test-vm

demo: ## the whole house on this computer, with a first stamp; ONCE=1 exits after it
	@scripts/setup run
	@$(BIN)/python -m demo --var $(VAR)/demo $(if $(ONCE),--once)

demo-clean: ## forget the demo's township
	rm -rf $(VAR)/demo

test: ## everything a newcomer runs
	@scripts/setup test
	$(BIN)/python -m pytest -n 3 --dist loadgroup --no-loadscope-reorder -m "not drill"

drills: ## whole townships of real processes through losses, kills and changes
	@scripts/setup test
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -m drill

check: ## format, lint, types, import rule
	@scripts/setup test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy .

format:
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

faults: ## the machine's fault table; ALL=1 plays every moment, SEED=2 others
	@scripts/setup test
	$(BIN)/python -m tests.faults --seed $(or $(SEED),1) $(if $(ALL),--all)

attacks: ## named attacks on the real components: what noticed each, and after how long; ONLY='split view'
	@scripts/setup test
	$(BIN)/python -m tests.attacks $(if $(ONLY),--only "$(ONLY)")

bench: ## ratios against limits measured in the same run
	@scripts/setup test
	$(BIN)/python -m bench

evidence: ## 2,000 photos judged; writes the tables of docs/evidence.md (half an hour of two cores)
	@scripts/setup test
	$(BIN)/python -m bench.evidence --var $(VAR)

requirements: ## pin again (needs uv)
	for set in run ocr dev kernel machine; do uv pip compile --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header -q requirements/$$set.in -o requirements/$$set.txt; done
	uv pip compile --universal --no-deps --python-version 3.13 --generate-hashes \
	  --no-emit-index-url --no-header -q requirements/vm.in -o requirements/vm.txt

deb: ## the machine's Debian package; ARCH=arm64 ABI=3.13 for a Pi with Debian 13
	@scripts/deb $(ARCH) $(ABI)

release: ## the machine's programs as an archive for `sealcounty release new`; ARCH and ABI as for deb
	@scripts/release $(ARCH) $(ABI)

install-pi: ## build the package here, on the machine, and install it
	@scripts/install-pi

KERNEL = scripts/setup kernel && kernel=$$(scripts/uml-kernel) && .venv-kernel/bin/python -m tests.kernel.uml $$kernel
UML_PYTEST := .venv-kernel/bin/python -m pytest -vv --tb=short -p no:cacheprovider -p no:hypothesispytest

test-kernel: ## GPIO drivers and lockd over the kernel's own GPIO simulator, in User-Mode Linux, which is built once
	@$(KERNEL) 900 $(UML_PYTEST) -o python_files='on_*.py' tests/kernel

test-power: ## power cuts under journal, photos and counters: a disk with a volatile cache, in User-Mode Linux
	@$(KERNEL) 1800 $(UML_PYTEST) -rP tests/power/cut_power.py

SUITE ?= bookworm
test-systemd: ## root: the real units under real systemd; SUITE=trixie for Debian 13
	@scripts/setup test
	debian=$$(scripts/systemd-root $(SUITE)) && \
	abi=$$(chroot $$debian python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])') && \
	package=$$(scripts/deb $$(dpkg --print-architecture) $$abi) && \
	release=$$(scripts/release $$(dpkg --print-architecture) $$abi) && \
	SEALCTL_DEBIAN=$$debian SEALCTL_PACKAGE=$$package SEALCTL_RELEASE=$$release \
	  $(BIN)/python -m pytest tests/systemd/boot_units.py tests/systemd/boot_updates.py

test-vm: ## root, before a release: the package in a whole virtual computer, with cameras, USB, TPM, watchdog
	@scripts/setup test
	base=$$(scripts/vm-base) && \
	package=$$(scripts/deb amd64 3.13) && \
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes --upgrade \
	  --target $(VAR)/vm/picamera2 -r requirements/vm.txt && \
	SEALCTL_VM=$$base SEALCTL_PACKAGE=$$package SEALCTL_PICAMERA2=$(VAR)/vm/picamera2 \
	  $(BIN)/python -m pytest tests/vm/boot_vm.py
