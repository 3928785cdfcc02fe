import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTail } from './files.ts';
import { LogFollower } from './follow.ts';

let folder: string;
const file = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('following a log', () => {
  it('tells only what is added after the first look', async () => {
    writeFileSync(file('nanoclaw.1.log'), 'old\n');
    const follower = new LogFollower(folder, 'orchestrator');
    expect(await follower.look()).toEqual([]);
    appendFileSync(file('nanoclaw.1.log'), 'new\n');
    expect(await follower.look()).toEqual(['new']);
  });

  it('goes on over a rotation to a new file and over a rename', async () => {
    writeFileSync(file('nanoclaw.log'), 'old\n');
    const follower = new LogFollower(folder, 'orchestrator');
    await follower.look();
    appendFileSync(file('nanoclaw.log'), 'last of the old file\n');
    renameSync(file('nanoclaw.log'), file('nanoclaw.1.log'));
    writeFileSync(file('nanoclaw.log'), 'first of the new file\n');
    expect((await follower.look()).sort()).toEqual(['first of the new file', 'last of the old file']);
  });

  it('reads a file that was cut from its beginning', async () => {
    writeFileSync(file('supervisor.log'), 'one\ntwo\n');
    const follower = new LogFollower(folder, 'supervisor');
    await follower.look();
    writeFileSync(file('supervisor.log'), 'a\n');
    expect(await follower.look()).toEqual(['a']);
  });

  it('never splits a character or a line that is written in pieces', async () => {
    const follower = new LogFollower(folder, 'orchestrator');
    await follower.look();
    const bytes = Buffer.from('폴\n');
    writeFileSync(file('nanoclaw.log'), bytes.subarray(0, 2));
    expect(await follower.look()).toEqual([]);
    appendFileSync(file('nanoclaw.log'), bytes.subarray(2));
    expect(await follower.look()).toEqual(['폴']);
  });
});

describe('the last lines of a log', () => {
  it('are taken across rotated files, oldest first', async () => {
    writeFileSync(file('nanoclaw.1.log'), '1\n2\n');
    await new Promise((resolve) => setImmediate(resolve));
    writeFileSync(file('nanoclaw.2.log'), '3\n');
    expect(await readTail(folder, 'orchestrator', 2)).toEqual(['2', '3']);
  });
});
