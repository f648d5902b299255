# The one-word recipes. `just` alone lists them.
default:
    @just --list

# Starts the whole stack on this machine and shows what it does
demo *arguments:
    cargo demo -- {{ arguments }}

# Formats the code
fmt:
    cargo fmt --all

# Looks for what should not be there
lint:
    cargo clippy --workspace --all-targets -- --deny warnings
    RUSTDOCFLAGS="--deny warnings --allow rustdoc::private-intra-doc-links" cargo doc --workspace --no-deps --document-private-items

# Runs the tests
test *arguments:
    cargo test {{ arguments }}

# Asks 500 times a second for a minute, and uploads 2,000 files at once; every answer and every sum must be right
load *arguments:
    cargo run --quiet --release --bin load -- {{ arguments }}

# Measures it beside what one would use instead, all or one of: reader, big, upload, ask (into target/bench.md)
bench *parts:
    bash .ci/tools bench
    cargo build --quiet --release --bin bench --bin recompute --bin slash-command
    target/release/bench --python "${XDG_CACHE_HOME:-$HOME/.cache}/standings/bench/bin/python" --markdown target/bench.md {{ parts }}

# Measures the reader, the merge, the ranking and the answer by themselves
micro *filter:
    cargo bench --bench micro -- {{ filter }}

# Lives through generated histories of the protocol under fire; without a seed, through ones that nobody saw before
simulate histories="2000" seed=`date +%s`:
    SIMULATE_HISTORIES={{ histories }} SIMULATE_SEED={{ seed }} cargo test --test simulation -- reports_agree --nocapture

# Shows changed golden replies one by one, to be accepted or not
review:
    cargo insta review

# Fuzzes reader, event, request or command, or all of them
fuzz target='all' seconds='60':
    bash .ci/fuzz {{ target }} {{ seconds }}

# Checks licences, sources and advisories of what is linked
deny:
    cargo deny check

# Builds both zips for Lambda (ARCHITECTURE=arm64 or x86_64, unless set that of this machine)
package:
    bash .ci/package

# Packages, and applies terraform/
deploy *arguments:
    bash .ci/deploy {{ arguments }}

# Uses the page of the demo in headless Chromium, and keeps screenshots in target/screenshots/
browser:
    bash .ci/browser

# Applies terraform/ to a local AWS, and lives through a week of it
e2e: tools package
    "${XDG_CACHE_HOME:-$HOME/.cache}/standings/tools/bin/python" .ci/e2e

# Checks terraform/ without AWS
infra: tools
    bash .ci/infra

# Gets what the recipes above need and Rust does not bring, into environments of its own
tools:
    bash .ci/tools

# All that CI checks
ci:
    bash .ci/run
