#!/bin/sh
# Does what the official postgres image does with the variables of docker-compose.yml; other commands run unchanged.
set -eu
[ "$1" = postgres ] || exec "$@"
bin=$(echo /usr/lib/postgresql/*/bin)
data=/var/lib/postgresql/data
as_postgres() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
if [ ! -s "$data/PG_VERSION" ]; then
    chown postgres:postgres "$data"
    install -o postgres -m 0400 "$POSTGRES_PASSWORD_FILE" /tmp/password
    as_postgres "$bin/initdb" --pgdata="$data" --username="$POSTGRES_USER" --pwfile=/tmp/password --encoding=UTF8 --locale=C.UTF-8 \
        --auth-local=trust --auth-host=scram-sha-256 >/dev/null
    rm /tmp/password
    echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
    as_postgres "$bin/pg_ctl" --pgdata="$data" --options="-c listen_addresses='' -c unix_socket_directories=/tmp" --wait start >/dev/null
    as_postgres "$bin/createdb" --host=/tmp --username="$POSTGRES_USER" "$POSTGRES_DB"
    as_postgres "$bin/pg_ctl" --pgdata="$data" --wait stop >/dev/null
fi
exec setpriv --reuid=postgres --regid=postgres --clear-groups "$bin/postgres" -D "$data" \
    -c listen_addresses='*' -c unix_socket_directories=/tmp
