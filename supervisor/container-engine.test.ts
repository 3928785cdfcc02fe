import { expect, test } from 'vitest';
import { ownContainerId } from './container-engine.ts';

const ID = 'ab12'.repeat(16);

test.each([
  [
    'Docker',
    `845 830 254:1 /var/lib/docker/containers/${ID}/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw`,
    ID,
  ],
  [
    'Docker without root',
    `845 830 254:1 /home/kim/.local/share/docker/containers/${ID}/resolv.conf /etc/resolv.conf rw - ext4 /dev/vda1 rw`,
    ID,
  ],
  [
    'podman',
    `845 830 0:50 /containers/overlay-containers/${ID}/userdata/hosts /etc/hosts rw,nosuid - tmpfs tmpfs rw`,
    ID,
  ],
  [
    'another container’s folder that is mounted here',
    `845 830 254:1 /var/lib/docker/containers/${ID}/hostname /mnt/hostname rw - ext4 /dev/vda1 rw`,
    null,
  ],
  ['no container', '26 1 254:1 / / rw,relatime - ext4 /dev/vda1 rw', null],
])('the engine’s files that are mounted tell the container: %s', (_where, mountinfo, id) => {
  expect(ownContainerId(`25 1 0:5 / /proc rw - proc proc rw\n${mountinfo}\n`)).toBe(id);
});
