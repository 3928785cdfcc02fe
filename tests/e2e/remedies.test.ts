/** The orders and exits that the remedies rest on, given to and taken by a real orchestrator. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTROL_PATHS } from '../../contracts/control.ts';
import { EXIT } from '../../contracts/exit-codes.ts';
import { call, say } from '../world/anthropic-script.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';
import { until } from './until.ts';

const INDEX = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const PAGE_BYTES = 4096;

let world: World;
let installation: Installation;

beforeAll(async () => {
  world = await startWorld();
  installation = await createInstallation({ world, env: { NANOCLAW_SANDBOX: 'docker' } });
  installation.start();
  await installation.up();
});
afterAll(async () => {
  await installation?.stop();
  await world?.stop();
});

const replies = () => {
  const db = new Database(installation.paths.database, { readonly: true });
  try {
    return db.prepare("SELECT text FROM local_messages WHERE direction = 'out'").pluck().all();
  } finally {
    db.close();
  }
};

describe('an agent that is stuck in its turn', () => {
  it('is stopped by an order, and its mention is answered once by the next agent', async () => {
    let asked = 0;
    world.anthropic.script.match((request) => {
      if (!JSON.stringify(request.messages).includes('@폴 hang')) return null;
      asked += 1;
      return asked === 1
        ? call('Bash', { command: 'sleep 600', description: 'hang' })
        : say('the second try');
    });
    const answer = installation.cli('chat', '--once', '@폴 hang');
    await until(
      () => asked > 0,
      30,
      () => 'the turn never began',
    );
    expect(await installation.order('POST', CONTROL_PATHS.stopAgent, { folder: 'main' })).toBe(200);
    expect((await answer).stdout.trim()).toBe('the second try');
    expect(replies()).toEqual(['the second try']);
    expect(await installation.order('POST', CONTROL_PATHS.reconnectChannel, { channel: 'irc' })).toBe(404);
  });
});

describe('a database that was damaged while nobody looked', () => {
  /** Runs the orchestrator until it ends by itself. */
  const exitCode = () =>
    new Promise<number | null>((resolve) => {
      spawn(process.execPath, [INDEX], { env: installation.env, stdio: 'ignore' }).once('close', resolve);
    });

  it('ends a start with a code of its own, is repaired by one command, and serves again', async () => {
    await installation.halt();
    const { database } = installation.paths;
    truncateSync(database, statSync(database).size - PAGE_BYTES);
    expect(await exitCode()).toBe(EXIT.database);
    expect(await installation.cli('db', 'repair')).toMatchObject({ code: EXIT.ok });

    installation.start();
    await installation.up();
    const { stdout } = await installation.cli('chat', '--once', '@폴 still there?');
    expect(stdout.trim()).not.toBe('');
  });

  it('that lost its first page is restored from the backup', async () => {
    expect(await installation.cli('backup')).toMatchObject({ code: EXIT.ok });
    expect((await installation.cli('restore', '--newest')).code).toBe(EXIT.alreadyRunning);
    await installation.halt();
    const fd = openSync(installation.paths.database, 'r+');
    writeSync(fd, Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, 0);
    closeSync(fd);
    expect(await exitCode()).toBe(EXIT.database);
    expect((await installation.cli('db', 'repair')).code).toBe(EXIT.failure);
    expect(await installation.cli('restore', '--newest')).toMatchObject({ code: EXIT.ok });
    expect(replies().at(0)).toBe('the second try');
    installation.start();
    await installation.up();
    const { stdout } = await installation.cli('chat', '--once', '@폴 and now?');
    expect(stdout.trim()).not.toBe('');
  });
});
