/** Backups: what they hold, how long they are kept, and that they give back what went in. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { backUp } from '../../src/upkeep/backup.ts';
import { useRemedyHome } from './fixtures/remedy-home.ts';

const DAY_MS = 86_400_000;
const noDeadline = new AbortController().signal;

const own = useRemedyHome();

describe('a backup', () => {
  it('gives back every row byte for byte, also what only the write-ahead log holds yet', async () => {
    await own.database.fill(1, 2000);
    const rows = (path: string) =>
      own.database.read(
        (db) =>
          ['chats', 'messages', 'registered_groups', 'router_state'].map((table) =>
            JSON.stringify(db.prepare(`SELECT * FROM ${table} ORDER BY rowid`).all()),
          ),
        path,
      );
    const writer = new Database(own.world.paths.database);
    writer.prepare("INSERT INTO router_state (key, value) VALUES ('late', '1')").run();
    const { database: copy } = await backUp(own.world.paths, Date.now(), noDeadline);
    const before = rows(own.world.paths.database);
    writer.close();
    expect(rows(copy ?? '')).toEqual(before);

    rmSync(own.world.paths.database);
    expect(await own.world.run('restore_database')).toMatchObject({ kind: 'done' });
    const [chats, messages, groups] = rows(own.world.paths.database);
    expect([chats, messages, groups]).toEqual(before.slice(0, 3));
  });

  it('holds groups, sessions and configuration, closed to others, without logs', async () => {
    await own.database.fill(1, 1);
    const { home } = own.world.paths;
    mkdirSync(join(home, 'groups', 'main', 'logs'), { recursive: true });
    writeFileSync(join(home, 'groups', 'main', 'CLAUDE.md'), 'memory');
    writeFileSync(join(home, 'groups', 'main', 'logs', 'container-1.log'), 'log');
    writeFileSync(own.world.paths.env, 'TZ=Asia/Seoul\n');
    const { files } = await backUp(own.world.paths, Date.now(), noDeadline);
    expect(statSync(files ?? '').mode & 0o777).toBe(0o600);
    expect(statSync(own.world.paths.backups).mode & 0o777).toBe(0o700);
    const names = execFileSync('tar', ['-tzf', files ?? ''])
      .toString()
      .split('\n');
    expect(names).toContain('groups/main/CLAUDE.md');
    expect(names).toContain('.env');
    expect(names.some((name) => name.includes('container-1.log'))).toBe(false);
  });

  it('is kept for seven days', async () => {
    await own.database.fill(1, 1);
    for (let day = 9; day >= 0; day -= 1)
      await backUp(own.world.paths, Date.now() - day * DAY_MS, noDeadline);
    expect(readdirSync(own.world.paths.backups).filter((name) => name.endsWith('.db'))).toHaveLength(7);
  });

  it('of a damaged database is not kept, and the ones before stay', async () => {
    await own.database.fill(1, 3000);
    const { database: copy } = await backUp(own.world.paths, Date.now(), noDeadline);
    own.database.overwrite(30, 4);
    await expect(backUp(own.world.paths, Date.now(), noDeadline)).rejects.toThrow('damaged');
    expect(own.database.messageCount(copy ?? '')).toBe(3000);
    expect(existsSync(`${copy}.part`)).toBe(false);
  });
});
