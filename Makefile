# bitloom: `make run` shows the whole path on the example, `make test` runs the tests. Both set up what they need.

EXAMPLE := examples/digits

.PHONY: run test test-full bench setup verilator clean

run: setup
	node dist/src/cli/main.js report $(EXAMPLE)/digits.onnx --input $(EXAMPLE)/test-images.npy --labels $(EXAMPLE)/test-labels.npy -o out

test: setup
	npm run --silent check
	npx vitest run

test-full: setup
	npm run --silent check
	BITLOOM_TEST_FULL=1 npx vitest run

setup: node_modules/.package-lock.json verilator
	npm run --silent build

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

# Verilator is the one tool that npm does not have.
verilator:
	@sh scripts/install-verilator.sh

bench: setup
	npm run --silent bench:compile
	npm run --silent bench:functional
	npm run --silent bench:linear
	npm run --silent bench:emulator

clean:
	rm -rf dist out
