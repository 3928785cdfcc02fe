/** A database broken for real, and what the remedies make of it. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lockHome } from '../../contracts/home-lock.ts';
import { createStore } from '../../src/store/store.ts';
import { backUp } from '../../src/upkeep/backup.ts';
import { inspectDatabase } from '../../src/upkeep/inspect.ts';
import { buildInstallation, RemedyHome } from './fixtures/remedy-home.ts';

const JID = 'C00GENERAL';
const DAY_MS = 86_400_000;
const noDeadline = new AbortController().signal;

let installation: string;
let world: RemedyHome;

beforeAll(async () => {
  installation = await buildInstallation();
});
afterAll(() => rmSync(installation, { recursive: true, force: true }));
beforeEach(() => {
  world = new RemedyHome(installation);
});
afterEach(() => world.remove());

/** Messages from `first` to `last`, all answered, and the group they are in. */
async function fill(first: number, last: number): Promise<void> {
  const store = createStore(world.paths.database);
  await store.write(() => {
    const group = { jid: JID, name: 'g', folder: 'g', triggerPattern: null, requiresTrigger: true };
    store.groups.register(group, 0);
    for (let id = first; id <= last; id += 1) {
      const from = { jid: JID, channel: 'slack', chatName: 'g', isGroup: true, thread: null };
      const said = {
        ...from,
        id: `m${id}`,
        sender: 'U1',
        senderName: 'minji',
        text: `@폴 ${'말'.repeat(80)}`,
        at: id,
      };
      store.journal.touchChat(said);
      store.journal.append(said, true);
    }
    store.journal.advance(JID, last);
  });
  store.close();
}

/** Bytes of nothing over some pages, as a bad sector leaves them. */
function overwrite(page: number, pages: number): void {
  const fd = openSync(world.paths.database, 'r+');
  writeSync(fd, Buffer.alloc(pages * 4096, 0xa5), 0, pages * 4096, page * 4096);
  closeSync(fd);
}

