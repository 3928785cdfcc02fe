/** A database broken for real, and what the remedies make of it. */
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { lockHome } from '../../contracts/home-lock.ts';
import { runChild } from '../../recovery/remedies/run-child.ts';
import { createStore } from '../../src/store/store.ts';
import { backUp } from '../../src/upkeep/backup.ts';
import { inspectDatabase } from '../../src/upkeep/inspect.ts';
import { useRemedyHome } from './fixtures/remedy-home.ts';

const DAY_MS = 86_400_000;
const noDeadline = new AbortController().signal;

const own = useRemedyHome();

describe('repair_database', () => {
  it('leaves a sound database and a home without one alone', async () => {
    expect(await own.world.run('repair_database')).toMatchObject({ kind: 'nothing_to_do' });
    await own.database.fill(1, 10);
    expect(await own.world.run('repair_database')).toMatchObject({ kind: 'nothing_to_do' });
    expect(own.database.kept()).toEqual([]);
  });

  it('rebuilds one with overwritten pages out of all rows around them, and keeps the damaged file', async () => {
    await own.database.fill(1, 5000);
    const pages = statSync(own.world.paths.database).size / 4096;
    own.database.overwrite(Math.floor(pages / 2), 8);
    expect(inspectDatabase(own.world.paths.database).kind).toBe('damaged');

    expect(await own.world.run('repair_database')).toMatchObject({ kind: 'done' });
    expect(inspectDatabase(own.world.paths.database).kind).toBe('sound');
    expect(own.database.messageCount()).toBeGreaterThan(4500);
    expect(own.database.cursor()).toBe(5000);
    expect(own.database.kept()).toHaveLength(1);
    expect(await own.world.run('repair_database')).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('gives new messages places behind every cursor, even when the last rows are lost', async () => {
    await own.database.fill(1, 3000);
    truncateSync(
      own.world.paths.database,
      Math.floor((statSync(own.world.paths.database).size * 0.8) / 4096) * 4096,
    );
    expect(await own.world.run('repair_database')).toMatchObject({ kind: 'done' });
    expect(own.database.messageCount()).toBeLessThan(3000);
    await own.database.fill(3001, 3001);
    const last = own.database.read((db) => db.prepare('SELECT max(seq) FROM messages').pluck().get());
    expect(last).toBe(3001);
  });

  it('asks nothing of what the platforms send again after rows were lost', async () => {
    await own.database.fill(1, 3000);
    truncateSync(
      own.world.paths.database,
      Math.floor((statSync(own.world.paths.database).size * 0.8) / 4096) * 4096,
    );
    const lastWrite = statSync(own.world.paths.database).mtimeMs;
    await own.world.run('repair_database');
    expect(own.database.inStore((store) => store.journal.quietBefore())).toBe(lastWrite);
  });

  it('killed at any moment it leaves a file that the next one repairs', async () => {
    await own.database.fill(1, 5000);
    const pages = statSync(own.world.paths.database).size / 4096;
    own.database.overwrite(Math.floor(pages / 2), 4);
    const damaged = readFileSync(own.world.paths.database);
    for (let limitMs = 60; limitMs <= 360; limitMs += 60) {
      writeFileSync(own.world.paths.database, damaged);
      const order = {
        program: process.execPath,
        args: [join(own.installation, 'dist', 'cli.js'), 'db', 'repair'],
      };
      const place = { cwd: own.installation, environment: own.world.parts.environment };
      await runChild({ ...order, ...place }, AbortSignal.timeout(limitMs));
      expect((await own.world.run('repair_database')).kind).not.toBe('failed');
      expect(own.database.messageCount()).toBeGreaterThan(4500);
      expect(own.database.cursor()).toBe(5000);
    }
  });

  it('names who locks the database, and waits for nobody', async () => {
    await own.database.fill(1, 10);
    const holder = new Database(own.world.paths.database);
    holder.exec('BEGIN IMMEDIATE');
    const outcome = await own.world.run('repair_database');
    holder.close();
    expect(outcome).toEqual({ kind: 'failed', detail: expect.stringContaining(`pid ${process.pid}`) });
  });

  it('does not touch the file while an orchestrator has it open', async () => {
    await own.database.fill(1, 1000);
    own.database.overwrite(20, 4);
    const lock = await lockHome(own.world.paths.home, 'orchestrator');
    const outcome = await own.world.run('repair_database');
    lock.close();
    expect(outcome).toEqual({ kind: 'failed', detail: expect.stringContaining('stop it first') });
    expect(own.database.kept()).toEqual([]);
  });
});

describe('restore_database', () => {
  it('takes a backup and adds what the damaged file still holds', async () => {
    await own.database.fill(1, 1000);
    await backUp(own.world.paths, Date.now(), noDeadline);
    await own.database.fill(1001, 2000);
    own.database.overwrite(0, 1);
    expect(await own.world.run('repair_database')).toMatchObject({ kind: 'failed' });
    expect(await own.world.run('restore_database')).toMatchObject({ kind: 'done' });
    expect(own.database.messageCount()).toBe(1000);
    expect(own.database.kept()).toHaveLength(1);
    expect(await own.world.run('restore_database')).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('fills the gaps of a damaged file out of the backup', async () => {
    await own.database.fill(1, 3000);
    await backUp(own.world.paths, Date.now(), noDeadline);
    await own.database.fill(3001, 5000);
    const pages = statSync(own.world.paths.database).size / 4096;
    own.database.overwrite(Math.floor(pages / 4), 4);
    expect(await own.world.run('restore_database')).toMatchObject({ kind: 'done' });
    expect(own.database.messageCount()).toBe(5000);
    expect(own.database.cursor()).toBe(5000);
  });

  it('passes over a backup that is damaged itself', async () => {
    await own.database.fill(1, 100);
    await backUp(own.world.paths, Date.now() - DAY_MS, noDeadline);
    await backUp(own.world.paths, Date.now(), noDeadline);
    const [newest = '', older = ''] = readdirSync(own.world.paths.backups)
      .filter((name) => name.endsWith('.db'))
      .reverse();
    writeFileSync(join(own.world.paths.backups, newest), 'no database at all');
    truncateSync(own.world.paths.database, 0);
    const outcome = await own.world.run('restore_database');
    expect(outcome).toEqual({ kind: 'done', detail: expect.stringContaining(basename(older)) });
    expect(own.database.messageCount()).toBe(100);
  });

  it('says that there is no backup rather than beginning anew', async () => {
    await own.database.fill(1, 10);
    truncateSync(own.world.paths.database, 0);
    expect(await own.world.run('repair_database')).toMatchObject({ kind: 'failed' });
    expect(await own.world.run('restore_database')).toMatchObject({ kind: 'failed' });
    expect(statSync(own.world.paths.database).size).toBe(0);
    expect(() => createStore(own.world.paths.database)).toThrow('is empty');
  });
});
