# The front door of Millpond. `make help` says what there is. Meson and Ninja do the work behind it.
SHELL = /bin/sh
JOBS ?= $(shell nproc)
BUILD ?= build
MESON_ARGS ?=

.PHONY: help build unit clean

help:
	@echo 'make run      install what is needed, build, fill a demo shop and serve it on port 8080'
	@echo 'make test     install what is needed, build and run every test; ends with "N passed, N failed"'
	@echo 'make build    only build: build/millpond'
	@echo 'make unit     build and run the C unit tests only, without sanitizers; TEST=name_part picks some'
	@echo 'make clean    remove what was built (not var/, where data is)'

build:
	@scripts/npm.sh run
	@scripts/configure.sh $(BUILD) $(MESON_ARGS)
	@ninja -C $(BUILD) -j $(JOBS)

unit: build
	@if grep -q '^build tests:' $(BUILD)/build.ninja; then ninja -C $(BUILD) -j $(JOBS) tests; fi
	@for test in $(BUILD)/*_test_*$(TEST)*; do \
	    case $$test in *.p|*'*'*) ;; *) echo "== $$test"; CMOCKA_MESSAGE_OUTPUT=tap $$test || exit 1 ;; esac; done

clean:
	rm -rf build build-*
