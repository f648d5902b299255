# shellcheck shell=bash disable=SC2034 # whoever sources this uses them
# Sets `architecture` (arm64 or x86_64, as Lambda calls them), and `cpu` and `triple` (as Rust does), from ARCHITECTURE or of this
# machine.
case ${ARCHITECTURE:-$(uname -m)} in
    x86_64 | amd64) architecture=x86_64 cpu=x86-64-v3 triple=x86_64-unknown-linux-gnu ;;
    arm64 | aarch64) architecture=arm64 cpu=neoverse-n1 triple=aarch64-unknown-linux-gnu ;;
    *)
        echo "unsupported architecture: ${ARCHITECTURE:-$(uname -m)} (set ARCHITECTURE to arm64 or x86_64)" >&2
        exit 2
        ;;
esac
