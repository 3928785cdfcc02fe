import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileUnavailableError } from '../channels/channel.ts';
import type { InboundFile, StoredMessage } from '../store/journal.ts';
import { Inbox } from './inbox.ts';
import { FILE_LIMIT, safeName } from './limits.ts';

let group = '';
beforeEach(() => {
  group = mkdtempSync(join(tmpdir(), 'inbox-'));
});
afterEach(() => rmSync(group, { recursive: true, force: true }));

const message = (...files: InboundFile[]): StoredMessage => ({
  ...{ seq: 7, id: 'm', thread: null, senderName: 'kim', content: '', timestamp: '', asks: 1 },
  files,
});

function inboxOf(open: (file: InboundFile) => Readable) {
  return new Inbox({
    groupPath: () => group,
    open: async (_jid, file) => open(file),
    log: pino({ level: 'silent' }),
  });
}

it('brings a file into the group’s folder and says where the agent finds it', async () => {
  const inbox = inboxOf(() => Readable.from([Buffer.from('ab'), Buffer.from('c')]));
  const found = await inbox.fetch('main', 'C1', [message({ ref: 'f', name: '보고서.txt', bytes: 3 })]);
  expect(found.get(7)).toEqual([{ name: '보고서.txt', path: '/workspace/group/inbox/7/보고서.txt' }]);
  expect(readFileSync(join(group, 'inbox/7/보고서.txt'), 'utf8')).toBe('abc');
});

it('gives a turn that is run again a fresh copy', async () => {
  const inbox = inboxOf(() => Readable.from([Buffer.from('a')]));
  const asked = [message({ ref: 'f', name: 'a.txt', bytes: 1 })];
  await inbox.fetch('main', 'C1', asked);
  const again = await inbox.fetch('main', 'C1', asked);
  expect(again.get(7)).toEqual([{ name: 'a.txt', path: '/workspace/group/inbox/7-2/a.txt' }]);
});

it('tells files of one name apart, and has room for them however often their turn is run again', async () => {
  const inbox = inboxOf(() => Readable.from([Buffer.from('a')]));
  const pasted = message(...['1', '2', '3'].map((ref) => ({ ref, name: 'image.png', bytes: 1 })));
  const first = await inbox.fetch('main', 'C1', [pasted]);
  expect(first.get(7)?.map(({ name }) => name)).toEqual(['image.png', 'image-2.png', 'image-3.png']);
  for (let attempt = 2; attempt < 20; attempt += 1) await inbox.fetch('main', 'C1', [pasted]);
  const last = await inbox.fetch('main', 'C1', [pasted]);
  expect(last.get(7)?.every((file) => 'path' in file)).toBe(true);
});

it('says why a file is not there, and goes on with the others', async () => {
  const inbox = inboxOf((file) => {
    if (file.ref === 'gone') throw new FileUnavailableError('it was deleted');
    return Readable.from([Buffer.from('a')]);
  });
  const gone = { ref: 'gone', name: 'x', bytes: null };
  const big = { ref: 'big', name: 'y', bytes: FILE_LIMIT + 1 };
  const found = await inbox.fetch('main', 'C1', [message(gone, big, { ref: 'ok', name: 'z', bytes: null })]);
  expect(found.get(7)).toEqual([
    { name: 'x', unavailable: 'it was deleted' },
    { name: 'y', unavailable: 'it is larger than 25 MB' },
    { name: 'z', path: '/workspace/group/inbox/7/z' },
  ]);
});

it('ends a file that is larger than it said', async () => {
  const chunk = Buffer.alloc(1024 * 1024);
  const inbox = inboxOf(() => Readable.from(Array.from({ length: 26 }, () => chunk)));
  const found = await inbox.fetch('main', 'C1', [message({ ref: 'f', name: 'a', bytes: null })]);
  expect(found.get(7)).toEqual([{ name: 'a', unavailable: 'it is larger than 25 MB' }]);
});

it('writes nothing through a link that the agent left', async () => {
  symlinkSync(tmpdir(), join(group, 'inbox'));
  const inbox = inboxOf(() => Readable.from([Buffer.from('a')]));
  const found = await inbox.fetch('main', 'C1', [message({ ref: 'f', name: 'a', bytes: 1 })]);
  expect(found.get(7)).toEqual([{ name: 'a', unavailable: 'it could not be fetched' }]);
});

it.each([
  ['../../etc/passwd', 'passwd'],
  ['.bashrc', 'bashrc'],
  ['a\u0000b\n', 'ab'],
  ['', 'file'],
  ['한'.repeat(60), '한'.repeat(40)],
])('%j is kept as %j', (name, safe) => {
  expect(safeName(name)).toBe(safe);
});
