# The two commands: `make demo` shows Countersign at work, `make test` proves that it works.

SWIFT ?= swift
# The release binary has Swift's libraries in it: one file that runs where Swift is not installed, and calls into the runtime are direct.
RELEASE := -c release --static-swift-stdlib
FUZZ_ROUNDS ?= 2000000
TIMING_PAIRS ?= 400
SIMULATE_SCHEDULES ?= 1000000
RACE_ROUNDS ?= 5000
KILL_ROUNDS ?= 100
ADMIN_API_EXAMPLES ?= 200
PYTHON_ENVIRONMENT := .build-python
PYTHON_REQUIREMENTS := scripts/python-requirements.txt
# In a folder of its own, because an environment has one version of a library.
MCP1_REQUIREMENTS := scripts/python-requirements-mcp1.txt
LINTED := Package.swift Sources Tests Benchmarks Examples

# Many tests wait for a program and hold a thread meanwhile: few at once leave threads to those that serve within the test process.
TEST_ENVIRONMENT := TEST_PYTHON='$(CURDIR)/$(PYTHON_ENVIRONMENT)/bin/python' SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=4

.DEFAULT_GOAL := help
.PHONY: help demo playground test docs pictures soak bench profile fuzz timing simulate format lint clean

help:
	@echo 'The two commands:'
	@echo '  make demo     build, start a server, fetch a token with a signed assertion; Ctrl-C ends it'
	@echo '  make test     build and run every test, then the demo once'
	@echo
	@echo 'To see people sign in:'
	@echo '  make playground  build, start a server with a person and a web application that shows each step; Ctrl-C ends it'
	@echo
	@echo 'For those who work on it:'
	@echo '  make bench    measure; see docs/benchmarks.md (BASELINE=path: beside an older binary)'
	@echo '  make profile  show where the time of a request goes; see docs/profile.md'
	@echo '  make soak     run what takes too long for make test: the race for one assertion, kill -9 during exchanges, fuzzing,'
	@echo '                simulated schedules'
	@echo '  make fuzz     mutate hostile input for longer (FUZZ_ROUNDS=$(FUZZ_ROUNDS))'
	@echo '  make timing   test whether the time of a refusal tells which clients and people exist (TIMING_PAIRS=$(TIMING_PAIRS))'
	@echo '  make simulate simulate more schedules of the replay log (SIMULATE_SCHEDULES=$(SIMULATE_SCHEDULES), or one: SIMULATE_SEED=…)'
	@echo '  make docs     build the documentation of the library into .build/documentation'
	@echo '  make pictures  take the pictures of the guides in docs/ again, with a browser'
	@echo '  make format   rewrite the sources in house style'
	@echo '  make lint     check house style and file lengths'
	@echo '  make clean    remove everything that was built'

demo:
	@scripts/system-packages build
	$(SWIFT) build $(RELEASE) --product countersign
	.build/release/countersign demo

playground:
	@scripts/system-packages build
	$(SWIFT) build $(RELEASE) --product countersign
	.build/release/countersign playground --with-server

test: $(PYTHON_ENVIRONMENT)/ready
	@scripts/system-packages test
	$(SWIFT) build --build-tests
	$(SWIFT) build --package-path Examples/TokenRoute
	@SWIFT='$(SWIFT)' scripts/documentation
	@SWIFT='$(SWIFT)' $(TEST_ENVIRONMENT) scripts/run-tests
	.build/debug/countersign demo --once

docs:
	@scripts/system-packages build
	$(SWIFT) build
	@SWIFT='$(SWIFT)' scripts/documentation

# Clients from PyPI live in an environment of their own and never in the system's Python.
$(PYTHON_ENVIRONMENT)/ready: $(PYTHON_REQUIREMENTS) $(MCP1_REQUIREMENTS)
	@scripts/system-packages test
	@echo 'Installing into $(PYTHON_ENVIRONMENT): client libraries from PyPI'
	@rm -rf $(PYTHON_ENVIRONMENT)
	python3 -m venv $(PYTHON_ENVIRONMENT)
	$(PYTHON_ENVIRONMENT)/bin/python -m pip install --quiet --disable-pip-version-check -r $(PYTHON_REQUIREMENTS)
	$(PYTHON_ENVIRONMENT)/bin/python -m pip install --quiet --disable-pip-version-check \
		--target $(PYTHON_ENVIRONMENT)/mcp1 -r $(MCP1_REQUIREMENTS)
	@touch $@

bench:
	@scripts/system-packages build
	Benchmarks/run

profile:
	@scripts/system-packages profile
	Benchmarks/profile/run

# Run before a release. `RACE_ROUNDS` rounds of the race take about three minutes in a debug build.
pictures: $(PYTHON_ENVIRONMENT)/ready
	@scripts/system-packages test
	$(SWIFT) build --build-tests
	@SWIFT='$(SWIFT)' $(TEST_ENVIRONMENT) scripts/pictures

soak: $(PYTHON_ENVIRONMENT)/ready
	@scripts/system-packages test
	$(SWIFT) build --build-tests
	RACE_ROUNDS=$(RACE_ROUNDS) $(SWIFT) test --skip-build --filter ReplayRace
	KILL_ROUNDS=$(KILL_ROUNDS) $(SWIFT) test --skip-build --filter KillMoment
	FUZZ_ROUNDS=$(FUZZ_ROUNDS) $(SWIFT) test --skip-build --filter Fuzz
	SIMULATE_SCHEDULES=$(SIMULATE_SCHEDULES) $(SWIFT) test --skip-build --filter ReplaySimulation
	$(TEST_ENVIRONMENT) ADMIN_API_EXAMPLES=$(ADMIN_API_EXAMPLES) $(SWIFT) test --skip-build --filter AdminAPIDescription

fuzz:
	@scripts/system-packages build
	FUZZ_ROUNDS=$(FUZZ_ROUNDS) $(SWIFT) test --filter Fuzz

simulate:
	@scripts/system-packages build
	SIMULATE_SCHEDULES=$(SIMULATE_SCHEDULES) SIMULATE_SEED=$(SIMULATE_SEED) $(SWIFT) test --filter ReplaySimulation

# On a machine that does nothing else. The server is the release binary: how long it takes is the question.
timing:
	@scripts/system-packages build
	$(SWIFT) build $(RELEASE) --product countersign
	TEST_BINARY='$(CURDIR)/.build/release/countersign' TIMING_PAIRS=$(TIMING_PAIRS) $(SWIFT) test --filter TimingTests

format:
	$(SWIFT) format --in-place --recursive $(LINTED)

lint:
	$(SWIFT) format lint --strict --recursive $(LINTED)
	@scripts/file-lengths

clean:
	rm -rf .build Examples/TokenRoute/.build $(PYTHON_ENVIRONMENT)
