/** What a session in a container reaches for beside the rest: its guard, its limits, and the ways out of a container. */
import { perl, type Reach } from './attacks-reach.ts';

export const CONTAINER_REACHES: readonly Reach[] = [
  {
    name: 'its guard, so that nothing ends it',
    command:
      'kill -STOP 1; kill -KILL 1; kill -TSTP 1; grep State /proc/1/status; ls /proc/1/fd /proc/1/cwd 2>&1',
    found: /State:\s+[TtZX]|^0$/m,
  },
  {
    name: 'the groups that limit it',
    command:
      'for f in $(find /sys/fs/cgroup -name release_agent -o -name "*limit_in_bytes" -o -name pids.max -o -name "cgroup.procs" 2>/dev/null); do echo 1 > $f && echo written; done 2>/dev/null; mount -t cgroup -o memory m /mnt && echo written',
    found: /^written/m,
  },
  {
    name: 'any other place to write to',
    command:
      'for d in $(find / -type d -writable -not -path "/proc/*" 2>/dev/null | grep -vE "^/(project|scratch|tmp)(/|$)"); do echo harm > $d/harm && echo "writable $d"; done; find / -type f -writable -not -path "/proc/*" 2>/dev/null | grep -vE "^/(project|scratch|tmp)/" | sed "s/^/writable /"',
    found: /^writable/m,
  },
  {
    name: 'the engine, and what it keeps of others',
    command:
      'ls /var/lib/docker* /run/containerd /run/docker* 2>&1 | grep -v cannot; find / -xdev -name "docker*.sock" -o -xdev -name "containerd.sock" 2>/dev/null | sed "s/^/found /"',
    found: /^found|overlay2|volumes/m,
  },
  {
    name: 'the memory of the machine, by many processes',
    command:
      'for i in 1 2 3 4; do perl -e \'$| = 1; my $n = 8e8; my $x = "x" x $n; print "held\\n"; sleep 2\' 2>/dev/null & done; wait',
    found: /(?:held\s+){4}/,
  },
  {
    name: 'more processes than it may have',
    command: perl(
      'my @all; for (1..600) { my $p = fork; last unless defined $p; if (!$p) { sleep 60; exit } push @all, $p } print "forked ", scalar @all; kill KILL => @all',
    ),
    found: /forked (?:2[6-9]|[3-9])\d\d/,
  },
];
