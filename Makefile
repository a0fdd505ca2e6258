# `make` alone lists the targets: the text after ## of each.

# Where the standard library can be linked statically, a release needs nothing but the C library.
STATIC := $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib)
RELEASE := swift build -c release $(STATIC)
STEPS := 1 2 3 4 5 6 7
# The slide of step 1 has a list of one element with a trailing comma, so that step 2 adds one line; the formatter would take it away.
FORMATTED := $(filter-out Sources/CalcV1,$(wildcard Sources/*)) Tests Package.swift
# All that was given as name=value: the rehearsal knows which there are, and says so of one that there is not.
KNOBS = $(foreach word,$(MAKEOVERRIDES),$(if $(findstring =,$(word)),$(firstword $(subst =, ,$(word)))))
PORT := $(or $(LISTEN_PORT),4000)

.PHONY: help build test check format bench rehearse local-server local-test step step-number check-format

help:
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1|/p' Makefile | while IFS='|' read -r target text; do printf '%-13s %s\n' "$$target" "$$text"; done

build: ## release build of everything
	$(RELEASE)

test: ## all tests
	swift test

check: check-format ## format check, build without a warning, tests
	swift build --build-tests -Xswiftc -warnings-as-errors
	swift test -Xswiftc -warnings-as-errors

check-format:
	swift format lint --strict --recursive $(FORMATTED)

format: ## formats all sources in place
	swift format --in-place --recursive $(FORMATTED)

bench: ## speed, beside nginx (needs wrk)
	@Scripts/bench.sh

rehearse: ## the talk on one machine; knobs: v= rows= clients= …, help=1 lists them
	@$(RELEASE) >&2
	@exec .build/release/Rehearsal $(foreach knob,$(KNOBS),'$(knob)=$($(knob))')

local-server: step-number ## runs step v=N in the foreground; Ctrl-C ends it
	@$(RELEASE) --product CalcV$(v) >&2
	@trap : INT; .build/release/CalcV$(v); code=$$?; if [ $$code -eq 130 ]; then code=0; fi; exit $$code

local-test: ## asks the local server for its health and a sum
	@Scripts/local-test.sh http://localhost:$(PORT)

step: step-number ## the slide of step v=N: what it changes in code and manifest
	@Scripts/step.sh $(v)

step-number:
	$(if $(and $(filter 1,$(words $(v))),$(filter $(v),$(STEPS))),,$(error v=$(v) is no step; allowed is v=N with N one of $(STEPS)))
	@:
