# `make` alone lists the targets: the text after ## of each.

RELEASE := Scripts/release.sh
# The slide of step 1 has a list of one element with a trailing comma, so that step 2 adds one line;
# the formatter would remove the comma.
FORMATTED := $(filter-out Sources/CalcV1,$(wildcard Sources/*)) Tests Package.swift
# The names of all that was given as name=value; the program that gets them refuses unknown ones.
KNOBS = $(sort $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name))))
# One of them as a word of the shell, as it was typed.
WORD = '$(1)=$(subst ','\'',$(value $(1)))'
PORT := $(or $(LISTEN_PORT),4000)

# `make rehearse 4` would rehearse every row, and only then say that there is no target 4.
BARE := $(firstword $(filter 1 2 3 4 5 6 6g 7 7g,$(MAKECMDGOALS)))
ifneq ($(BARE),)
GOAL := $(firstword $(filter-out $(BARE),$(MAKECMDGOALS)) step)
$(error $(BARE) is no target; a step is v=$(BARE): make $(GOAL) v=$(BARE))
endif

.PHONY: help build test test-load test-page fuzz instructions soak check format bench bench-page
.PHONY: rehearse local-server local-test step picture pictures stage
.PHONY: check-format check-manifests check-image drain-check check-servers
.PHONY: docker-build docker-local-server docker-push-image
.PHONY: set-calc-url kind-create kind-load kind-delete k8s-deploy k8s-redeploy k8s-scale k8s-logs
.PHONY: k8s-test k8s-edge k8s-delete
.PHONY: influxdb-local influxdb-count influxdb-clear influxdb-k8s-deploy influxdb-k8s-port-forward
.PHONY: do-create-registry do-create-k8s-cluster do-add-registry-to-k8s-cluster
.PHONY: do-create-load-test-vm do-load-test do-docker-build
.PHONY: do-create-cert do-create-dns-record do-lb-https do-lb-http2 do-delete

help:
	@echo 'Graceful shutdown in Swift. To begin with: make rehearse. README.md tells the rest.'
	@awk -F '## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z0-9-]+:.*## / { sub(/:.*/, "", $$1); printf "  %-31s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Build and test
build: ## release build of everything
	$(RELEASE)

test: ## all, with a real InfluxDB where influxd is; only=shared sanitize=thread or =address
	@Scripts/test.sh

fuzz: ## hammers parsers and encoders with libFuzzer; seconds=60 or inputs=, seed= targets=
	@Scripts/fuzz.sh

check: check-format ## format check, build without a warning, tests
	@STRICT=1 Scripts/test.sh

check-format: ## whether sources and pages are formatted and at most 100 columns wide
	swift format lint --strict --recursive $(FORMATTED)
	@Scripts/check-width.sh

check-manifests: ## manifests, Dockerfile, scripts and HAProxy's configuration; without a cluster
	@Scripts/check-manifests.sh

check-image: ## the image, built and run by a real Docker engine; root starts one if none answers
	@Scripts/with-influxdb.sh Scripts/check-image.sh

test-load: ## the load test's script, under node with stand-ins for k6
	@node --test Tests/LoadTests/load-test.test.mjs

test-page: ## what the page computes, under node
	@node --test Tests/PageModules/

format: ## formats all sources in place
	swift format --in-place --recursive $(FORMATTED)

soak: ## rollouts without end, InfluxDB failing in most; rows="5 6g 7g" times=100 lanes=1
	@Scripts/soak.sh $(RELEASE)

instructions: ## of a GET /health and a start, by valgrind; most=N start=N fail above N
	@Scripts/instructions.sh $(RELEASE)

bench: ## speed, beside nginx and Go (needs wrk); rounds=5 seconds=5 busy=0 processes beside it
	@Scripts/bench.sh $(RELEASE)

bench-page: ## the page with 20,000 failures: size, time to open, frames (needs Chromium's driver)
	@Scripts/bench-page.sh $(RELEASE)

##@ The talk on this machine, without a cluster
SHOW = Scripts/build.sh .build/release/Show 'the picture' 'about a minute' \
  $(RELEASE) --product Show && exec .build/release/Show

rehearse: ## the talk on one machine, or with deployment= a service of yours; help=1 lists knobs
	@Scripts/build.sh .build/release/Rehearsal 'the steps and the rehearsal' 'about a minute' \
	  $(RELEASE) --product Rehearsal
	@exec .build/release/Rehearsal $(foreach knob,$(KNOBS),$(call WORD,$(knob)))

drain-check: ## how your server stops: run='node server.js' port=8080 path= …, help=1 lists them
	@Scripts/build.sh .build/release/Rehearsal 'the steps and the rehearsal' 'about a minute' \
	  $(RELEASE) --product Rehearsal
	@exec .build/release/Rehearsal check $(foreach knob,$(KNOBS),$(call WORD,$(knob)))

check-servers: ## drain-check of real servers, for docs/servers.md; only="nginx Go" grace= port=
	@Scripts/check-servers.sh $(RELEASE)

picture: ## one HTML file of all results; knobs: page= rehearsal= cluster=, help=1
	@$(SHOW) $@ $(foreach knob,$(KNOBS),$(call WORD,$(knob)))

pictures: ## draws those of README and docs, with the table, from results= (needs node)
	@node Scripts/pictures/pictures.mjs $(or $(results),results/rehearsal) .

stage: ## serves that page for the talk, until Ctrl-C; browser='chromium --kiosk' port=, help=1
	@$(SHOW) $@ $(foreach knob,$(KNOBS),$(call WORD,$(knob)))

local-server: ## runs step v=N [graceful=1] in the foreground; Ctrl-C ends it
	@Scripts/local-server.sh $(RELEASE)

local-test: ## asks the local server for its health and a sum
	@Scripts/local-test.sh 'http://localhost:$(subst ','\'',$(PORT))'

