import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PERSONA_CHARACTERS, readPersona } from './persona.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nanoclaw-persona-'));
  for (const folder of ['global', 'team']) mkdirSync(join(root, folder));
});
afterEach(() => rmSync(root, { recursive: true }));

const put = (folder: string, text: string) => writeFileSync(join(root, folder, 'CLAUDE.md'), text);
const read = () => readPersona({ group: (folder) => join(root, folder) }, 'team');

it('is the memory of all groups, then the group’s own', async () => {
  put('global', '# 폴\n존댓말을 써요.\n');
  put('team', '# team\nAnswer in English.\n');
  expect(await read()).toBe('# 폴\n존댓말을 써요.\n\n# team\nAnswer in English.');
});

it('is nothing where there is no memory', async () => {
  expect(await read()).toBe('');
});

it('is the beginning of a long one, cut at the end of a line, whatever its script', async () => {
  put('team', `반말을 써.\n${'긴 기록이 이어진다 '.repeat(2000)}`);
  expect(await read()).toBe('반말을 써.');
  put('team', '한 줄\n'.repeat(PERSONA_CHARACTERS));
  expect((await read()).length).toBeLessThanOrEqual(PERSONA_CHARACTERS);
  expect(await read()).toMatch(/^(?:한 줄\n)+한 줄$/u);
});

it('does not follow a link that an agent put there', async () => {
  writeFileSync(join(root, 'secret'), 'THREADS_ACCESS_TOKEN=1');
  symlinkSync(join(root, 'secret'), join(root, 'team', 'CLAUDE.md'));
  expect(await read()).toBe('');
});
