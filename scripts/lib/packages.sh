# shellcheck shell=bash
# Installing Debian packages without starting, now or at the next boot, the servers that come with them.

readonly START_POLICY=/usr/sbin/policy-rc.d
# Services of the packages in the table of prerequisites; the local stack starts private ones instead.
readonly PACKAGED_SERVICES=(postgresql nginx knot postfix pgbouncer patroni etcd prometheus)

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

# Tells Debian's maintainer scripts not to start services (man invoke-rc.d), unless there is a policy already.
forbid_service_starts() {
  if [ -e "$START_POLICY" ]; then return; fi
  trap 'as_root rm -f "$START_POLICY"' EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$START_POLICY" > /dev/null
  as_root chmod 755 "$START_POLICY"
}

allow_service_starts() {
  if [ -n "$(trap -p EXIT)" ]; then
    as_root rm -f "$START_POLICY"
    trap - EXIT
  fi
}

# Prints which of the services are known to systemd before or after an installation.
known_services() {
  local service
  if ! command -v systemctl > /dev/null; then return; fi
  for service in "${PACKAGED_SERVICES[@]}"; do
    if [ -e "/lib/systemd/system/$service.service" ]; then printf '%s\n' "$service"; fi
  done
}

install_packages() {
  local before service
  before=$(known_services)
  forbid_service_starts
  as_root apt-get update -q < /dev/null
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" < /dev/null
  allow_service_starts
  # A service that this installation brought must not take port 53, 80 or 5432 at the next boot either.
  for service in $(known_services); do
    if ! grep -qx "$service" <<< "$before"; then
      say "Keeping the packaged $service from starting at boot"
      as_root systemctl disable --quiet "$service" || warn "cannot disable $service.service"
    fi
  done
}
