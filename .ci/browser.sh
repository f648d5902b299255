#!/usr/bin/env bash
# Tests the demo page in headless Chromium, installing Chromium first where there is none. Arguments are passed on to
# browser_test.py.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v chromium chromium-browser google-chrome >/dev/null; then
    [ "$(id -u)" -eq 0 ] || {
        echo 'chromium is missing: apt-get install chromium fonts-dejavu-core fonts-noto-cjk fonts-noto-color-emoji' >&2
        exit 3
    }
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        chromium fonts-dejavu-core fonts-noto-cjk fonts-noto-color-emoji >/dev/null
fi
exec .ci/tools.sh browser python .ci/browser_test.py "$@"
