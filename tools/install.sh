#!/bin/sh
# Create .venv from a lock file with hashes, and install this project into it.
# usage: tools/install.sh LOCK STAMP    (the file STAMP says what is installed, so nothing is done twice)
set -eu
cd "$(dirname "$0")/.."
lock=$1
stamp=$2

say() { printf 'install: %s\n' "$*" >&2; }

# The first suitable Python on PATH, or the one that PYTHON names.
find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    say "needs Python 3.11 or newer; none found on PATH (set PYTHON=/path/to/python)"
    exit 1
}

need_venv_module() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing the missing package python3-venv"
        apt-get install -y -qq python3-venv >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq python3-venv; } >/dev/null
        return
    fi
    say "$python has no venv module; on Debian and Ubuntu: sudo apt-get install python3-venv"
    exit 1
}

# Reads pip's output and says how far it is: on a terminal in one line, else at every tenth package.
show_progress() {
    total=$(grep -c '^[A-Za-z0-9]' "$lock")
    count=0
    while IFS= read -r line; do
        case $line in
            Collecting\ * | Processing\ * | Requirement\ already\ satisfied:*) ;;
            Installing\ collected\ packages*) step "unpacking them into .venv, which takes a while"; continue ;;
            *) continue ;;
        esac
        count=$((count + 1))
        [ -t 2 ] || [ $((count % 10)) = 0 ] || continue
        step "package $count of $total"
    done
    [ ! -t 2 ] || printf '\n' >&2
}

step() {
    if [ -t 2 ]; then printf '\r\033[Kinstall: %s' "$*" >&2; else say "$*"; fi
}

# pip's exit code and errors go through files, since its output is read by show_progress.
install_packages() {
    {
        PYTHONUNBUFFERED=1 .venv/bin/python -m pip install --progress-bar off --disable-pip-version-check \
            --require-hashes --no-deps -r "$lock" 2>.venv/pip-errors || echo $? >.venv/pip-failed
    } | show_progress
    if [ -e .venv/pip-failed ]; then
        code=$(cat .venv/pip-failed)
        cat .venv/pip-errors >&2
        say "pip can't install the packages of $lock; the lines above say why"
        exit "$code"
    fi
}

wanted=$(cat "$lock" pyproject.toml tools/install.sh | sha256sum)
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi

python=$(find_python)
need_venv_module
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    rm -rf .venv
    "$python" -m venv .venv
fi
rm -f .venv/pip-failed
say "downloading and installing the packages of $lock into .venv; the first time this takes some minutes"
install_packages
say "installing gradecheck itself"
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
printf '%s\n' "$wanted" > "$stamp"
say "done"
