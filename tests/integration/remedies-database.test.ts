/** A database broken for real, and what the remedies make of it. */
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lockHome } from '../../contracts/home-lock.ts';
import { runChild } from '../../recovery/remedies/run-child.ts';
import { createStore } from '../../src/store/store.ts';
import { backUp } from '../../src/upkeep/backup.ts';
import { inspectDatabase } from '../../src/upkeep/inspect.ts';
import { buildInstallation, RemedyHome } from './fixtures/remedy-home.ts';
import { TestDatabase } from './fixtures/test-database.ts';

const DAY_MS = 86_400_000;
const noDeadline = new AbortController().signal;

let installation: string;
let world: RemedyHome;
let database: TestDatabase;

beforeAll(async () => {
  installation = await buildInstallation();
});
afterAll(() => rmSync(installation, { recursive: true, force: true }));
beforeEach(() => {
  world = new RemedyHome(installation);
  database = new TestDatabase(world.paths);
});
afterEach(() => world.remove());

describe('repair_database', () => {
  it('leaves a sound database and a home without one alone', async () => {
    expect(await world.run('repair_database')).toMatchObject({ kind: 'nothing_to_do' });
    await database.fill(1, 10);
    expect(await world.run('repair_database')).toMatchObject({ kind: 'nothing_to_do' });
    expect(database.kept()).toEqual([]);
  });

  it('rebuilds one with overwritten pages out of all rows around them, and keeps the damaged file', async () => {
    await database.fill(1, 5000);
    const pages = statSync(world.paths.database).size / 4096;
    database.overwrite(Math.floor(pages / 2), 8);
    expect(inspectDatabase(world.paths.database).kind).toBe('damaged');

    expect(await world.run('repair_database')).toMatchObject({ kind: 'done' });
    expect(inspectDatabase(world.paths.database).kind).toBe('sound');
    expect(database.messageCount()).toBeGreaterThan(4500);
    expect(database.cursor()).toBe(5000);
    expect(database.kept()).toHaveLength(1);
    expect(await world.run('repair_database')).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('gives new messages places behind every cursor, even when the last rows are lost', async () => {
    await database.fill(1, 3000);
    truncateSync(world.paths.database, Math.floor((statSync(world.paths.database).size * 0.8) / 4096) * 4096);
    expect(await world.run('repair_database')).toMatchObject({ kind: 'done' });
    expect(database.messageCount()).toBeLessThan(3000);
    await database.fill(3001, 3001);
    const last = database.read((db) => db.prepare('SELECT max(seq) FROM messages').pluck().get());
    expect(last).toBe(3001);
  });

  it('asks nothing of what the platforms send again after rows were lost', async () => {
    await database.fill(1, 3000);
    truncateSync(world.paths.database, Math.floor((statSync(world.paths.database).size * 0.8) / 4096) * 4096);
    const lastWrite = statSync(world.paths.database).mtimeMs;
    await world.run('repair_database');
    expect(database.inStore((store) => store.journal.quietBefore())).toBe(lastWrite);
  });

  it('killed at any moment it leaves a file that the next one repairs', async () => {
    await database.fill(1, 5000);
    const pages = statSync(world.paths.database).size / 4096;
    database.overwrite(Math.floor(pages / 2), 4);
    const damaged = readFileSync(world.paths.database);
    for (let limitMs = 60; limitMs <= 360; limitMs += 60) {
      writeFileSync(world.paths.database, damaged);
      const order = {
        program: process.execPath,
        args: [join(installation, 'dist', 'cli.js'), 'db', 'repair'],
      };
      const place = { cwd: installation, environment: world.parts.environment };
      await runChild({ ...order, ...place }, AbortSignal.timeout(limitMs));
      expect((await world.run('repair_database')).kind).not.toBe('failed');
      expect(database.messageCount()).toBeGreaterThan(4500);
      expect(database.cursor()).toBe(5000);
    }
  });

  it('names who locks the database, and waits for nobody', async () => {
    await database.fill(1, 10);
    const holder = new Database(world.paths.database);
    holder.exec('BEGIN IMMEDIATE');
    const outcome = await world.run('repair_database');
    holder.close();
    expect(outcome).toEqual({ kind: 'failed', detail: expect.stringContaining(`pid ${process.pid}`) });
  });

  it('does not touch the file while an orchestrator has it open', async () => {
    await database.fill(1, 1000);
    database.overwrite(20, 4);
    const lock = await lockHome(world.paths.home, 'orchestrator');
    const outcome = await world.run('repair_database');
    lock.close();
    expect(outcome).toEqual({ kind: 'failed', detail: expect.stringContaining('stop it first') });
    expect(database.kept()).toEqual([]);
  });
});

describe('restore_database', () => {
  it('takes a backup and adds what the damaged file still holds', async () => {
    await database.fill(1, 1000);
    await backUp(world.paths, Date.now(), noDeadline);
    await database.fill(1001, 2000);
    database.overwrite(0, 1);
    expect(await world.run('repair_database')).toMatchObject({ kind: 'failed' });
    expect(await world.run('restore_database')).toMatchObject({ kind: 'done' });
    expect(database.messageCount()).toBe(1000);
    expect(database.kept()).toHaveLength(1);
    expect(await world.run('restore_database')).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('fills the gaps of a damaged file out of the backup', async () => {
    await database.fill(1, 3000);
    await backUp(world.paths, Date.now(), noDeadline);
    await database.fill(3001, 5000);
    const pages = statSync(world.paths.database).size / 4096;
    database.overwrite(Math.floor(pages / 4), 4);
    expect(await world.run('restore_database')).toMatchObject({ kind: 'done' });
    expect(database.messageCount()).toBe(5000);
    expect(database.cursor()).toBe(5000);
  });

  it('passes over a backup that is damaged itself', async () => {
    await database.fill(1, 100);
    await backUp(world.paths, Date.now() - DAY_MS, noDeadline);
    await backUp(world.paths, Date.now(), noDeadline);
    const [newest = '', older = ''] = readdirSync(world.paths.backups)
      .filter((name) => name.endsWith('.db'))
      .reverse();
    writeFileSync(join(world.paths.backups, newest), 'no database at all');
    truncateSync(world.paths.database, 0);
    const outcome = await world.run('restore_database');
    expect(outcome).toEqual({ kind: 'done', detail: expect.stringContaining(basename(older)) });
    expect(database.messageCount()).toBe(100);
  });

  it('says that there is no backup rather than beginning anew', async () => {
    await database.fill(1, 10);
    truncateSync(world.paths.database, 0);
    expect(await world.run('repair_database')).toMatchObject({ kind: 'failed' });
    expect(await world.run('restore_database')).toMatchObject({ kind: 'failed' });
    expect(statSync(world.paths.database).size).toBe(0);
    expect(() => createStore(world.paths.database)).toThrow('is empty');
  });
});
