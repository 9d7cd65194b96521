# shellcheck shell=bash
# The private PostgreSQL server of the local stack: its user, its files, its two ways of running
# (alone, on its Unix socket, while the databases are prepared; in the foreground with the stack).

readonly DATABASE_DIR=$RUN_DIR/postgres
readonly DATA_DIR=$DATABASE_DIR/data
readonly DATABASE_SOCKET_DIR=$SOCKET_DIR/postgres

# PostgreSQL refuses to run as root; then Debian's own account for it serves.
if [ "$(id -u)" -eq 0 ]; then
  SERVER_USER=postgres
  AS_SERVER_USER=(setpriv "--reuid=$SERVER_USER" "--regid=$SERVER_USER" --clear-groups --)
else
  SERVER_USER=$(id -un)
  AS_SERVER_USER=()
fi
readonly SERVER_USER AS_SERVER_USER

as_server_user() { "${AS_SERVER_USER[@]}" "$@"; }

# The programs of the version that made the data; for new data, the newest installed.
postgres_directory() {
  local directory wanted=''
  if as_server_user test -f "$DATA_DIR/PG_VERSION"; then wanted=$(as_server_user cat "$DATA_DIR/PG_VERSION"); fi
  while read -r directory; do
    if [ -z "$wanted" ] || [[ $directory == */$wanted/bin ]]; then
      printf '%s' "$directory"
      return
    fi
  done < <(postgres_directories)
  fail "the data in $RUN_DIR was made by PostgreSQL $wanted, which is not installed" \
    "install postgresql-$wanted, or forget the data: make clean-run"
}

# Makes the directories that only the server's user may read, and checks that it reaches them.
make_server_directories() {
  mkdir -p "$DATABASE_DIR" "$DATABASE_SOCKET_DIR"
  # Sockets may be below /tmp, where anybody could have made the directory before us.
  [ -O "$SOCKET_DIR" ] || fail "$SOCKET_DIR belongs to another user" "choose another data directory: VETCHIUM_RUN_DIR=..."
  if [ "$(id -u)" -eq 0 ]; then chown "$SERVER_USER" "$DATABASE_DIR" "$DATABASE_SOCKET_DIR"; fi
  chmod 700 "$DATABASE_DIR" "$DATABASE_SOCKET_DIR"
  as_server_user test -w "$DATABASE_DIR" -a -w "$DATABASE_SOCKET_DIR" ||
    fail "the user '$SERVER_USER', as whom PostgreSQL runs, cannot reach $RUN_DIR" \
      "choose a directory which all users may enter: VETCHIUM_RUN_DIR=/var/tmp/vetchium make run"
}

# Makes the data directory if there is none, and writes the server's configuration.
prepare_server() {
  local name
  make_server_directories
  if ! as_server_user test -f "$DATA_DIR/PG_VERSION"; then
    say "Creating the PostgreSQL data directory"
    # The directory gets its name when it is complete: an interrupted initdb leaves nothing to mistake for data.
    as_server_user rm -rf "$DATA_DIR.new"
    as_server_user "$(postgres_directory)/initdb" --pgdata="$DATA_DIR.new" --username="$SERVER_USER" --auth=reject \
      --no-sync --encoding=UTF8 --locale=C.UTF-8 > "$RUN_DIR/initdb.log" 2>&1 ||
      fail "initdb failed:" "$(< "$RUN_DIR/initdb.log")"
    as_server_user mv "$DATA_DIR.new" "$DATA_DIR"
  fi
  for name in postgresql.conf pg_hba.conf; do
    render "$name" DATABASE_DIR DATA_DIR DATABASE_SOCKET_DIR SERVER_USER POSTGRES_PORT |
      as_server_user tee "$DATABASE_DIR/$name" > /dev/null
  done
}

start_server_alone() {
  stop_server_alone # one that was left when a start was killed; ours is the only one, the directory is locked
  trap stop_server_alone EXIT
  as_server_user "$(postgres_directory)/pg_ctl" start --wait --silent --pgdata="$DATA_DIR" \
    --log="$DATABASE_DIR/setup.log" \
    --options="-c config_file=$DATABASE_DIR/postgresql.conf -c listen_addresses=''" 9>&- ||
    fail "PostgreSQL does not start:" "$(as_server_user tail -n 20 "$DATABASE_DIR/setup.log")"
}

stop_server_alone() {
  trap - EXIT
  if ! as_server_user test -f "$DATA_DIR/PG_VERSION"; then return; fi
  if as_server_user "$(postgres_directory)/pg_ctl" status --pgdata="$DATA_DIR" > /dev/null 2>&1; then
    as_server_user "$(postgres_directory)/pg_ctl" stop --wait --silent --mode=fast --pgdata="$DATA_DIR"
  fi
}
