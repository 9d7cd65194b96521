# shellcheck shell=bash
# What both benches have in common: a stack's databases in a directory of their own, which is gone afterwards.

export VETCHIUM_CONFIGURATION=release
export VETCHIUM_PORT_OFFSET=${VETCHIUM_PORT_OFFSET:-20000}
VETCHIUM_RUN_DIR=$(mktemp -d /tmp/vetchium-bench.XXXXXX)
export VETCHIUM_RUN_DIR
chmod 755 "$VETCHIUM_RUN_DIR" # PostgreSQL may run as another user
# One person logs in thousands of times and never enters a code.
export TFA_MAX_MAILS=0

source scripts/lib/messages.sh
source scripts/lib/prerequisites.sh
source scripts/lib/binaries.sh

measuring='' # process id

clean_up() {
  if [ -n "$measuring" ]; then
    kill "$measuring" 2> /dev/null || true
    wait "$measuring" || true
  fi
  rm -rf "$VETCHIUM_RUN_DIR"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Builds these programs, unless they are given.
build_programs() {
  local program
  scripts/doctor
  if binaries_are_given; then return; fi
  for program in "$@"; do
    say "Building $program (release; the first time takes minutes)"
    swift build "${BUILD_OPTIONS[@]}" --product "$program"
  done
}

# Runs a Python program beside the databases; what it finds in its environment is said in
# Sources/LocalStack/LocalStack.swift.
measure() {
  local status=0
  scripts/dev databases -- /usr/bin/python3 "$@" &
  measuring=$!
  wait "$measuring" || status=$?
  measuring=''
  return "$status"
}
