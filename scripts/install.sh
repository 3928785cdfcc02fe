#!/usr/bin/env bash
# Installs nanoclaw as systemd services, or removes it. Safe to run again: what is right already stays as it is.
# Everything is checked before the first change; what is missing is named all at once.
set -euo pipefail

CHECKOUT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
UNITS=/etc/systemd/system
OPT=/opt/nanoclaw
LOGROTATE=/etc/logrotate.d/nanoclaw
COMMAND=/usr/local/bin/nanoclaw
# Where units are started, in this order; the helper@ and emergency units are started by others.
SERVICES=(nanoclaw-helper.socket nanoclaw-supervisor.service nanoclaw.service)
UNIT_FILES=(nanoclaw.service nanoclaw-supervisor.service nanoclaw-helper.socket nanoclaw-helper@.service
  nanoclaw-emergency.service copilot-api.service)
# shellcheck source=scripts/install-doctor.sh
source "$CHECKOUT/scripts/install-doctor.sh"
# Ubuntu 22.04's; the units use nothing newer.
OLDEST_SYSTEMD=249
HEALTH_SECONDS=60

step() { printf '==> %s\n' "$1"; }
warn() { printf 'install.sh: %s\n' "$1" >&2; }
fail() { warn "$1"; exit 1; }

usage() {
  cat <<HELP
Usage: sudo scripts/install.sh [--user NAME] [--home DIR]
       sudo scripts/install.sh --uninstall [--purge]

Installs nanoclaw as systemd services that start at boot, starts them and shows their health. Run it again after
every build: it changes only what differs, and your data is never touched.

  --user NAME   who the services run as (default: who called sudo, else the owner of this folder)
  --home DIR    folder with .env, database, groups and logs (default: this folder)
  --uninstall   stop and remove the services; .env, database, groups and logs stay
  --purge       with --uninstall: remove these too
  --help        this text

Exit codes: 0 done · 1 something is missing or failed, said in words · 64 wrong arguments
HELP
}

parse_arguments() {
  user='' home='' action=install purge=no
  while (($#)); do
    case $1 in
      --user | --home)
        [[ ${2:-} ]] || { warn "$1 needs a value"; exit 64; }
        if [[ $1 == --user ]]; then user=$2; else home=$2; fi
        shift ;;
      --uninstall) action=uninstall ;;
      --purge) purge=yes ;;
      -h | --help) usage; exit 0 ;;
      *) warn "does not know $1; see --help"; exit 64 ;;
    esac
    shift
  done
  [[ $purge == no || $action == uninstall ]] || { warn '--purge goes with --uninstall'; exit 64; }
  if [[ -z $user ]]; then user=${SUDO_USER:-$(stat -c %U "$CHECKOUT")}; fi
  home=$(realpath -m -- "${home:-$CHECKOUT}")
}

# --- before the first change -----------------------------------------------------------------------------------

missing=()
need() { missing+=("$1"); }

check_system() {
  [[ -d /run/systemd/system ]] || { need 'this machine does not run systemd; use Docker, or run: npx nanoclaw up'; return; }
  local version
  version=$(systemctl --version | awk 'NR == 1 { print $2 }')
  ((version >= OLDEST_SYSTEMD)) || need "systemd $version is older than $OLDEST_SYSTEMD"
  local tool
  for tool in setpriv sha256sum runuser useradd systemd-notify; do
    command -v "$tool" >/dev/null || need "the command $tool is missing"
  done
  command -v logrotate >/dev/null || warn 'logrotate is not installed: some logs will grow. Run: apt-get install logrotate'
}

check_user() {
  id "$user" >/dev/null 2>&1 || { need "there is no user $user; name one with --user"; return; }
  # A root orchestrator would make every agent's mistake the machine's.
  [[ $(id -u "$user") != 0 ]] || { need 'the services must not run as root; name a user with --user'; return; }
  # An engine that the user runs without root needs no group.
  [[ -S /run/user/$(id -u "$user")/docker.sock ]] || id -nG "$user" | tr ' ' '\n' | grep -qx docker ||
    warn "$user is not in group docker: agents run in bubblewrap. For Docker: sudo usermod -aG docker $user"
  as_user test -w "$home" 2>/dev/null || need "$home does not exist or $user may not write to it"
}

as_user() { runuser -u "$user" -- "$@"; }

# Into unit files go only paths that mean the same to systemd, sed and a shell.
check_paths() {
  local path
  for path in "$CHECKOUT" "$home"; do
    [[ $path =~ ^[A-Za-z0-9/._+-]+$ ]] || need "the path $path has signs that unit files cannot hold"
  done
}

