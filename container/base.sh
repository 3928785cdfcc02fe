#!/usr/bin/env bash
# Makes a base image without a registry: this host's own Linux release (debootstrap) with this host's node and npm.
# build.sh calls it when the usual base cannot be pulled. Debian and Ubuntu only; needs root.
set -euo pipefail

IMAGE='nanoclaw-base:local'

fail() { printf 'base.sh: %s\n' "$1" >&2; exit 1; }
step() { printf '==> %s\n' "$1"; }

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  cat <<HELP
Usage: container/base.sh

Builds $IMAGE from this host's Linux release, node and npm. Needs root, about two minutes and 1 GB in /var/tmp.
container/build.sh uses that image as base when node:20-bookworm-slim cannot be pulled.
HELP
  exit 0
fi

# Root would look for another engine than the one its caller uses.
[[ $EUID -eq 0 ]] || fail "needs root to unpack a system. Run: sudo ${DOCKER_HOST:+DOCKER_HOST=$DOCKER_HOST }$0"
command -v docker >/dev/null || fail 'there is no docker client. Run: apt-get install docker.io'
command -v apt-get >/dev/null || fail 'works on Debian and Ubuntu only. Pull node:20-bookworm-slim instead.'
node=$(readlink -f "$(command -v node)") || fail 'there is no node on this host.'
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
[[ -f $npm/bin/npm-cli.js && -d $npm/node_modules ]] ||
  fail 'npm on this host is not self-contained. Install Node.js from nodejs.org or NodeSource.'

if ! command -v debootstrap >/dev/null; then
  step 'Installing debootstrap'
  apt-get install -y --no-install-recommends debootstrap >/dev/null ||
    fail 'debootstrap could not be installed. Run: apt-get update && apt-get install debootstrap'
fi

# The release and the mirror that this host installs from.
# shellcheck source=/dev/null
. /etc/os-release
suite=$VERSION_CODENAME
# shellcheck disable=SC2016 # apt-get fills these in, not the shell
mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
  awk -v suite="$suite" '$2 == suite { print $1; exit }')
[[ -n $mirror ]] || fail "finds no package source for $suite. Run: apt-get update"
case $ID in
  debian) components='main' ;;
  ubuntu) components='main universe' ;;
  *) fail "does not know the release $ID. Pull node:20-bookworm-slim instead." ;;
esac
proxy=
eval "$(apt-config shell proxy Acquire::http::Proxy)"
if [[ -n $proxy ]]; then export http_proxy=$proxy; fi

root=$(mktemp -d /var/tmp/nanoclaw-base.XXXXXX)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"

step "Unpacking $ID $suite (about a minute)"
debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$root.log" 2>&1 || {
  tail -n 5 "$root.log" >&2
  fail "debootstrap failed; the whole log is $root.log"
}
rm -f "$root.log"

step "Adding node $(node --version) and npm"
install -D "$node" "$root/usr/local/bin/node"
mkdir -p "$root/usr/local/lib/node_modules"
cp -r "$npm" "$root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
# A node that a distribution packaged brings libraries that the minimal system lacks.
ldd "$node" | awk '$3 ~ "^/" { print $3 }' | while read -r library; do
  [[ -e $root$library ]] || install -D "$(readlink -f "$library")" "$root$library"
done
chroot "$root" /usr/local/bin/node --version >/dev/null || fail 'the node of this host does not run in the new system.'

# Packages come from where this host takes them; no lists are carried along.
printf 'deb %s %s %s\n' "$mirror" "$suite" "$components" >"$root/etc/apt/sources.list"
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/usr/share/{doc,man,locale,info}
rm -f "$root/etc/resolv.conf" "$root/etc/hostname"

step "Importing $IMAGE"
tar -C "$root" --numeric-owner --exclude='./proc/*' --exclude='./sys/*' --exclude='./dev/*' -c . |
  docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$IMAGE" >/dev/null
step "$IMAGE is ready"
