# shellcheck shell=bash
# Steps that test.sh and proof.sh share: what the tests need beside Node.js, and how a section is run. To be sourced
# after steps.sh; whoever does ends with `clean_up`.

# command or file → Debian package, for everything the tests use beside Node.js.
NEEDED=(
  dockerd:docker.io tmux:tmux jq:jq chromium:chromium bwrap:bubblewrap sqlite3:sqlite3 git:git
  rootlesskit:rootlesskit newuidmap:uidmap slirp4netns:slirp4netns
  debootstrap:debootstrap busybox:busybox-static iptables:iptables shellcheck:shellcheck
  /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc:fonts-noto-cjk
)

dockerd_pid=''
# This run's own files.
work=$(mktemp -d "${TMPDIR:-/tmp}/nanoclaw-tests.XXXXXX")

missing_packages() {
  local entry what
  for entry in "${NEEDED[@]}"; do
    what=${entry%%:*}
    if [[ $what == /* ]]; then [[ -e $what ]] || printf '%s\n' "${entry#*:}"; continue; fi
    has "$what" || [[ -x /usr/sbin/$what ]] || printf '%s\n' "${entry#*:}"
  done
}

install_needed() {
  local missing=()
  mapfile -t missing < <(missing_packages)
  [[ ${#missing[@]} -eq 0 ]] && return
  if ! is_root || ! has apt-get; then
    fail "The tests need: ${missing[*]}. Run: sudo apt-get install ${missing[*]}"
  fi
  step "Installing ${missing[*]}"
  apt_install "${missing[@]}" || fail "Could not be installed: ${missing[*]}"
}

start_docker_if_needed() {
  docker_answers && return
  is_root || fail 'The Docker engine does not answer. Run: sudo systemctl start docker'
  step 'Starting dockerd for the tests'
  forget_dead_engine
  dockerd >"$work/dockerd.log" 2>&1 </dev/null &
  dockerd_pid=$!
  wait_for_docker 30 && return
  tail -n 20 "$work/dockerd.log" >&2
  fail 'dockerd does not start; its last lines are above.'
}

# Ends only the engine that this run started.
clean_up() {
  if [[ -n $dockerd_pid ]]; then kill "$dockerd_pid" 2>/dev/null || true; wait "$dockerd_pid" 2>/dev/null || true; fi
  rm -rf "$work"
}

# timed TITLE COMMAND…: says how long a section took.
timed() {
  local title=$1 start=$SECONDS code=0
  shift
  step "$title"
  "$@" </dev/null || code=$?
  note "$title: $((SECONDS - start)) s"
  return "$code"
}
