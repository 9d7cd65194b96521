# shellcheck shell=bash
# Runs the steps of a check one after the other, whatever becomes of each, and sums up at the end.

failed_steps=()
# Ctrl-C ends the whole check, not only the step.
trap 'exit 130' INT

# Runs a command as one step. A step that fails is remembered with the command that repeats it.
# usage: step TITLE REPEAT COMMAND [ARGUMENT]...
step() {
  say "$1"
  if "${@:3}"; then return; fi
  failed_steps+=("$1"$'\n         '"again with: $2")
  return 1
}

# Ends the script: with 0 if all steps succeeded, otherwise with 1 and the list of those that failed.
# usage: finish_steps WORDS_OF_SUCCESS
finish_steps() {
  if [ ${#failed_steps[@]} -eq 0 ]; then
    say "$1"
    exit 0
  fi
  printf '\nerror: %d failed:\n' ${#failed_steps[@]} >&2
  printf '       %s\n' "${failed_steps[@]}" >&2
  exit 1
}
