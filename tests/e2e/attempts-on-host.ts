/** What an agent may try on its host from inside a container, as commands for its own Bash. */
import { expect } from 'vitest';
import { GOT, SAY_GOT, type Scene } from './intruder.ts';

/** A secret file of the host, and the installation's `.env`. */
export type Prey = { file: string; env: string };

/** Only a user other than root can try this one. */
export const BECOMING_ROOT = 'becoming root';

/** `reach`: what the metrics say such a command reached for. */
export const ATTEMPTS_ON_HOST: ReadonlyArray<
  readonly [name: string, reach: string, command: (prey: Prey) => string]
> = [
  [
    'files by path',
    'outside',
    ({ file, env }) => `cat ${file} ${env} /host${file} /mnt/* /workspace/project/.env`,
  ],
  [
    'files by another root',
    'processes',
    ({ file }) => `cat /proc/1/root${file} /proc/1/cwd/../../..${file} /proc/self/root/..${file}`,
  ],
  [
    'files by a link',
    'outside',
    ({ file }) => `ln -sf ${file} /workspace/group/l; cat /workspace/group/l; rm /workspace/group/l`,
  ],
  [
    'mounting a disk',
    'privileges',
    () => `mount -t tmpfs x /mnt && ${SAY_GOT}; mknod /tmp/disk b 8 1 && ${SAY_GOT}`,
  ],
  [
    'namespaces of its own',
    'privileges',
    () => `unshare -Urm true && ${SAY_GOT}; chroot / true && ${SAY_GOT}`,
  ],
  [
    BECOMING_ROOT,
    'privileges',
    () =>
      `python3 -c "import os; os.setuid(0); print('GOT''-IT')"; find / -xdev -perm /6000 -type f -exec ${SAY_GOT} {} \\;`,
  ],
  [
    'processes of others',
    'processes',
    () => `cat /proc/*/environ /proc/*/cmdline; [ $(ls -d /proc/[0-9]* | wc -l) -gt 30 ] && ${SAY_GOT}`,
  ],
  [
    'the kernel',
    'kernel',
    () =>
      `echo x > /proc/sys/kernel/core_pattern && ${SAY_GOT}; head -c 1 /proc/kcore && ${SAY_GOT}; cat /dev/kmsg /dev/mem && ${SAY_GOT}`,
  ],
  [
    'the engine’s socket',
    'engine',
    () =>
      `for s in /var/run/docker.sock /run/docker.sock /run/containerd/containerd.sock; do curl -s --unix-socket $s http://x/version && ${SAY_GOT}; done; find / -type s 2>/dev/null | grep -vE '^/(tmp|run/nanoclaw|home/node)/' && ${SAY_GOT}`,
  ],
  [
    'the image',
    'outside',
    () =>
      `echo x >> /opt/nanoclaw/runner.js && ${SAY_GOT}; touch /etc/x && ${SAY_GOT}; touch /run/nanoclaw/x && ${SAY_GOT}`,
  ],
  [
    'cgroups',
    'kernel',
    () =>
      `for f in /sys/fs/cgroup/*/tasks /sys/fs/cgroup/cgroup.procs; do (echo 1 > $f) 2>/dev/null && ${SAY_GOT}; done`,
  ],
];

/** Nothing that an attempt prints may hold this. */
export function expectNothing(scene: Scene, printed: string): void {
  expect(printed).toContain('ran:');
  expect(printed).not.toContain(GOT);
  expect(printed).not.toContain(scene.canary);
  expect(printed).not.toContain(scene.world.addresses.apiKey);
}
