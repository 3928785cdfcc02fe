#!/bin/sh
# A Docker engine without root, for one test: `engine.sh USER UID FOLDER START`, run by root in mount and PID namespaces
# of its own (engine.ts), so that nothing done here to /etc and /dev is seen outside, and all of it ends with this process.
# The engine itself is brought up as on any machine: by dockerd-rootless.sh (START), as an ordinary user with subordinate ids.
set -eu
user=$1 uid=$2 folder=$3 start=$4

# The user, whom nobody else on this machine knows.
mount -t tmpfs tmpfs "$folder/etc"
mkdir "$folder/etc/upper" "$folder/etc/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$folder/etc/upper,workdir=$folder/etc/work" /etc
echo "$user:x:$uid:$uid::$folder/home:/bin/sh" >>/etc/passwd
echo "$user:x:$uid:" >>/etc/group
echo "$user:200000:65536" >>/etc/subuid
echo "$user:200000:65536" >>/etc/subgid

# udev opens this device to all; without udev it is root's.
mount -t tmpfs tmpfs /dev/net
mknod -m 666 /dev/net/tun c 10 200

# What the engine stores, twice the image for a moment, is memory where there is enough of it: written and gone at once.
if awk '/^MemAvailable:/ { exit $2 < 4000000 }' /proc/meminfo; then
  mount -t tmpfs -o "mode=700,uid=$uid,gid=$uid" tmpfs "$folder/home"
fi

# This shell stays the namespace's first process: the death of its parent would not reach one that changed its user.
cd "$folder/home"
code=0
setpriv --reuid "$uid" --regid "$uid" --clear-groups \
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$folder/home" USER="$user" XDG_RUNTIME_DIR="$folder/run" \
  sh "$start" || code=$?
exit "$code"
