import { describe, expect, it } from 'vitest';
import { bubblewrapArguments } from './bubblewrap-arguments.ts';
import { exampleSpec } from './example-spec.ts';

const program = {
  node: '/n/node',
  runner: '/c/dist/runner.js',
  packageJson: '/c/package.json',
  modules: '/c/node_modules',
  skills: '/c/skills',
};
const mounts = [
  { source: '/a', target: '/workspace/group', writable: true },
  { source: '/b', target: '/run/nanoclaw', writable: false },
];
const lineFor = (uid: number) => bubblewrapArguments(exampleSpec(), mounts, program, uid).join(' ');

describe('the command line of a sandbox', () => {
  it.each([0, 1001])('shuts off network, processes, names and the environment, as uid %d', (uid) => {
    for (const option of [
      '--unshare-net',
      '--unshare-pid',
      '--unshare-ipc',
      '--unshare-uts',
      '--clearenv',
      '--new-session',
    ]) {
      expect(lineFor(uid)).toContain(option);
    }
    expect(lineFor(uid)).not.toContain('--die-with-parent');
  });

  it('binds the mounts before the root becomes read-only', () => {
    expect(lineFor(1001)).toMatch(
      /--bind \/a \/workspace\/group --ro-bind \/b \/run\/nanoclaw --remount-ro \//,
    );
  });

  it('makes a user namespace for an ordinary user and limits the processes in it', () => {
    expect(lineFor(1001)).toContain('--unshare-user --uid 1000 --gid 1000');
    expect(lineFor(1001)).toMatch(
      /-- \/usr\/bin\/prlimit --fsize=1073741824 --core=0 --nproc=256 .*node \/opt\/nanoclaw\/runner\.js$/,
    );
  });

  it('becomes the owner of the files for good when the host runs as root', () => {
    expect(lineFor(0)).not.toContain('--unshare-user');
    expect(lineFor(0)).toMatch(
      /-- \/usr\/bin\/prlimit --fsize=1073741824 --core=0 \/usr\/bin\/setpriv --reuid 1001 --regid 1002 --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs /,
    );
  });
});