check_node() {
  node=$(runuser -l "$user" -c 'command -v node' 2>/dev/null | tail -n 1) || node=$(command -v node) || node=
  [[ $node == /* ]] || { need 'there is no node; install Node.js 20.20 or newer'; return; }
  node=$(realpath -- "$node")
  as_user "$node" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 20) ? 0 : 1)' ||
    need "$node is older than 20.20"
}

check_build() {
  local sums=$CHECKOUT/dist/SHA256SUMS
  [[ -f $sums ]] || { need 'there is no build; run: npm ci && npm run build'; return; }
  local wrong
  wrong=$(cd "$CHECKOUT" && sha256sum --check --quiet "$sums" 2>/dev/null | cut -d: -f1 | head -n 5 | tr '\n' ' ') || true
  [[ -z $wrong ]] || need "these files are not those of the build: ${wrong}— run: npm run build"
  local name
  for name in dist/index.js dist/supervisor.js dist/cli.js systemd/nanoclaw-helper systemd/nanoclaw-emergency-room "${UNIT_FILES[@]/#/systemd/}"; do
    grep -q " $name\$" "$sums" || need "$name is not in the build; run: npm run build"
  done
  as_user "$node" -e 'process.chdir(process.argv[1]); require(process.argv[1] + "/node_modules/better-sqlite3")(":memory:")' \
    "$CHECKOUT" 2>/dev/null || need 'the dependencies do not load; run: npm ci'
}

# Two managers for one service fight for its lock; nobody but a person can say which one is wanted.
check_user_units() {
  local of found=()
  of=$(getent passwd "$user" | cut -d: -f6)
  local folder
  for folder in "$of/.config/systemd/user" "$of/.local/share/systemd/user" /etc/systemd/user; do
    [[ ! -e $folder/nanoclaw.service ]] || found+=("$folder/nanoclaw.service")
  done
  ((${#found[@]} == 0)) || need "a user unit of the same name is installed: ${found[*]}
      Both would run nanoclaw. To keep this one, remove the other as $user:
      systemctl --user disable --now nanoclaw; rm ${found[*]}; systemctl --user daemon-reload"
}

check_everything() {
  [[ $EUID == 0 ]] || fail 'needs root. Run: sudo scripts/install.sh'
  check_system
  check_paths
  check_user
  if ((${#missing[@]} == 0)); then
    check_node
    check_user_units
    if [[ $node ]]; then check_build; fi
  fi
  ((${#missing[@]} == 0)) && return
  warn 'nothing was changed, because:'
  printf '    - %s\n' "${missing[@]}" >&2
  exit 1
}

# --- install ---------------------------------------------------------------------------------------------------

changed=()

# Puts stdin into file $1 with mode $2, in one step, unless it holds just that.
place() {
  local new=$work/new
  cat >"$new"
  if cmp -s "$new" "$1" && [[ $(stat -c %a:%u "$1") == "$2:0" ]]; then return; fi
  mkdir -p "$(dirname "$1")"
  install -m "$2" "$new" "$1.new"
  mv -T "$1.new" "$1"
  changed+=("$(basename "$1")")
}

fill() {
  local path
  path=$(dirname "$node"):/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  sed -e "s|@user@|$user|g; s|@group@|$(id -gn "$user")|g; s|@home@|$home|g; s|@checkout@|$CHECKOUT|g" \
    -e "s|@node@|$node|g; s|@path@|$path|g" "$CHECKOUT/systemd/$1"
}

# A unit that somebody else made is never lost: copilot-api's stays in use, another is kept beside ours.
place_unit() {
  local file=$UNITS/$1
  if [[ -e $file ]] && ! is_ours "$file"; then
    if [[ $1 == copilot-api.service ]]; then step "$file is your own; it stays"; return; fi
    mv -T "$file" "$file.before-nanoclaw"
    step "$file was there before; it is kept as $file.before-nanoclaw"
  fi
  place "$file" 644 < <(fill "$1")
}

is_ours() { grep -q '^Documentation=file:.*/docs/systemd.md$' "$1"; }

install_files() {
  local name
  place "$OPT/bin/nanoclaw-helper" 755 <"$CHECKOUT/systemd/nanoclaw-helper"
  for name in "${UNIT_FILES[@]}"; do place_unit "$name"; done
  if [[ -d $(dirname "$LOGROTATE") ]]; then place "$LOGROTATE" 644 < <(fill logrotate); fi
  if [[ ! -e $COMMAND ]]; then ln -s "$CHECKOUT/dist/cli.js" "$COMMAND"; fi
}

# The same way an update takes later: through the helper, which checks and switches.
install_supervisor() {
  local sum version before said
  sum=$(sha256sum "$CHECKOUT/dist/supervisor.js" | cut -d' ' -f1)
  version=$("$node" -p 'require(process.argv[1]).version' "$CHECKOUT/package.json")+${sum:0:12}
  mkdir -p "$OPT/supervisor"
  before=$(readlink "$OPT/supervisor/current" || true)
  said=$(printf 'install-supervisor %s %s\n' "$version" "$sum" |
    NANOCLAW_USER=$user NANOCLAW_CHECKOUT=$CHECKOUT NANOCLAW_NODE=$node "$OPT/bin/nanoclaw-helper")
  [[ $said == "ok $version" ]] || fail "the supervisor was not installed: $said"
  [[ $before == "$version" ]] || changed+=(supervisor)
}

start_services() {
  if ((${#changed[@]})); then systemctl daemon-reload; fi
  systemctl --quiet enable "${SERVICES[@]}"
  # First: it would cut off what a supervisor that has just started asks of it, which looks like a failed start.
  if has_changed nanoclaw-helper.socket; then systemctl try-restart nanoclaw-helper.socket; fi
  # One transaction, so that systemd keeps its order; a running orchestrator is not disturbed by a new supervisor.
  systemctl start "${SERVICES[@]}"
  if has_changed supervisor || has_changed nanoclaw-supervisor.service; then restart_if_older nanoclaw-supervisor; fi
  if has_changed nanoclaw.service; then restart_if_older nanoclaw; fi
  if as_user env PATH="$(dirname "$node"):$PATH" sh -c 'command -v copilot-api' >/dev/null; then
    systemctl --quiet enable --now copilot-api.service
  else
    step 'copilot-api is not installed; its unit waits until it is (npm install -g copilot-api)'
  fi
}

has_changed() { [[ " ${changed[*]} " == *" $1 "* ]]; }

# What was running before this script began runs on old files.
restart_if_older() {
  local since
  since=$(systemctl show --property ExecMainStartTimestampMonotonic --value "$1.service")
  if ((since < began)); then systemctl restart "$1.service"; fi
}

show_health() {
  local deadline=$((SECONDS + HEALTH_SECONDS))
  until health >/dev/null 2>&1; do
    if ((SECONDS >= deadline)); then
      health || true
      fail "installed, but not ready after $HEALTH_SECONDS s. Look: journalctl -u nanoclaw -n 50"
    fi
    sleep 1 # each look starts a node
  done
  health
}

health() { as_user env NANOCLAW_HOME="$home" "$node" "$CHECKOUT/dist/cli.js" health --verbose; }

install_all() {
  check_everything
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  began=$(awk '{ printf "%d", $1 * 1000000 }' /proc/uptime)
  step "Installing for $user: program in $CHECKOUT, data in $home"
  install_files
  install_supervisor
  install_doctor
  if ((${#changed[@]})); then step "New or changed: ${changed[*]}"; else step 'Everything is in place already'; fi
  start_services
  show_health
}

# --- uninstall -------------------------------------------------------------------------------------------------

uninstall_all() {
  [[ $EUID == 0 ]] || fail 'needs root. Run: sudo scripts/install.sh --uninstall'
  # Where the data lies is asked of the installation, not guessed.
  local installed_home name
  installed_home=$(sed -n 's/^Environment=NANOCLAW_HOME=\([^ ]*\).*/\1/p' "$UNITS/nanoclaw.service" 2>/dev/null || true)
  home=${installed_home:-$home}
  step 'Stopping (running turns get 30 s)'
  # The supervisor first: it would take the end of the others for a fault.
  for name in nanoclaw-supervisor.service "${UNIT_FILES[@]}"; do stop_unit "$name"; done
  # What a restart would have gone on with.
  systemctl kill --kill-who=all --signal=KILL nanoclaw-supervisor.service 2>/dev/null || true # nothing was left
  for name in "${UNIT_FILES[@]}"; do remove_unit "$name"; done
  rm -f "$LOGROTATE"
  if [[ $(readlink "$COMMAND" || true) == "$CHECKOUT/dist/cli.js" ]]; then rm -f "$COMMAND"; fi
  remove_doctor
  rm -rf "${OPT:?}" /run/nanoclaw
  if [[ -d /run/systemd/system ]]; then
    systemctl daemon-reload
    systemctl reset-failed 'nanoclaw*' copilot-api.service 2>/dev/null || true # nothing had failed
  fi
  if [[ $purge == yes ]]; then purge_data; else step "Removed. Your data is still in $home"; fi
}

stop_unit() {
  if [[ $1 != *@* && -e $UNITS/$1 ]] && is_ours "$UNITS/$1"; then
    systemctl --quiet disable --now "$1" 2>/dev/null || true # a static unit cannot be disabled, only stopped
  fi
}

remove_unit() {
  local file=$UNITS/$1
  if [[ -e $file ]] && is_ours "$file"; then rm -f "$file"; fi
  if [[ -e $file.before-nanoclaw ]]; then mv -T "$file.before-nanoclaw" "$file"; fi
}

# By name: a home may be the checkout, whose own files stay.
purge_data() {
  local name
  for name in .env store data groups logs run supervisor/incidents; do rm -rf "${home:?}/$name"; done
  rm -f "$home"/supervisor/state*.json "$home"/supervisor/last-known-good.env
  step "Removed, with all data in $home"
}

parse_arguments "$@"
"${action}_all"
