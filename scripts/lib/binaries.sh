# shellcheck shell=bash
# Which programs a script runs: those it builds, or those in VETCHIUM_BINARIES, taken as they are.

VETCHIUM_CONFIGURATION=${VETCHIUM_CONFIGURATION:-debug}

# A release is one file to copy: it carries Swift's run-time libraries. Nobody looks up symbols in it, so none are exported, and its
# relocations are packed, where the C library can unpack them (glibc 2.36): unpacked they are 2.5 MB that stay in memory. lld does both
# by ordinary options; an idle server then takes 4 MB less than with Swift's default linker (docs/internals/speed.md, "Memory").
release_options() {
  local options=(--static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker --no-export-dynamic)
  if getconf GNU_LIBC_VERSION 2>/dev/null | awk '{ exit !($2 >= 2.36) }'; then
    options+=(-Xlinker -z -Xlinker pack-relative-relocs)
  fi
  printf '%s\n' "${options[@]}"
}

case "$VETCHIUM_CONFIGURATION" in
  debug) BUILD_OPTIONS=(--configuration debug) ;;
  release) mapfile -t BUILD_OPTIONS < <(printf '%s\n' --configuration release && release_options) ;;
  *) fail "VETCHIUM_CONFIGURATION is '$VETCHIUM_CONFIGURATION'; expected debug or release" ;;
esac
readonly VETCHIUM_CONFIGURATION BUILD_OPTIONS

binaries_are_given() { [ -n "${VETCHIUM_BINARIES:-}" ]; }

# Absolute path of the directory that holds the services' programs.
binaries_directory() {
  realpath -m "${VETCHIUM_BINARIES:-.build/$VETCHIUM_CONFIGURATION}"
}
