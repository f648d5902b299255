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

# Shows changed golden replies one by one, to be accepted or not
review:
    cargo insta review

# Checks licences, sources and advisories of what is linked
deny:
    cargo deny check

# All that CI checks
ci:
    bash .ci/run
