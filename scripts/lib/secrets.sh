# shellcheck shell=bash
# The local stack's secrets: made once, kept in RUN_DIR/secrets for the owner's eyes only.

readonly SECRETS_DIR=$RUN_DIR/secrets

# Prints the secret of that name; 32 random bytes in base64 or, safe in every URL, in hexadecimal.
# usage: secret NAME base64|hex
secret() {
  local file=$SECRETS_DIR/$1
  if [ ! -s "$file" ]; then
    mkdir -p -m 700 "$SECRETS_DIR"
    case "$2" in
      base64) head -c 32 /dev/urandom | base64 -w 0 ;;
      hex) head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' ;;
    esac | (umask 077 && cat > "$file.new")
    mv "$file.new" "$file"
  fi
  cat "$file"
}

database_password() { secret "password-$1" hex; }
