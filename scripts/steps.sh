# shellcheck shell=bash
# Steps that up.sh and test.sh share. To be sourced from the checkout's top folder, under `set -euo pipefail`.
# Each step does nothing when its work is already done, and says what to do when it fails.

NODE_MAJOR=20
NODE_MINOR=20

bold='' red='' dim='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then bold=$'\e[1m' red=$'\e[31m' dim=$'\e[2m' plain=$'\e[0m'; fi

step() { printf '%s==> %s%s\n' "$bold" "$1" "$plain"; }
note() { printf '%s    %s%s\n' "$dim" "$1" "$plain"; }
complain() { printf '%s==> %s%s\n' "$red" "$1" "$plain" >&2; }
fail() { complain "$1"; exit "${2:-1}"; }

is_root() { [[ $(id -u) -eq 0 ]]; }
has() { command -v "$1" >/dev/null 2>&1; }

require_node() {
  has node || fail "Node.js is missing. Install version $NODE_MAJOR.$NODE_MINOR or newer: https://nodejs.org/en/download"
  has npm || fail 'npm is missing; it comes with Node.js: https://nodejs.org/en/download'
  node -e "const [a, b] = process.versions.node.split('.').map(Number); process.exit(a > $NODE_MAJOR || (a === $NODE_MAJOR && b >= $NODE_MINOR) ? 0 : 1)" ||
    fail "Node.js $(node --version) is too old. Install version $NODE_MAJOR.$NODE_MINOR or newer: https://nodejs.org/en/download"
}

# Runs a command quietly; only when it fails its output is shown, of a long one the first and the last lines.
quietly() {
  local log code=0
  log=$(mktemp "${TMPDIR:-/tmp}/nanoclaw-step.XXXXXX")
  "$@" >"$log" 2>&1 </dev/null || code=$?
  if [[ $code -ne 0 && $(wc -l <"$log") -le 40 ]]; then cat "$log" >&2; fi
  if [[ $code -ne 0 && $(wc -l <"$log") -gt 40 ]]; then { head -n 20 "$log"; echo '    …'; tail -n 15 "$log"; } >&2; fi
  rm -f "$log"
  return "$code"
}

# apt_install PACKAGE… (root only)
apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  quietly apt-get update || note 'apt-get update failed; trying with the lists that are there'
  quietly apt-get install -y --no-install-recommends "$@"
}

# What an install depends on: the lock file and the Node.js that native modules were built for.
install_key() {
  { cat "$1/package-lock.json"; node -p 'process.versions.modules + process.arch'; } | cksum
}

# install_packages FOLDER: npm ci, only when it would change something.
install_packages() {
  local folder=$1 stamp=$1/node_modules/.nanoclaw-installed key
  key=$(install_key "$folder")
  [[ -f $stamp && $(<"$stamp") == "$key" ]] && return
  if [[ $folder == . ]]; then step 'Installing dependencies (npm ci)'; else step "Installing dependencies of $folder (npm ci)"; fi
  use_local_headers
  if ! quietly npm --prefix "$folder" ci; then retry_with_build_tools "$folder"; fi
  printf '%s\n' "$key" >"$stamp"
}

# Native modules compile against Node's headers; where they lie beside node they need not be fetched.
use_local_headers() {
  local prefix
  prefix=$(dirname "$(dirname "$(node -p 'process.execPath')")")
  if [[ -f $prefix/include/node/node.h ]]; then export npm_config_nodedir=$prefix; fi
}

# A native module without a prebuilt binary for this machine is compiled, which needs a compiler.
retry_with_build_tools() {
  if has python3 && has make && has g++; then
    fail "npm ci failed; its output is above. Is the npm registry reachable? (npm ping)"
  fi
  if ! is_root || ! has apt-get; then
    fail 'npm ci failed. If a module could not be compiled: sudo apt-get install python3 make g++, then run this again'
  fi
  step 'Installing build tools (python3 make g++) and trying once more'
  apt_install python3 make g++ || fail 'The build tools could not be installed. Try: apt-get install python3 make g++'
  quietly npm --prefix "$1" ci || fail 'npm ci failed again; its output is above. Is the npm registry reachable? (npm ping)'
}

# Builds dist/ when a source is newer than the last whole build.
build_programs() {
  local stamp=dist/.built
  if [[ -f $stamp && -z $(newer_sources "$stamp") ]]; then return; fi
  step 'Building'
  quietly npm run --silent build || fail 'The build failed; its output is above.'
  : >"$stamp"
}

newer_sources() {
  find package.json scripts/build.mjs contracts src supervisor recovery broker metrics web container bench tests \
    -name node_modules -prune -o -type f -newer "$1" -print -quit
}

# An engine that was killed leaves its pid file behind, and a new one refuses to start beside it.
forget_dead_engine() {
  local file=/var/run/docker.pid
  [[ -f $file ]] || return 0
  grep -qs '(dockerd) [^ZX]' "/proc/$(<"$file")/stat" || rm -f "$file"
}

docker_answers() { has docker && timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# wait_for_docker SECONDS
wait_for_docker() {
  local left=$1
  until docker_answers; do
    ((left-- > 0)) || return 1
    sleep 1
  done
}
