# shellcheck shell=bash
# The local stack's settings: its regions, where its data is, which port belongs to whom.
# Everything can be moved by environment, so that a second stack can run beside the first:
#   VETCHIUM_PORT_OFFSET=1000 make run      moves all ports, and the data to .run-1000

readonly REGIONS=(ind1 usa1 deu1)

PORT_OFFSET=${VETCHIUM_PORT_OFFSET:-0}
[[ $PORT_OFFSET =~ ^[0-9]{1,5}$ ]] || fail "VETCHIUM_PORT_OFFSET is '$PORT_OFFSET'; expected a number"
readonly PORT_OFFSET

# Data, logs, generated configuration.
default_run_directory() {
  if [ "$PORT_OFFSET" -eq 0 ]; then printf '.run'; else printf '.run-%d' "$PORT_OFFSET"; fi
}
RUN_DIR=$(realpath -m "${VETCHIUM_RUN_DIR:-$(default_run_directory)}")
# The servers' configuration files are written without quoting rules of their own.
[[ $RUN_DIR =~ ^[A-Za-z0-9/._+@-]+$ ]] ||
  fail "the data directory '$RUN_DIR' has a space or special character in its name" \
    "choose another one: VETCHIUM_RUN_DIR=/var/tmp/vetchium make run"
readonly RUN_DIR

# The first port of each kind; one that is set by its variable is not moved by the offset.
PORT=${VETCHIUM_PORT:-$((8080 + PORT_OFFSET))}
API_PORT=${VETCHIUM_API_PORT:-$((8081 + PORT_OFFSET))}
WORKER_PORT=${VETCHIUM_WORKER_PORT:-$((8084 + PORT_OFFSET))}
GLOBAL_PORT=${VETCHIUM_GLOBAL_PORT:-$((8090 + PORT_OFFSET))}
POSTGRES_PORT=${VETCHIUM_POSTGRES_PORT:-$((5440 + PORT_OFFSET))}
SMTP_PORT=${VETCHIUM_SMTP_PORT:-$((1025 + PORT_OFFSET))}
DNS_PORT=${VETCHIUM_DNS_PORT:-$((5300 + PORT_OFFSET))}
readonly PORT API_PORT WORKER_PORT GLOBAL_PORT POSTGRES_PORT SMTP_PORT DNS_PORT

# The API servers' ports follow each other, and so do the workers', in the order of REGIONS.
# usage: api_port REGION_INDEX, worker_port REGION_INDEX
api_port() { printf '%d' $((API_PORT + $1)); }
worker_port() { printf '%d' $((WORKER_PORT + $1)); }

# Prints every port of the stack: number, variable that moves it, transports, owner.
ports() {
  local index
  printf '%s\n' "$PORT VETCHIUM_PORT tcp load balancer" "$GLOBAL_PORT VETCHIUM_GLOBAL_PORT tcp global service" \
    "$POSTGRES_PORT VETCHIUM_POSTGRES_PORT tcp PostgreSQL" "$SMTP_PORT VETCHIUM_SMTP_PORT tcp SMTP catcher" \
    "$DNS_PORT VETCHIUM_DNS_PORT tcp,udp DNS server"
  for index in "${!REGIONS[@]}"; do
    printf '%s\n' "$(api_port "$index") VETCHIUM_API_PORT tcp API server of ${REGIONS[index]}" \
      "$(worker_port "$index") VETCHIUM_WORKER_PORT tcp worker of ${REGIONS[index]}"
  done
}

# Unix sockets need a short path (107 bytes with the file's name), which RUN_DIR may not be. Each server
# has a directory of its own in there, because each runs as a user of its own.
socket_directory() {
  local inside=$RUN_DIR/sockets
  if [ ${#inside} -le 80 ]; then
    printf '%s' "$inside"
  else
    printf '/tmp/vetchium-%s' "$(sha256sum <<< "$RUN_DIR" | cut -c 1-16)"
  fi
}
SOCKET_DIR=$(socket_directory)
readonly SOCKET_DIR

readonly STACK_FILE=$RUN_DIR/stack.json
readonly MAILDIR=$RUN_DIR/mail
readonly BASE_URL=http://127.0.0.1:$PORT

# One stack per data directory: the lock is held as long as one of its processes' supervisors lives.
# The descriptor number is fixed because it must stay open when this shell becomes the supervisor.
lock_run_directory() {
  exec 9>> "$RUN_DIR/lock"
  # One that has just been stopped or killed needs a moment.
  flock --wait 3 9 || fail "a stack is running in $RUN_DIR" "stop it first (Ctrl-C in its terminal)" \
    "or run a second one beside it: VETCHIUM_PORT_OFFSET=1000 make run"
}

# Prints a template of deploy/local with each @NAME@ replaced by the value of the variable NAME.
# usage: render TEMPLATE NAME...
render() {
  local text name
  text=$(< "deploy/local/$1")
  shift
  for name in "$@"; do text=${text//"@$name@"/"${!name}"}; done
  printf '%s\n' "$text"
}
