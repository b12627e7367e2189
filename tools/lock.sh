#!/bin/sh
# Compile requirements*.in for every supported Python and platform, with the hash of every published file.
set -eu
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --quiet uv
compile() {
    "$scratch/venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
        --generate-hashes --no-header --no-emit-index-url --output-file "$@"
}
compile requirements.txt requirements.in
compile requirements-dev.txt requirements-dev.in --constraint requirements.txt
compile requirements-runner.txt requirements-runner.in --constraint requirements.txt
