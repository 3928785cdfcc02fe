# shellcheck shell=bash
# What the emergency session's unit stands on, put in place and removed by install.sh, which sources this: its user, its
# empty root, the folder that holds its own, and a Claude Code that neither the checkout nor an agent can change.

DOCTOR=nanoclaw-doctor
DOCTOR_STATE=/var/lib/nanoclaw-emergency

# $user, $CHECKOUT, $OPT and $changed are install.sh's.
# shellcheck disable=SC2154
install_doctor() {
  local root=$OPT/emergency/root found
  id "$DOCTOR" >/dev/null 2>&1 ||
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$DOCTOR"
  mkdir -p "$root"
  # A file system in memory would have no limit of ours; what is written there counts as written on disk.
  [[ -L $root/tmp ]] || ln -s /scratch/tmp "$root/tmp"
  place "$OPT/bin/nanoclaw-emergency-room" 755 <"$CHECKOUT/systemd/nanoclaw-emergency-room"
  # The supervisor reads what the session made of its copy; nobody else comes in here.
  install -d -o root -g "$(id -gn "$user")" -m 750 "$DOCTOR_STATE"
  found=$(find_claude)
  if [[ $found ]]; then
    place_claude "$found"
  elif [[ ! -e $OPT/emergency/claude ]]; then
    warn 'no Claude Code was found: there are no emergency sessions under a user of their own. Run: npm ci --prefix container/runner'
  fi
}

# The Agent SDK's is pinned and goes first; a script (older versions) would need files of its own.
find_claude() {
  local arch=x64 libc modules path
  [[ $(uname -m) != aarch64 ]] || arch=arm64
  for libc in '' -musl; do
    for modules in container/runner/node_modules node_modules; do
      path=$CHECKOUT/$modules/@anthropic-ai/claude-agent-sdk-linux-$arch$libc/claude
      if is_program "$path"; then printf '%s' "$path"; return; fi
    done
  done
  path=$(runuser -l "$user" -c 'command -v claude' 2>/dev/null | tail -n 1) || path=
  if is_program "$path"; then printf '%s' "$path"; fi
}

# ELF, and for the user to run.
is_program() { [[ $1 ]] && as_user test -x "$1" && [[ $(as_user head -c 4 -- "$1" 2>/dev/null | tail -c 3) == ELF ]]; }

# Read with the user's own rights, so that a link in the checkout leads nowhere the user could not go.
place_claude() {
  local target=$OPT/emergency/claude
  if as_user cat -- "$1" | cmp -s - "$target"; then return; fi
  as_user cat -- "$1" >"$target.new"
  chmod 755 "$target.new"
  mv -T "$target.new" "$target"
  changed+=(claude)
}

remove_doctor() {
  rm -rf "$DOCTOR_STATE"
  if id "$DOCTOR" >/dev/null 2>&1; then userdel "$DOCTOR"; fi
}
