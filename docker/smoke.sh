#!/bin/sh
# Test docker-compose.yml with real containers on a machine where no image can be pulled: with its own Docker engine in a
# temporary folder, a base image made by debootstrap, and Debian's Redis and PostgreSQL. Needs root and apt.
set -eu
cd "$(dirname "$0")/.."
say() { printf 'compose-smoke: %s\n' "$*"; }
[ "$(id -u)" = 0 ] || { say "needs root: it starts its own Docker engine"; exit 2; }

scratch=$(mktemp -d /tmp/smoke-XXXXXX)
export DOCKER_HOST="unix://$scratch/docker.sock" DOCKER_BUILDKIT=0 COMPOSE_PROJECT_NAME=gradecheck-smoke
export BASE_IMAGE=smoke-base POSTGRES_IMAGE=smoke-standin REDIS_IMAGE=smoke-standin GRADECHECK_PORT="${GRADECHECK_PORT:-8765}"

missing=""
command -v dockerd >/dev/null || missing="$missing docker.io"
command -v docker-compose >/dev/null || docker compose version >/dev/null 2>&1 || missing="$missing docker-compose"
command -v debootstrap >/dev/null || missing="$missing debootstrap"
if [ -n "$missing" ]; then
    say "installing$missing"
    # shellcheck disable=SC2086
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >/dev/null 2>&1
fi
compose() { if docker compose version >/dev/null 2>&1; then docker compose "$@"; else docker-compose "$@"; fi; }

engine=""
finish() {
    code=$?
    if [ -n "$engine" ]; then
        [ "$code" = 0 ] || compose logs --tail 40 2>&1 | tail -150 || true
        compose down --volumes --timeout 5 >/dev/null 2>&1 || true
        kill "$engine" 2>/dev/null || true
        wait "$engine" 2>/dev/null || true
        iptables-restore < "$scratch/iptables" 2>/dev/null || true
    fi
    grep -o " $scratch[^ ]*" /proc/mounts | sort -r | while read -r mounted; do umount -l "$mounted" || true; done
    rm -rf "$scratch"
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

iptables-save > "$scratch/iptables" 2>/dev/null || true
dockerd --data-root "$scratch/data" --exec-root "$scratch/exec" --pidfile "$scratch/pid" --host "$DOCKER_HOST" \
    --bridge none > "$scratch/dockerd.log" 2>&1 &
engine=$!
tries=0
until docker info >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] && kill -0 "$engine" || { tail -5 "$scratch/dockerd.log"; exit 3; }
    sleep 0.5
done
say "engine $(docker version --format '{{.Server.Version}}') is up"

# The base image: the same as the official python image offers, with this machine's mirror and certificates.
mirror=$(sed -n -E 's/^(deb (\[[^]]*\] )?|URIs: *)([^ ]+).*/\3/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -1)
debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$scratch/root" "$mirror" > "$scratch/debootstrap.log" 2>&1 \
    || { tail -5 "$scratch/debootstrap.log"; exit 3; }
cp /etc/ssl/certs/ca-certificates.crt "$scratch/root/etc/ssl/certs/ca-certificates.crt"
index=$(python3 -m pip config get global.index-url 2>/dev/null || echo "${PIP_INDEX_URL:-}")
{ echo "[global]"; echo "cert = /etc/ssl/certs/ca-certificates.crt"; [ -z "$index" ] || echo "index-url = $index"; } > "$scratch/root/etc/pip.conf"
tar -C "$scratch/root" -c . | docker import - smoke-base >/dev/null
rm -rf "$scratch/root"
say "base image made"

build() { docker build --network host --quiet "$@" . >/dev/null; }
build --file docker/standin/Dockerfile --build-arg BASE=smoke-base --tag smoke-standin
build --file docker/Dockerfile --build-arg BASE=smoke-base --target runner --tag gradecheck-runner
build --file docker/Dockerfile --build-arg BASE=smoke-base --target service --tag gradecheck-service
say "images built: $(docker images --format '{{.Repository}} {{.Size}}' | sort | paste -sd, -)"

compose up --detach --no-build
python3 docker/smoke.py "http://127.0.0.1:$GRADECHECK_PORT"
tries=0
until [ "$(docker ps --quiet --filter health=healthy | wc -l)" = 6 ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || { compose ps; exit 3; }
    sleep 1
done
say "all six services are healthy"
docker exec "$(compose ps -q runner)" /opt/venv/bin/python -c '
import os, pathlib, socket
assert not [name for name in os.environ if name.startswith(("GRADECHECK", "POSTGRES"))], "the runner holds settings"
assert not pathlib.Path("/keys").exists() or not os.access("/keys", os.R_OK), "the runner can read the keys"
assert [name for _, name in socket.if_nameindex()] == ["lo"], "the runner has a network"
'
say "the runner has no network, no settings and no keys"
compose ps
compose stop --timeout 5 >/dev/null 2>&1

# The attacks, the honest programs and the endings, in a container like the runner's. The attacks without our layers are
# left out: Docker's own isolation stops some of them, but they must succeed.
docker run --rm --network none --read-only --cap-drop ALL --security-opt no-new-privileges:true --ipc private \
    --init --pids-limit 512 --memory 3g --tmpfs /tmp:size=64m,nosuid,nodev,mode=0700,uid=64000,gid=64000 \
    --env PYTHONPATH=/app:/src --volume "$PWD/tests:/src/tests:ro" --entrypoint /opt/venv/bin/python gradecheck-runner \
    -B -m pytest -q -c /dev/null --rootdir /src --confcutdir /src/tests/runner \
    --import-mode=importlib -p no:cacheprovider -p tests.helpers.servers -k 'not without_the_layers' /src/tests/runner
say "the runner's tests pass inside a stock container"
say "done"
