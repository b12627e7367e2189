#!/bin/sh
# Find a Chromium for the browser tests. As root, install Debian's; otherwise say in one line which tests are skipped.
set -eu
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "browser: installing chromium" >&2
    { apt-get install -y -qq --no-install-recommends chromium || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }; } >/dev/null 2>&1 && exit 0
fi
echo "browser: no Chromium found, so tests/e2e are skipped; to run them: sudo apt-get install chromium" >&2
