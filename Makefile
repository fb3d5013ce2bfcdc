# One command each. The work is done by deploy/*.sh and by the program itself.
.DEFAULT_GOAL := help
.PHONY: help run proof test upgrade-test bench drill check fmt assets schema docs image sbom clean-data

help: ## Shows this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Starts the service with two demo municipalities (PORT=8080, DATA_DIR=./.data)
	@exec deploy/run.sh

proof: ## Holds the privacy notice against the service that make run started (DATA_DIR=./.data)
	@cargo run --quiet --bin stadttermin -- --config "$${DATA_DIR:-.data}/demo/running.toml" privacy proof

test: ## Runs everything that must hold, on a database of its own
	@exec deploy/test.sh

upgrade-test: ## Runs the program as it was before the newest step of the database beside this one (OLD=<commit>)
	@exec deploy/upgrade-test.sh $(OLD)

bench: ## Measures limit and product: NAMES="book day" for some, QUICK=1 for a look, PEERS=1 for other programs too
	@exec deploy/bench.sh $(if $(QUICK),--quick) $(if $(PEERS),--peers) $(NAMES)

drill: ## Restores a backup beside the service and proves it: DUMP=… KEYS=… LEDGER=… SERVER=postgres://… (docs/operations.md)
	@exec deploy/drill.sh --dump "$(DUMP)" --keys "$(KEYS)" --ledger "$(LEDGER)" --server "$(SERVER)"

check: ## Format, lints and documentation, without tests
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

fmt: ## Formats the code
	cargo fmt --all

assets: ## Rebuilds the style sheet and fonts of the pages from npm
	crates/portal/assets/build.sh

schema: ## Writes schema.graphql and schema-ops.graphql from the code
	cargo run --quiet -p gateway -- schema > schema.graphql.new
	mv schema.graphql.new schema.graphql
	cargo run --quiet -p gateway -- schema --ops > schema.graphql.new
	mv schema.graphql.new schema-ops.graphql

docs: ## Writes the generated parts of docs/ from the code
	cargo run --quiet -p gateway -- docs

image: ## Builds the container image with podman, buildah or docker (IMAGE=registry.example/stadttermin:0.1.0)
	@exec deploy/image/build.sh

sbom: ## Writes sbom/stadttermin.cdx.json: what the program is made of
	@exec deploy/sbom.sh

clean-data: ## Deletes the data of make run
	deploy/services.sh remove "$${DATA_DIR:-.data}/run"
	rm -rf "$${DATA_DIR:-.data}/demo"
