#!/bin/sh
# Compile pyproject.toml for every supported Python and platform into locks, with the hash of every published file.
# Versions already locked are kept; `tools/lock.sh --upgrade` takes the newest.
set -eu
cd "$(dirname "$0")/.."
upgrade=${1:-}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --quiet uv
compile() {
    "$scratch/venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
        --generate-hashes --no-header --no-emit-index-url $upgrade --output-file "$@"
}
# For the service's image, `make run`, `make test` and the runner's image. The last three use the versions of the first.
compile requirements.txt pyproject.toml
compile requirements-demo.txt pyproject.toml --extra demo --group build --constraint requirements.txt
compile requirements-dev.txt pyproject.toml --extra demo --extra bench --group build --group dev --constraint requirements-demo.txt
compile requirements-runner.txt --group runner --constraint requirements-demo.txt