function read<T>(work: (db: Database.Database) => T, path = world.paths.database): T {
  const db = new Database(path, { readonly: true });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

const messageCount = (path?: string) =>
  read((db) => db.prepare('SELECT count(*) FROM messages').pluck().get() as number, path);
const cursor = () => createdStore((store) => store.journal.cursor(JID));
const keptFiles = () =>
  readdirSync(join(world.paths.home, 'store')).filter((name) => name.includes('.broken-'));

function createdStore<T>(work: (store: ReturnType<typeof createStore>) => T): T {
  const store = createStore(world.paths.database);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

describe('repair_database', () => {
  it('leaves a sound database and a home without one alone', async () => {
    expect(await world.run('repair_database')).toMatchObject({ kind: 'nothing_to_do' });
    await fill(1, 10);
    expect(await world.run('repair_database')).toMatchObject({ kind: 'nothing_to_do' });
    expect(keptFiles()).toEqual([]);
  });

  it('rebuilds one with overwritten pages out of all rows around them, and keeps the damaged file', async () => {
    await fill(1, 5000);
    const pages = statSync(world.paths.database).size / 4096;
    overwrite(Math.floor(pages / 2), 8);
    expect(inspectDatabase(world.paths.database).kind).toBe('damaged');

    expect(await world.run('repair_database')).toMatchObject({ kind: 'done' });
    expect(inspectDatabase(world.paths.database).kind).toBe('sound');
    expect(messageCount()).toBeGreaterThan(4500);
    expect(cursor()).toBe(5000);
    expect(keptFiles()).toHaveLength(1);
    expect(await world.run('repair_database')).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('gives new messages places behind every cursor, even when the last rows are lost', async () => {
    await fill(1, 3000);
    truncateSync(world.paths.database, Math.floor((statSync(world.paths.database).size * 0.8) / 4096) * 4096);
    expect(await world.run('repair_database')).toMatchObject({ kind: 'done' });
    expect(messageCount()).toBeLessThan(3000);
    await fill(3001, 3001);
    const last = read((db) => db.prepare('SELECT max(seq) FROM messages').pluck().get());
    expect(last).toBe(3001);
  });

  it('asks nothing of what the platforms send again after rows were lost', async () => {
    await fill(1, 3000);
    truncateSync(world.paths.database, Math.floor((statSync(world.paths.database).size * 0.8) / 4096) * 4096);
    const lastWrite = statSync(world.paths.database).mtimeMs;
    await world.run('repair_database');
    expect(createdStore((store) => store.journal.quietBefore())).toBe(lastWrite);
  });

  it('names who locks the database, and waits for nobody', async () => {
    await fill(1, 10);
    const holder = new Database(world.paths.database);
    holder.exec('BEGIN IMMEDIATE');
    const outcome = await world.run('repair_database');
    holder.close();
    expect(outcome).toEqual({ kind: 'failed', detail: expect.stringContaining(`pid ${process.pid}`) });
  });

  it('does not touch the file while an orchestrator has it open', async () => {
    await fill(1, 1000);
    overwrite(20, 4);
    const lock = await lockHome(world.paths.home, 'orchestrator');
    const outcome = await world.run('repair_database');
    lock.close();
    expect(outcome).toEqual({ kind: 'failed', detail: expect.stringContaining('stop it first') });
    expect(keptFiles()).toEqual([]);
  });
});

describe('restore_database', () => {
  it('takes a backup and adds what the damaged file still holds', async () => {
    await fill(1, 1000);
    await backUp(world.paths, Date.now(), noDeadline);
    await fill(1001, 2000);
    overwrite(0, 1);
    expect(await world.run('repair_database')).toMatchObject({ kind: 'failed' });
    expect(await world.run('restore_database')).toMatchObject({ kind: 'done' });
    expect(messageCount()).toBe(1000);
    expect(keptFiles()).toHaveLength(1);
    expect(await world.run('restore_database')).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('fills the gaps of a damaged file out of the backup', async () => {
    await fill(1, 3000);
    await backUp(world.paths, Date.now(), noDeadline);
    await fill(3001, 5000);
    const pages = statSync(world.paths.database).size / 4096;
    overwrite(Math.floor(pages / 4), 4);
    expect(await world.run('restore_database')).toMatchObject({ kind: 'done' });
    expect(messageCount()).toBe(5000);
    expect(cursor()).toBe(5000);
  });

  it('passes over a backup that is damaged itself', async () => {
    await fill(1, 100);
    await backUp(world.paths, Date.now() - DAY_MS, noDeadline);
    await backUp(world.paths, Date.now(), noDeadline);
    const [newest = '', older = ''] = readdirSync(world.paths.backups)
      .filter((name) => name.endsWith('.db'))
      .reverse();
    writeFileSync(join(world.paths.backups, newest), 'no database at all');
    truncateSync(world.paths.database, 0);
    const outcome = await world.run('restore_database');
    expect(outcome).toEqual({ kind: 'done', detail: expect.stringContaining(basename(older)) });
    expect(messageCount()).toBe(100);
  });

  it('says that there is no backup rather than beginning anew', async () => {
    await fill(1, 10);
    truncateSync(world.paths.database, 0);
    expect(await world.run('repair_database')).toMatchObject({ kind: 'failed' });
    expect(await world.run('restore_database')).toMatchObject({ kind: 'failed' });
    expect(statSync(world.paths.database).size).toBe(0);
    expect(() => createStore(world.paths.database)).toThrow('is empty');
  });
});

describe('a backup', () => {
  it('gives back every row byte for byte, also when it is made while the database is written to', async () => {
    await fill(1, 2000);
    const rows = (path: string) =>
      read(
        (db) =>
          ['chats', 'messages', 'registered_groups', 'router_state'].map((table) =>
            JSON.stringify(db.prepare(`SELECT * FROM ${table} ORDER BY rowid`).all()),
          ),
        path,
      );
    const writer = new Database(world.paths.database);
    const { database } = await backUp(world.paths, Date.now(), noDeadline);
    const before = rows(world.paths.database);
    writer.close();
    expect(rows(database ?? '')).toEqual(before);

    const copy = join(world.paths.home, 'copy.db');
    copyFileSync(world.paths.database, copy);
    rmSync(world.paths.database);
    expect(await world.run('restore_database')).toMatchObject({ kind: 'done' });
    const [chats, messages, groups] = rows(world.paths.database);
    expect([chats, messages, groups]).toEqual(before.slice(0, 3));
  });

  it('holds groups, sessions and configuration, closed to others, without logs', async () => {
    await fill(1, 1);
    const { home } = world.paths;
    mkdirSync(join(home, 'groups', 'main', 'logs'), { recursive: true });
    writeFileSync(join(home, 'groups', 'main', 'CLAUDE.md'), 'memory');
    writeFileSync(join(home, 'groups', 'main', 'logs', 'container-1.log'), 'log');
    writeFileSync(world.paths.env, 'TZ=Asia/Seoul\n');
    const { files } = await backUp(world.paths, Date.now(), noDeadline);
    expect(statSync(files ?? '').mode & 0o777).toBe(0o600);
    expect(statSync(world.paths.backups).mode & 0o777).toBe(0o700);
    const names = execFileSync('tar', ['-tzf', files ?? ''])
      .toString()
      .split('\n');
    expect(names).toContain('groups/main/CLAUDE.md');
    expect(names).toContain('.env');
    expect(names.some((name) => name.includes('container-1.log'))).toBe(false);
  });

  it('is kept for seven days', async () => {
    await fill(1, 1);
    for (let day = 9; day >= 0; day -= 1) await backUp(world.paths, Date.now() - day * DAY_MS, noDeadline);
    expect(readdirSync(world.paths.backups).filter((name) => name.endsWith('.db'))).toHaveLength(7);
  });

  it('of a damaged database is not kept, and the ones before stay', async () => {
    await fill(1, 3000);
    const { database } = await backUp(world.paths, Date.now(), noDeadline);
    overwrite(30, 4);
    await expect(backUp(world.paths, Date.now(), noDeadline)).rejects.toThrow('damaged');
    expect(messageCount(database ?? '')).toBe(3000);
    expect(existsSync(`${database}.part`)).toBe(false);
  });
});
