import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('what a session says reaches the window without a sign that would move its cursor, and the transcript as it is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nanoclaw-window-'));
  const said = 'a \u001b]52;c;aGFybQ==\u0007\u0090+q\u001bPtmux;\r\u0008 안녕\tb\n';
  const at = (name: string) => join(folder, name);
  const names = {
    sandboxArguments: at('arguments'),
    transcript: at('said'),
    errors: at('errors'),
    exit: at('exit'),
  };
  writeFileSync(names.sandboxArguments, '');
  writeFileSync(at('bwrap'), `#!/bin/sh\nprintf '%s' '${said}'\nexit 3\n`, { mode: 0o700 });
  const script = launchScript({ places: names, bwrap: at('bwrap'), command: ['x'], limitSeconds: 9 });
  const shown = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
  expect(shown).toBe('a ]52;c;aGFybQ==\u0090+qPtmux; 안녕\tb\n');
  expect(readFileSync(names.transcript, 'utf8')).toBe(said);
  expect(readFileSync(names.exit, 'utf8')).toBe('3\n');
  rmSync(folder, { recursive: true });
});
