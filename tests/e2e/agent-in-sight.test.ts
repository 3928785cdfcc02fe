/** What a person finds of an agent that runs, with the commands of the operator's documents; and what the agent knows. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { containerOf, run, type Scene, setScene } from './intruder.ts';
import { until } from './until.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await setScene({ DEV_MOUNT: 'true', PROGRESS_AFTER: '1000' });
  const { paths } = scene.installation;
  for (const folder of ['main', 'global']) {
    mkdirSync(paths.group(folder), { recursive: true });
    writeFileSync(join(paths.group(folder), 'CLAUDE.md'), `memory of ${folder}\n`);
  }
  expect(await run(scene, 'echo done', 'main')).toContain('done');
});
afterAll(() => scene?.stop());

it('Claude’s debug log is in the container and on the host', () => {
  const show = ['exec', containerOf(scene, 'main'), 'cat', '/home/node/.claude/debug/latest'];
  expect(execFileSync('docker', show, { encoding: 'utf8' })).toMatch(/\[DEBUG\]/);
  expect(readdirSync(join(scene.installation.paths.claudeState('main'), 'debug'))).toContain('latest');
});

it('its session lies on the host under the name of its folder', () => {
  const folder = join(scene.installation.paths.claudeState('main'), 'projects', '-workspace-group');
  expect(readdirSync(folder)).toContainEqual(expect.stringMatching(/^[0-9a-f-]{36}\.jsonl$/));
});

it('each run has a log in the group’s folder, and the container’s own log says the same', () => {
  const folder = scene.installation.paths.groupLogs('main');
  const [name = ''] = readdirSync(folder);
  expect(name).toMatch(/^container-.*\.log$/);
  const log = readFileSync(join(folder, name), 'utf8');
  expect(log).toContain('"event":"turn_end"');
  expect(execFileSync('docker', ['logs', containerOf(scene, 'main')], { encoding: 'utf8' })).toBe(log);
});

it('it is told the memory of its group and of all groups', () => {
  const asked = JSON.stringify(scene.world.anthropic.requests.map(({ body }) => body));
  for (const folder of ['main', 'global']) expect(asked).toContain(`memory of ${folder}`);
});

it('with DEV_MOUNT it runs the runner of the checkout, which it cannot write', () => {
  const format = '{{range .Mounts}}{{.Destination}} {{.RW}} {{.Source}}\n{{end}}';
  const inspect = ['inspect', '--format', format, containerOf(scene, 'main')];
  expect(execFileSync('docker', inspect, { encoding: 'utf8' })).toMatch(
    /\/opt\/nanoclaw\/runner\.js false \S+\/dist\/runner\.js/,
  );
});

it('a chat that waits is told what kind of thing its agent does, before the answer and not after it', async () => {
  const { paths } = scene.installation;
  const db = new Database(paths.database, { readonly: true });
  const notices = db.prepare<[], string>('SELECT body FROM outbox WHERE ordinal < 0 ORDER BY seq').pluck();
  const told = () => notices.all().some((body) => body.endsWith('I am running a command.'));
  const answer = run(scene, 'until [ -e /workspace/group/go ]; do sleep 0.1; done; echo the end', 'main');
  await until(told, 55, () => notices.all().join('\n'));
  writeFileSync(join(paths.group('main'), 'go'), '');
  const lines = (await answer).trim().split('\n');
  expect(lines.at(-1)).toContain('ran: the end');
  expect(lines.slice(0, -1)).toEqual(notices.all().slice(-lines.length + 1));
  db.close();
});
