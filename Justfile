# Recipes for daily work. `just` alone lists them.
default:
    @just --list

# Starts the whole stack on this machine, uploads the sample files and asks three questions
demo *arguments:
    cargo demo -- {{ arguments }}

# Formats Rust and Python
fmt:
    cargo fmt --all
    .ci/tools.sh lint ruff format

# Lints Rust, its documentation, and the scripts
lint:
    cargo clippy --workspace --all-targets --locked -- --deny warnings
    RUSTDOCFLAGS="--deny warnings --allow rustdoc::private-intra-doc-links" cargo doc --workspace --no-deps --document-private-items --locked
    .ci/lint.sh

# Runs the tests
test *arguments:
    cargo test {{ arguments }}

# Runs the load test: 2,000 files, then 500 commands a second for a minute, with every reply and sum checked
load *arguments:
    cargo run --release --bin load -- {{ arguments }}

# Runs the benchmarks against the alternatives, all or one of reader, scaling, upload, growth, command (into target/bench.md)
bench *parts:
    cargo build --release --bin bench --bin recompute --bin slash-command
    .ci/tools.sh bench target/release/bench --markdown target/bench.md {{ parts }}

# Prints what a month costs in AWS: of three workloads, or of one (--questions, --files, --people, --teams ...)
cost *arguments:
    cargo run --bin cost -- {{ arguments }}

# Runs the micro-benchmarks of the reader, the merge, the ranking and the reply
micro *filter:
    cargo bench --bench micro -- {{ filter }}

# Simulates generated histories of the fencing protocol, with crashes and failures. Default: a new seed each time
simulate histories="2000" seed=`date +%s`:
    SIMULATE_HISTORIES={{ histories }} SIMULATE_SEED={{ seed }} cargo test --test simulation -- reports_agree --nocapture

# Reviews changed golden replies one by one
review:
    cargo insta review

# Fuzzes reader, event, request or command, or all of them
fuzz target='all' seconds='60':
    .ci/fuzz.sh {{ target }} {{ seconds }}

# Checks licenses, sources and advisories of all dependencies
deny:
    .ci/deny.sh

# Builds both zips for Lambda (ARCHITECTURE=arm64 or x86_64, default: that of this machine)
package:
    .ci/package.sh

# Downloads the packages of a release into target/packages/VERSION, and checks them
download version *architectures:
    python3 .ci/download.py {{ version }} {{ architectures }}

# Applies terraform/ with the packages of a release (just deploy v1.4.0), or builds them before
deploy *arguments:
    .ci/deploy.sh {{ arguments }}

# Destroys the deployment, unless something of it is protected
destroy *arguments:
    .ci/destroy.sh {{ arguments }}

# Writes the tables of inputs and outputs in terraform/README.md
inputs:
    .ci/tools.sh inputs python .ci/inputs.py

# Tests the demo page in headless Chromium (screenshots in target/screenshots/)
browser:
    .ci/browser.sh

# Runs the end-to-end test: applies terraform/ to a local AWS and uses it for a simulated week
e2e: package
    .ci/tools.sh e2e python .ci/e2e.py

# Checks terraform/ without AWS
infra:
    .ci/infra.sh

# Installs what the other recipes need from PyPI, which they also do themselves when it is missing
tools:
    .ci/tools.sh

# Runs everything that CI checks
ci:
    .ci/run
