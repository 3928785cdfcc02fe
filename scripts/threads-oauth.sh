#!/usr/bin/env bash
# The whole Threads sign-in: consent in a browser → short token → token of 60 days, into .env and the state file.
# The app id and its secret are read from .env by the program itself; no secret is ever an argument or a log line.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/steps.sh
source scripts/steps.sh

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  cat <<'HELP'
Usage: bash scripts/threads-oauth.sh

Signs in to Threads. Needs THREADS_APP_ID and THREADS_APP_SECRET in .env, and in the Meta app's settings the
redirect address https://localhost:3000/callback. Prints an address to open in a browser, then waits for the browser
at that redirect address (a certificate is made for it), or for the whole address to be pasted, as from another machine.

Example:
  bash scripts/threads-oauth.sh
HELP
  exit 0
fi
[[ $# -eq 0 ]] || fail 'threads-oauth.sh takes no arguments. Run: bash scripts/threads-oauth.sh --help' 64

require_node
[[ -f dist/cli.js ]] || fail 'The program is not built yet. Run: npm run build'

folder=''
trap '[[ -z $folder ]] || rm -rf "$folder"' EXIT

# A certificate for localhost that only this run ever has; without openssl an address can still be pasted.
arguments=()
if has openssl; then
  folder=$(mktemp -d "${TMPDIR:-/tmp}/nanoclaw-threads.XXXXXX")
  quietly openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost \
    -addext 'subjectAltName=DNS:localhost' -keyout "$folder/key.pem" -out "$folder/cert.pem" ||
    fail 'openssl could not make a certificate; its output is above.'
  arguments=(--certificate "$folder")
else
  note 'openssl is missing: paste the address that the browser ends at.'
fi

node dist/cli.js auth threads "${arguments[@]}"
