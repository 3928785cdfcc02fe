import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { homePaths } from '../../../contracts/paths.ts';
import { placesOf } from '../session/places.ts';
import { sandboxCommand, sandboxOptions } from './arguments.ts';
import { launchScript, listenScript, showScript } from './launch-script.ts';

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

const room = { command: ['true'], everySeconds: 60 };

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
  const script = launchScript({
    places: odd,
    bwrap: '/usr/bin/bwrap',
    command: ['a b'],
    limitSeconds: 9.2,
    room,
  });
  expect(script).toContain(" 10 '/usr/bin/bwrap' --args 9 -- 'a b' ");
  execFileSync('/bin/sh', ['-n', '-c', script]);
  execFileSync('/bin/sh', ['-n', '-c', listenScript(odd)]);
});

/** A session whose program does this, in a process group of its own as tmux gives it. */
function runWindow(says: string, look = room) {
  const folder = mkdtempSync(join(tmpdir(), 'nanoclaw-window-'));
  const at = (name: string) => join(folder, name);
  const places = {
    sandboxArguments: at('arguments'),
    sandboxFilter: at('filter'),
    transcript: at('transcript'),
    errors: at('errors'),
    exit: at('exit'),
  };
  for (const path of [places.sandboxArguments, places.sandboxFilter]) writeFileSync(path, '');
  writeFileSync(at('bwrap'), `#!/bin/sh\n${says}\n`, { mode: 0o700 });
  const script = launchScript({ places, bwrap: at('bwrap'), command: ['x'], limitSeconds: 60, room: look });
  const { stdout } = spawnSync('setsid', ['--wait', 'sh', '-c', `${script}\nexit 0`], {
    encoding: 'utf8',
  });
  const kept = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), 'utf8') : null);
  const result = { shown: stdout, transcript: kept('transcript'), exit: kept('exit') };
  rmSync(folder, { recursive: true });
  return result;
}

test('what a session says reaches the window without a sign that would move its cursor, and the transcript as it is', () => {
  const said = 'a \u001b]52;c;aGFybQ==\u0007\u0090+q\u001bPtmux;\r\u0008 안녕\tb\n';
  expect(runWindow(`printf '%s' '${said}'; exit 3`)).toMatchObject({
    shown: 'a ]52;c;aGFybQ==\u0090+qPtmux; 안녕\tb\n',
    ...{ transcript: said, exit: '3\n' },
  });
});

test('what a container says reaches the window without such signs too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nanoclaw-window-'));
  const [transcript, window] = [join(folder, 'it’s'), join(folder, 'window')];
  writeFileSync(transcript, 'a \u001b]52;c;aGFybQ==\u0007b\n');
  writeFileSync(window, showScript({ transcript }));
  // A terminal of its own, as tmux gives it: what is shown does not wait for more.
  const script = spawn('script', ['-qfc', `echo $$; exec sh ${window}`, '/dev/null']);
  let said = '';
  for await (const part of script.stdout) {
    said += part;
    if (said.endsWith('b\r\n')) break;
  }
  const [pid, shown] = said.split('\r\n');
  process.kill(-Number(pid), 'SIGKILL');
  expect(shown).toBe('a ]52;c;aGFybQ==b');
  rmSync(folder, { recursive: true });
});

test('a session that has written too much ends, whoever else may be looking', () => {
  expect(runWindow('exec sleep 3003', { command: ['false'], everySeconds: 0.1 }).exit).toBeNull();
});
