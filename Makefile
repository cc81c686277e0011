# The front door of Millpond. `make help` says what there is. Meson and Ninja do the work behind it.
SHELL = /bin/sh
JOBS ?= $(shell nproc)
BUILD ?= build
MESON_ARGS ?=
DATA ?= var/demo
PORT ?= 8080
SECONDS ?= 60

.PHONY: help setup-run setup-test build deb run unit test check bench fuzz coverage screens clean

help:
	@echo 'make run      install what is needed, build, fill a demo and serve it on port 8080 (PORT=...)'
	@echo 'make test     install what is needed, build and run every test; ends with "N passed, N failed"'
	@echo 'make check    the long tests: ThreadSanitizer, clang, fuzzing, crash loops, simulator (hours)'
	@echo 'make bench    measure; each bench prints its figures and ratios as one JSON line'
	@echo 'make fuzz     let libFuzzer look for new inputs, SECONDS=60 per target'
	@echo 'make build    only build: build/millpond'
	@echo 'make deb      a Debian package of what was built: build/millpond_VERSION_ARCH.deb'
	@echo 'make unit     only the C unit tests, without sanitizers; TEST=part_of_a_name picks some'
	@echo 'make coverage branches of rules, money and ledger that no test takes; fails when there are any'
	@echo 'make screens  take the pictures of docs/screens anew, from a fresh demo'
	@echo 'make clean    remove what was built (not var/, where data is)'
	@echo 'TEST=part of a suite name narrows `make test` too'

setup-run:
	@scripts/setup-run.sh

setup-test:
	@scripts/setup-test.sh

build:
	@scripts/npm.sh run
	@scripts/configure.sh $(BUILD) $(MESON_ARGS)
	@ninja -C $(BUILD) -j $(JOBS)

run: setup-run build
	@if test -e $(DATA); then cat $(DATA)/demo.txt 2> /dev/null || true; else \
	    echo "demo: filling $(DATA), about half a minute"; rm -rf $(DATA).new; mkdir -p $(dir $(DATA)); \
	    $(BUILD)/millpond demo --alive --data $(DATA).new && mv $(DATA).new $(DATA); fi
	@$(BUILD)/millpond serve --data $(DATA) --listen 0.0.0.0:$(PORT)

# Everything under AddressSanitizer and UBSan; the link checks may fail one by one (-k 0), as tests do. One suite more than
# there are cores: half of their time suites wait for something.
test: setup-test
	@scripts/configure.sh build-asan -Dsanitize=address,undefined -Doptimization=1
	@ninja -C build-asan -j $(JOBS) all
	@ninja -C build-asan -j $(JOBS) -k 0 checks tests || echo 'make: something did not build; the tests say what'
	@node tests/run.mjs --build build-asan --jobs $(JOBS) $(TEST)

check: export MILLPOND_TEST_LOOKS = all
check: test
	@scripts/sqlite.sh thread > /dev/null
	@scripts/configure.sh build-tsan -Dsanitize=thread -Doptimization=1
	@ninja -C build-tsan -j $(JOBS) all tests
	@node tests/run.mjs --build build-tsan --jobs $(JOBS) $(TEST)
	@CC=clang scripts/configure.sh build-clang
	@ninja -C build-clang -j $(JOBS) all tests
	@MILLPOND_TEST_TIER=long node tests/run.mjs --build build-clang --jobs $(JOBS) --limit 3600 tests/crash crash_test sim_test
	@$(MAKE) fuzz

fuzz: setup-test
	@CC=clang scripts/configure.sh build-fuzz -Dfuzz=true -Dsanitize=address,undefined -Doptimization=1
	@ninja -C build-fuzz -j $(JOBS)
	@scripts/fuzz.sh build-fuzz $(SECONDS)

coverage: setup-test
	@scripts/configure.sh build-coverage -Dcoverage=true -Doptimization=0
	@node tools/coverage/coverage.mjs build-coverage

bench: setup-test build
	@scripts/bench.sh $(BUILD) $(BENCH)

unit: build
	@if grep -q '^build tests:' $(BUILD)/build.ninja; then ninja -C $(BUILD) -j $(JOBS) tests; fi
	@for test in $(BUILD)/*_test_*$(TEST)*; do \
	    case $$test in *.p|*'*'*) ;; *) echo "== $$test"; CMOCKA_MESSAGE_OUTPUT=tap $$test || exit 1 ;; esac; done

deb: build
	@scripts/deb.sh $(BUILD)

screens: setup-test build
	@node scripts/screens.mjs $(BUILD)/millpond docs/screens

clean:
	rm -rf build build-*
