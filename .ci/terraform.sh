#!/usr/bin/env bash
# Runs terraform. `init` takes the AWS provider from the registry or from a filesystem mirror.
#
# TF_PLUGIN_DIR names the mirror, which is then used instead of the registry. Where TF_PLUGIN_DIR is not set and `init`
# fails, for example without access to the registry, /opt/tf-plugins is used if it exists.
set -euo pipefail
default_mirror=/opt/tf-plugins

command -v terraform >/dev/null || {
    echo 'terraform is missing: install 1.11 or later from https://developer.hashicorp.com/terraform/install' >&2
    exit 3
}
# The global option comes before the command.
global=()
while [[ ${1-} == -chdir=* ]]; do
    global+=("$1")
    shift
done
run() { terraform "${global[@]+"${global[@]}"}" "$@"; }

if [ "${1-}" != init ]; then
    run "$@"
    exit
fi
shift
if [ -n "${TF_PLUGIN_DIR-}" ]; then
    run init -input=false "-plugin-dir=$TF_PLUGIN_DIR" "$@"
elif output=$(run init -input=false "$@" 2>&1); then
    printf '%s\n' "$output"
elif [ -d "$default_mirror" ]; then
    echo "terraform init failed; trying again with the providers in $default_mirror" >&2
    run init -input=false "-plugin-dir=$default_mirror" "$@"
else
    printf '%s\n' "$output" >&2
    echo 'terraform init failed. Without access to the provider registry, set TF_PLUGIN_DIR to a filesystem mirror of' >&2
    echo 'hashicorp/aws, which "terraform providers mirror FOLDER" creates on a machine with access.' >&2
    exit 1
fi