step: ## the slide of step v=N [graceful=1]: what it changes in code and manifest
	@Scripts/step.sh

##@ The image with all steps
docker-build: ## builds it as image=calc tag=the commit; platform=linux/amd64 for another processor
	@Scripts/docker.sh build

docker-local-server: ## runs step v=N [graceful=1] in a container, as PID 1; Ctrl-C ends it
	@Scripts/docker.sh serve

docker-push-image: ## pushes what was built last under tag= [image=]; another tag is another deploy
	@Scripts/docker.sh push

##@ A cluster on this machine
kind-create: ## three nodes with kind; http://localhost:8080 and https://localhost:8443 lead to them
	@Scripts/kind.sh create

kind-load: ## all images onto its nodes: from then on no network is needed
	@Scripts/kind.sh load

kind-delete: ## that cluster and all that is in it
	@Scripts/kind.sh delete

##@ The talk on a cluster; ns=NAME puts it into a namespace of its own
k8s-deploy: ## step v=N [graceful=1] [tag=] [replace=1]; again recovers from any state
	@Scripts/k8s-deploy.sh

k8s-redeploy: ## replaces all pods: how this step shuts down
	@Scripts/k8s.sh redeploy

k8s-scale: ## n= pods
	@Scripts/k8s.sh scale

k8s-logs: ## follows the logs of all pods
	@Scripts/k8s.sh logs

k8s-test: ## asks for health and a sum
	@Scripts/k8s.sh test

k8s-edge: ## the load balancer for clusters without (k8s-deploy does it there), on any cluster
	@Scripts/k8s-edge.sh

k8s-delete: ## all that was deployed
	@Scripts/k8s.sh delete

set-calc-url: ## the address url= for tests and load, in place of what k8s-deploy found
	@Scripts/calc-url.sh

##@ InfluxDB, for steps 6 and 7
influxdb-local: ## InfluxDB on this machine, at url= (default http://localhost:8086); Ctrl-C ends it
	@Scripts/influxdb.sh local

influxdb-count: ## the operations in InfluxDB at url=
	@Scripts/influxdb.sh count

influxdb-clear: ## deletes them
	@Scripts/influxdb.sh clear

influxdb-k8s-deploy: ## InfluxDB on the cluster
	@Scripts/influxdb-k8s.sh deploy

influxdb-k8s-port-forward: ## localhost:8086 [port=] leads to it, for count and clear above
	@Scripts/influxdb-k8s.sh port-forward

##@ DigitalOcean (doctl); do-delete takes away all that these made
do-create-registry: ## for images, name=
	@Scripts/do-registry.sh

do-create-k8s-cluster: ## 7 nodes in Frankfurt
	@Scripts/do-cluster.sh create

do-add-registry-to-k8s-cluster: ## so that its nodes may pull
	@Scripts/do-cluster.sh add-registry

do-create-load-test-vm: ## a machine with k6
	@Scripts/do-vm.sh create

do-load-test: ## loads the service from that machine; url= vus= duration= REUSE=
	@Scripts/do-vm.sh load-test

do-docker-build: ## the image, built on that machine: another processor is emulated, at a risk
	@Scripts/do-vm.sh build-image

do-create-cert: ## a certificate of Let's Encrypt for domain=
	@Scripts/do-https.sh create-cert

do-create-dns-record: ## leads domain= to the load balancer
	@Scripts/do-https.sh create-dns-record

do-lb-https: ## the load balancer takes HTTPS at 443; nodes= of it
	@Scripts/do-https.sh lb-https

do-lb-http2: ## or HTTP/2
	@Scripts/do-https.sh lb-http2

do-delete: ## all of it, load balancer and certificate included
	@Scripts/do-delete.sh

##@ Load and comparison on the cluster
# All of it is one executable; what was given as name=value goes to it, and it knows what there is.
# What the scripts take from the environment, it does, too.
FOR_SCRIPTS = tag image replace ROLLOUT_TIMEOUT API_PATIENCE ADDRESS_TIMEOUT \
  PULL_SECRET_TIMEOUT
CLUSTER = Scripts/build.sh .build/release/Cluster 'the commands for the cluster' 'about a minute' \
  $(RELEASE) --product Cluster && exec .build/release/Cluster
CLUSTER_KNOBS = $(foreach knob,$(filter-out $(FOR_SCRIPTS),$(KNOBS)),$(call WORD,$(knob)))

.PHONY: k8s-load-test

k8s-load-test: ## 500 users for 2 minutes in the cluster; knobs: url= vus= duration= REUSE= ns=
	@$(CLUSTER) $@ $(CLUSTER_KNOBS)

.PHONY: k8s-compare compare

k8s-compare: ## the talk's table, at most 4 minutes a row; knobs: rows="3 4" clients= ns= again=1
	@$(CLUSTER) $@ $(CLUSTER_KNOBS)

compare: ## rehearsal and cluster side by side, and where they disagree
	@$(CLUSTER) $@ $(CLUSTER_KNOBS)

.PHONY: k8s-measure-lag k8s-drain-node

k8s-measure-lag: ## how long new connections reach a deleted pod; knobs: deletions=20 ns=
	@$(CLUSTER) $@ $(CLUSTER_KNOBS)

k8s-drain-node: ## empties a node under load, one pod at a time; knobs: node= clients= ns=
	@$(CLUSTER) $@ $(CLUSTER_KNOBS)
