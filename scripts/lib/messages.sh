# shellcheck shell=bash
# What a script says to the person who runs it.

# One step of the work, on standard output.
say() {
  printf '==> %s\n' "$*"
}

# A problem that does not end the script, on standard error.
warn() {
  printf 'warning: %s\n' "$*" >&2
}

# A problem that ends the script; further arguments are lines that say what to do.
fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  if [ $# -gt 0 ]; then printf '       %s\n' "$@" >&2; fi
  exit 1
}
