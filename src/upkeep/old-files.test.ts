import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HomePaths } from '../../contracts/paths.ts';
import { DAY_MS, NOW, UpkeepHome } from '../../tests/fakes/upkeep-home.ts';
import { FILES_KEPT_DAYS, SESSIONS_KEPT_DAYS } from './old-files.ts';

let world: UpkeepHome;
let paths: HomePaths;

beforeEach(() => {
  world = new UpkeepHome();
  paths = world.paths;
});
afterEach(() => world.close());

describe('old files', () => {
  const OLD = FILES_KEPT_DAYS + 1;

  it('go after fourteen days from the logs of the installation and of each group; conversations stay', async () => {
    const gone = [
      world.file(paths.meantEnd('former-life'), OLD),
      world.file(join(paths.logs, 'metrics-2026-05-01.jsonl'), OLD),
      world.file(join(paths.logs, 'routing-metrics-2026-05-01.jsonl'), OLD),
      world.file(join(paths.groupLogs('team'), 'container-1.log'), OLD),
    ];
    const kept = [
      world.file(join(paths.logs, 'metrics-2026-05-31.jsonl'), 1),
      world.file(paths.meantEnd('last-life'), 1),
      world.file(paths.hostPid, OLD),
      world.file(join(paths.groupLogs('team'), 'container-2.log'), FILES_KEPT_DAYS - 1),
      world.file(join(paths.group('team'), 'conversations', 'old.md'), 400),
      world.file(join(paths.group('team'), 'CLAUDE.md'), 400),
    ];
    expect(await world.run('old-files')).toBe('4 files removed');
    expect([gone.filter(existsSync), kept.filter(existsSync)]).toEqual([[], kept]);
  });

  it('are not looked for behind a link that an agent has put in the place of a folder', async () => {
    const precious = world.file(join(world.home, 'precious', 'old.txt'), OLD);
    mkdirSync(paths.group('team'), { recursive: true });
    symlinkSync(join(world.home, 'precious'), paths.groupLogs('team'));
    symlinkSync(join(world.home, 'precious'), paths.group('evil'));
    expect(await world.run('old-files')).toBe('0 files removed');
    expect(existsSync(precious)).toBe(true);
  });

  it('go from Claude’s state after thirty days, but never those of a conversation that a group goes on with', async () => {
    const state = paths.claudeState('team');
    const transcript = (name: string, days: number) =>
      world.file(join(state, 'projects', '-workspace-group', name), days);
    await world.store.write(() => world.store.turns.saveSession('team', { id: 'live', lastAssistant: null }));
    const gone = [
      transcript('over.jsonl', SESSIONS_KEPT_DAYS + 1),
      world.file(join(state, 'todos', 'over.json'), SESSIONS_KEPT_DAYS + 1),
    ];
    const kept = [
      transcript('live.jsonl', 400),
      transcript('recent.jsonl', SESSIONS_KEPT_DAYS - 1),
      world.file(join(state, 'settings.json'), 400),
    ];
    expect(await world.run('old-files')).toBe('2 files removed');
    expect([gone.filter(existsSync), kept.filter(existsSync)]).toEqual([[], kept]);
  });

  it('that an agent’s debug log has become are emptied in place, since it stays open', async () => {
    const [large, small] = ['agent.txt', 'other.txt'].map((name) =>
      world.file(join(paths.claudeState('team'), 'debug', name), 0),
    ) as [string, string];
    truncateSync(large, 21 * 1024 * 1024);
    await world.run('old-files');
    expect([statSync(large).size, statSync(small).size]).toEqual([0, 1]);
  });

  it('that a repair put aside go from the store’s folder; the database and its side files do not', async () => {
    const gone = world.file(`${paths.database}.broken-20260501`, OLD);
    const kept = [`${paths.database}-wal`, `${paths.database}.before-restore-20260531`].map((path, index) =>
      world.file(path, index === 0 ? OLD : 1),
    );
    await world.run('old-files');
    expect([existsSync(gone), existsSync(paths.database), kept.filter(existsSync)]).toEqual([
      false,
      true,
      kept,
    ]);
  });

  it('are no reason to fail where there are none yet', async () => {
    await expect(world.run('old-files')).resolves.toBe('0 files removed');
  });
});

describe('the log', () => {
  it('of former days is compressed and kept for seven; today’s and other files are left alone', async () => {
    const names = ['nanoclaw.2026-05-20.1.log.gz', 'nanoclaw.2026-05-22.1.log', 'nanoclaw.2026-05-31.2.log'];
    for (const name of [...names, 'nanoclaw.2026-06-01.1.log', 'metrics-2026-05-30.jsonl'])
      world.file(join(paths.logs, name), 2);
    expect(await world.run('log-rotation')).toBe('1 logs compressed, 2 removed');
    expect(readdirSync(paths.logs).sort()).toEqual([
      ...['metrics-2026-05-30.jsonl', 'nanoclaw.2026-05-31.2.log.gz', 'nanoclaw.2026-06-01.1.log'],
    ]);
    const packed = join(paths.logs, 'nanoclaw.2026-05-31.2.log.gz');
    expect(gunzipSync(readFileSync(packed)).toString()).toBe('x');
    expect(NOW - statSync(packed).mtimeMs).toBe(2 * DAY_MS);
    expect(await world.run('log-rotation')).toBe('0 logs compressed, 0 removed');
  });
});
