# shellcheck shell=bash
# Which programs a script runs: those it builds, or those in VETCHIUM_BINARIES, taken as they are.

VETCHIUM_CONFIGURATION=${VETCHIUM_CONFIGURATION:-debug}

# A release is one file to copy: it carries Swift's run-time libraries.
case "$VETCHIUM_CONFIGURATION" in
  debug) BUILD_OPTIONS=(--configuration debug) ;;
  release) BUILD_OPTIONS=(--configuration release --static-swift-stdlib) ;;
  *) fail "VETCHIUM_CONFIGURATION is '$VETCHIUM_CONFIGURATION'; expected debug or release" ;;
esac
readonly VETCHIUM_CONFIGURATION BUILD_OPTIONS

binaries_are_given() { [ -n "${VETCHIUM_BINARIES:-}" ]; }

# Absolute path of the directory that holds the services' programs.
binaries_directory() {
  realpath -m "${VETCHIUM_BINARIES:-.build/$VETCHIUM_CONFIGURATION}"
}
