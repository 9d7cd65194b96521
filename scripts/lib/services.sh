# shellcheck shell=bash
# Writes what the local stack's processes read: environments, configuration files, list of processes.

readonly ENVIRONMENT_DIR=$RUN_DIR/environment

# Writes an environment file from NAME=value arguments, for the owner's eyes only: it holds passwords.
write_environment() {
  local file=$ENVIRONMENT_DIR/$1 assignment
  shift
  for assignment in "$@"; do printf '%s=%q\n' "${assignment%%=*}" "${assignment#*=}"; done |
    (umask 077 && cat > "$file")
}

# Settings of all services. Others, such as LOG_LEVEL or HUB_TFA_TOKEN_EXPIRY, can be given to `make run`.
common_environment() {
  printf '%s\n' HTTP_HOST=127.0.0.1 "ENV=${ENV:-dev}" "SHUTDOWN_TIMEOUT=${SHUTDOWN_TIMEOUT:-10s}"
}

mail_environment() {
  printf '%s\n' SMTP_HOST=127.0.0.1 "SMTP_PORT=$SMTP_PORT" SMTP_USERNAME= SMTP_PASSWORD= SMTP_TLS=none
}

# One INTERNAL_ENDPOINT_<REGION> for each region.
endpoint_environment() {
  local index
  for index in "${!REGIONS[@]}"; do
    printf 'INTERNAL_ENDPOINT_%s=http://127.0.0.1:%d\n' "${REGIONS[index]^^}" "$(api_port "$index")"
  done
}

# usage: write_region_environments REGION_INDEX
write_region_environments() {
  local region=${REGIONS[$1]} common mail endpoints
  mapfile -t common < <(common_environment)
  mapfile -t mail < <(mail_environment)
  mapfile -t endpoints < <(endpoint_environment)
  common+=("REGION=$region" "FORWARDING_KEYS=$(secret forwarding-key base64)")
  write_environment "api-$region" "${common[@]}" "${endpoints[@]}" "HTTP_PORT=$(api_port "$1")" \
    "DNS_SERVERS=127.0.0.1:$DNS_PORT" \
    "GLOBAL_DB_CONN=$(socket_url "$(api_role "$region")" "$GLOBAL_DATABASE")" \
    "REGIONAL_DB_CONN=$(socket_url "$(api_role "$region")" "$(regional_database "$region")")"
  write_environment "worker-$region" "${common[@]}" "${mail[@]}" "${endpoints[$1]}" \
    "HTTP_PORT=$(worker_port "$1")" \
    "REGIONAL_DB_CONN=$(socket_url "$(worker_role "$region")" "$(regional_database "$region")")"
}

write_environments() {
  local index common mail
  mkdir -p -m 700 "$ENVIRONMENT_DIR"
  for index in "${!REGIONS[@]}"; do write_region_environments "$index"; done
  mapfile -t common < <(common_environment)
  mapfile -t mail < <(mail_environment)
  write_environment global "${common[@]}" "${mail[@]}" "HTTP_PORT=$GLOBAL_PORT" \
    "GLOBAL_DB_CONN=$(socket_url "$GLOBAL_ROLE" "$GLOBAL_DATABASE")"
}

# The servers that are not ours: load balancer and DNS. Their records survive a restart of the stack.
write_server_configurations() {
  local index
  # Used by `render`, by name.
  # shellcheck disable=SC2034
  local NGINX_USER='' WORKERS=1 API_SERVERS='' DNS_SOCKET_DIR=$SOCKET_DIR/dns
  # Started by root, nginx would give its files to a user who cannot enter RUN_DIR.
  if [ "$(id -u)" -eq 0 ]; then NGINX_USER='user root;'; fi
  for index in "${!REGIONS[@]}"; do
    API_SERVERS+="    server 127.0.0.1:$(api_port "$index");"$'\n'
  done
  mkdir -p "$RUN_DIR/nginx" "$RUN_DIR/dns" "$DNS_SOCKET_DIR"
  render nginx.conf NGINX_USER WORKERS RUN_DIR API_SERVERS GLOBAL_PORT PORT > "$RUN_DIR/nginx.conf"
  render knot.conf DNS_SOCKET_DIR DNS_PORT RUN_DIR > "$RUN_DIR/knot.conf"
  if [ ! -e "$RUN_DIR/dns/test.zone" ]; then render test.zone > "$RUN_DIR/dns/test.zone"; fi
}

# The servers' lines are a file; the regions add one API server and one worker each.
write_procfile() {
  local region
  {
    cat deploy/local/Procfile
    for region in "${REGIONS[@]}"; do
      echo "api-$region: exec scripts/stack/service api-$region regional-api-server"
      echo "worker-$region: exec scripts/stack/service worker-$region regional-worker"
    done
  } > "$RUN_DIR/Procfile"
}
