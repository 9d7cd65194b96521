# shellcheck shell=bash
# The project's Python tools, in a virtual environment of their own: .tools/venv.

readonly TOOLS_VENV=.tools/venv

# True if the environment was completed for the present list of requirements.
tools_are_current() {
  cmp -s scripts/requirements.txt "$TOOLS_VENV/requirements.txt"
}

install_tools() {
  say "Installing tools from PyPI into $TOOLS_VENV"
  /usr/bin/python3 -m venv "$TOOLS_VENV"
  "$TOOLS_VENV/bin/python3" -m pip install --quiet --disable-pip-version-check -r scripts/requirements.txt
  # Last, as the mark of a complete installation.
  cp scripts/requirements.txt "$TOOLS_VENV/requirements.txt"
}
