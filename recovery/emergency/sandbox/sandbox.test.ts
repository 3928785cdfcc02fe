import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { homePaths } from '../../../contracts/paths.ts';
import { placesOf } from '../session/places.ts';
import { sandboxCommand, sandboxOptions } from './arguments.ts';
import { launchScript, listenScript } from './launch-script.ts';

const places = placesOf(homePaths('/home/kim/claw'), {
  incident: 'inc-1',
  number: 1,
  leg: 1,
  sandbox: 'bubblewrap',
});
const order = {
  ...{ places, means: { claude: '/opt/claude' }, node: '/usr/bin/node', bundle: '/opt/supervisor.js' },
  modules: null,
};

test.each([0, 1000])(
  'as uid %i there is no network, no other process, and two folders to write in',
  (uid) => {
    const options = sandboxOptions({ ...order, uid });
    for (const flag of ['--unshare-net', '--unshare-pid', '--die-with-parent', '--clearenv', '--new-session'])
      expect(options).toContain(flag);
    const writable = options.flatMap((option, index) => (option === '--bind' ? [options[index + 2]] : []));
    expect(writable).toEqual(['/project', '/scratch']);
  },
);

test.each([0, 1000])('as uid %i nothing of the home is mounted but the session’s own folders', (uid) => {
  const options = sandboxOptions({ ...order, uid });
  const mounted = options.filter((option) => option.startsWith('/home/kim'));
  expect(mounted).toEqual([places.order, places.doors, places.project, places.scratch]);
  expect(options.join(' ')).not.toMatch(/docker|dbus|\.claude\/|\.env/);
});

test('root becomes nobody for good, without capabilities', () => {
  expect(sandboxCommand(0).join(' ')).toMatch(/setpriv --reuid 65534 .*--bounding-set=-all --no-new-privs/);
  expect(sandboxOptions({ ...order, uid: 0 })).not.toContain('--unshare-user');
  expect(sandboxCommand(1000).join(' ')).not.toContain('setpriv');
});

test.each([
  ['unit', '/var/lib/nanoclaw-emergency/project'],
  ['bubblewrap', '/home/kim/claw/supervisor/sessions/inc-1/project'],
] as const)(
  'in %s the session changes %s, and the copy as it was made lies in its folder',
  (sandbox, project) => {
    const own = placesOf(homePaths('/home/kim/claw'), { incident: 'inc-1', number: 1, leg: 1, sandbox });
    expect(own.project).toBe(project);
    expect(own.copy).toBe('/home/kim/claw/supervisor/sessions/inc-1/project');
  },
);

test('the script is sound whatever the home is called', () => {
  const odd = placesOf(homePaths("/home/o'neil; rm -rf $HOME"), {
    incident: 'inc-1',
    number: 1,
    leg: 1,
    sandbox: 'bubblewrap',
  });
  const script = launchScript({ places: odd, bwrap: '/usr/bin/bwrap', command: ['a b'], limitSeconds: 9.2 });
  expect(script).toContain(" 10 '/usr/bin/bwrap' --args 9 -- 'a b' ");
  execFileSync('/bin/sh', ['-n', '-c', script]);
  execFileSync('/bin/sh', ['-n', '-c', listenScript(odd)]);
});
