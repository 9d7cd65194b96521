# shellcheck shell=bash
# Roles, databases, tables and first rows of the local stack. All of it may run again at any time.

readonly OWNER=vetchium_owner
readonly GLOBAL_DATABASE=vetchium_global
# Signup needs an approved domain, and none is seeded: these let a newcomer try it at once.
read -r -a DEMO_DOMAINS <<< "${VETCHIUM_DEMO_DOMAINS-example.com example.org}"
readonly DEMO_DOMAINS

regional_database() { printf 'vetchium_%s' "$1"; }
api_role() { printf 'vetchium_api_%s' "$1"; }
worker_role() { printf 'vetchium_worker_%s' "$1"; }
readonly GLOBAL_ROLE=vetchium_global

all_databases() {
  local region
  printf '%s\n' "$GLOBAL_DATABASE"
  for region in "${REGIONS[@]}"; do
    regional_database "$region"; echo
  done
}

# Connection string for one role and database. The services take the Unix socket, tools take TCP.
# usage: socket_url ROLE DATABASE, tcp_url ROLE DATABASE
socket_url() {
  printf 'postgres://%s:%s@/%s?host=%s&port=%d' "$1" "$(database_password "$1")" "$2" "$DATABASE_SOCKET_DIR" "$POSTGRES_PORT"
}
tcp_url() {
  printf 'postgres://%s:%s@127.0.0.1:%d/%s' "$1" "$(database_password "$1")" "$POSTGRES_PORT" "$2"
}
# The same without the password, for command lines, which every user of the machine can read;
# libpq finds the password in PGPASSFILE.
owner_url() {
  printf 'postgres://%s@/%s?host=%s&port=%d' "$OWNER" "$1" "$DATABASE_SOCKET_DIR" "$POSTGRES_PORT"
}

write_password_file() {
  export PGPASSFILE=$SECRETS_DIR/pgpass
  local password
  password=$(database_password "$OWNER")
  (umask 077 && printf '*:*:*:%s:%s\n' "$OWNER" "$password" > "$PGPASSFILE")
}

as_superuser() {
  as_server_user "$(postgres_directory)/psql" --no-psqlrc --quiet --tuples-only --no-align \
    --set=ON_ERROR_STOP=1 --host="$DATABASE_SOCKET_DIR" --port="$POSTGRES_PORT" --username="$SERVER_USER" "$@"
}

# usage: as_owner DATABASE ARGUMENT...
as_owner() {
  "$(postgres_directory)/psql" --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 \
    --dbname="$(owner_url "$1")" "${@:2}"
}

# The owner makes the services' roles, see grant_rights, and is no superuser.
create_owner() {
  as_superuser --dbname=postgres <<SQL
-- Its password would otherwise stand in the server's log if a statement failed.
SET log_min_error_statement = panic;
SELECT 'CREATE ROLE $OWNER' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$OWNER')\gexec
ALTER ROLE $OWNER LOGIN CREATEROLE PASSWORD '$(database_password "$OWNER")';
SQL
}

create_databases() {
  local database
  for database in $(all_databases); do
    printf "SELECT 'CREATE DATABASE %s OWNER %s' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '%s')\\\\gexec\n" \
      "$database" "$OWNER" "$database"
  done | as_superuser --dbname=postgres
}

operator() { "$(binaries_directory)/vetchium" "$@"; }

migrate_databases() {
  local region
  say "Migrating $GLOBAL_DATABASE"
  operator migrate up --database global --database-url "$(owner_url "$GLOBAL_DATABASE")"
  for region in "${REGIONS[@]}"; do
    say "Migrating $(regional_database "$region")"
    operator migrate up --database regional --database-url "$(owner_url "$(regional_database "$region")")"
  done
}

# Prints what `vetchium grant` reads: role=password lines for the roles it makes.
role_passwords() {
  local role
  for role in "$@"; do printf '%s=%s\n' "$role" "$(database_password "$role")"; done
}

grant_rights() {
  local region
  role_passwords "$GLOBAL_ROLE" | operator grant --database global --database-url "$(owner_url "$GLOBAL_DATABASE")" \
    "${REGIONS[@]/#/--region=}" --password-file -
  for region in "${REGIONS[@]}"; do
    role_passwords "$(api_role "$region")" "$(worker_role "$region")" |
      operator grant --database regional --database-url "$(owner_url "$(regional_database "$region")")" \
        "--region=$region" --password-file -
  done
}

seed_databases() {
  local region arguments=()
  for region in "${REGIONS[@]}"; do
    arguments+=(--region-url "$region=$(owner_url "$(regional_database "$region")")")
  done
  operator seed --global-url "$(owner_url "$GLOBAL_DATABASE")" "${arguments[@]}"
}

# Stands in for an administrator's approval, in the name of the seeded one.
approve_demo_domains() {
  local domain
  for domain in "${DEMO_DOMAINS[@]}"; do
    as_owner "$GLOBAL_DATABASE" --set=domain="$domain" <<'SQL'
INSERT INTO approved_domains (domain_id, domain_name, status, created_by_admin_id, created_at, updated_at)
SELECT gen_random_uuid(), lower(:'domain'), 'active', admin_user_id, now(), now()
FROM admin_users WHERE email_address = 'admin1@vetchium.com'
ON CONFLICT (domain_name) DO NOTHING;
SQL
  done
}

# Leaves all databases ready for the services and the server stopped.
prepare_databases() {
  prepare_server
  write_password_file
  say "Preparing the databases"
  start_server_alone
  create_owner
  create_databases
  migrate_databases
  grant_rights
  seed_databases
  approve_demo_domains
  stop_server_alone
}
