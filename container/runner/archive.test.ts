import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { archiveBeforeCompaction } from './archive.ts';

let folder: string;
let logged: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
  logged = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function compact(lines: readonly object[]): Promise<unknown> {
  const transcript_path = join(folder, 'session.jsonl');
  writeFileSync(transcript_path, lines.map((line) => JSON.stringify(line)).join('\n'));
  const hook = archiveBeforeCompaction({
    groupDir: folder,
    assistantName: '폴',
    now: () => new Date(2026, 2, 1, 9),
    log: (event) => logged.push(event),
  });
  const input = { hook_event_name: 'PreCompact', trigger: 'auto', custom_instructions: null } as const;
  const place = { session_id: 's', transcript_path, cwd: folder };
  return hook({ ...input, ...place }, undefined, { signal: new AbortController().signal });
}

const ask = (text: string) => ({
  type: 'user',
  message: { content: `<message sender="Kim" time="09:00">${text}</message>` },
});
const reply = { type: 'assistant', message: { content: [{ type: 'text', text: '여기 있어요.' }] } };
const kept = (name: string) => readFileSync(join(folder, 'conversations', name), 'utf8');

it('keeps what was said under its date and first words, and lists it', async () => {
  await expect(compact([ask('지난주 회의록 [v2]?'), reply])).resolves.toEqual({});
  const name = '2026-03-01-지난주-회의록-v2.md';
  expect(kept(name)).toBe(
    '# 지난주 회의록 [v2]?\n\n**Kim** (09:00): 지난주 회의록 [v2]?\n\n**폴**: 여기 있어요.\n',
  );
  expect(kept('index.md')).toBe(`- [2026-03-01 지난주 회의록  v2 ?](${name})\n`);
});

it('never overwrites a conversation that began alike', async () => {
  for (const _ of [1, 2]) await compact([ask('hello'), reply]);
  expect(readdirSync(join(folder, 'conversations')).sort()).toEqual([
    '2026-03-01-hello-2.md',
    '2026-03-01-hello.md',
    'index.md',
  ]);
});

it.each([
  ['../../etc/passwd', '2026-03-01-etc-passwd.md'],
  ['🎉🎉', '2026-03-01-conversation.md'],
  ['x'.repeat(500), `2026-03-01-${'x'.repeat(50)}.md`],
])('makes a plain file name of %s', async (words, name) => {
  await compact([ask(words)]);
  expect(readdirSync(join(folder, 'conversations'))).toContain(name);
});

it('writes nothing when nothing was said', async () => {
  await compact([]);
  expect(readdirSync(folder)).toEqual(['session.jsonl']);
});

it('lets the compaction go on when it can’t write, and says so without a word of anybody', async () => {
  writeFileSync(join(folder, 'conversations'), 'a file is in the way');
  await expect(compact([ask('hello')])).resolves.toEqual({});
  expect(logged).toEqual(['archive_failed']);
});
