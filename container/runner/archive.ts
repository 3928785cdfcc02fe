/**
 * Keeps a conversation before Claude Code compacts it: `conversations/<date>-<what it began with>.md` in the group's
 * folder, and a line in `conversations/index.md`. A later session, or a person, finds there what was said.
 *
 * Invariants: an archive is never overwritten; whatever fails, the compaction goes on.
 */
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HookCallback } from '@anthropic-ai/claude-agent-sdk';
import type { Log } from './ports.ts';
import { readTranscript, type Said } from './transcript.ts';

export type ArchiveOptions = {
  groupDir: string;
  assistantName: string;
  now(): Date;
  log: Log;
};

/** Longest title, characters: in Korean three bytes each, far below the 255 a file name may have. */
const TITLE_LIMIT = 50;
/** Conversations of one day that began with the same words. */
const MOST_ALIKE = 1000;

/** For the SDK's hook `PreCompact`. */
export function archiveBeforeCompaction(options: ArchiveOptions): HookCallback {
  return async (input) => {
    try {
      if (input.hook_event_name === 'PreCompact') await archive(input.transcript_path, options);
    } catch (error) {
      // Only the kind of error: its text may hold a path made of somebody's words.
      const kind = (error as NodeJS.ErrnoException).code ?? (error as Error).name;
      options.log('archive_failed', { kind });
    }
    return {};
  };
}

async function archive(transcript: string, options: ArchiveOptions): Promise<void> {
  const said = readTranscript(await readFile(transcript, 'utf8'));
  if (said.length === 0) return;
  const folder = join(options.groupDir, 'conversations');
  await mkdir(folder, { recursive: true });
  const date = options.now().toLocaleDateString('sv-SE'); // YYYY-MM-DD in the agent's time zone
  const title = titleOf(said);
  const file = await writeNew(folder, `${date}-${slugOf(title)}`, render(said, title, options));
  await appendFile(join(folder, 'index.md'), `- [${date} ${title.replace(/[[\]]/gu, ' ')}](${file})\n`);
  options.log('archived', { messages: said.length });
}

async function writeNew(folder: string, name: string, text: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const file = count === 1 ? `${name}.md` : `${name}-${count}.md`;
    try {
      await writeFile(join(folder, file), text, { flag: 'wx' });
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || count === MOST_ALIKE) throw error;
    }
  }
}

function render(said: readonly Said[], title: string, { assistantName }: ArchiveOptions): string {
  const parts = said.map(({ who, time, text }) => {
    const speaker = `**${who ?? assistantName}**${time === null ? '' : ` (${time})`}`;
    return `${speaker}: ${text}`;
  });
  return `${[`# ${title}`, ...parts].join('\n\n')}\n`;
}

/** The first words that a person said. */
function titleOf(said: readonly Said[]): string {
  const first = said.find(({ who }) => who !== null) ?? said[0];
  const line = (first?.text ?? '').replace(/\s+/gu, ' ').trim();
  return [...line].slice(0, TITLE_LIMIT).join('');
}

/** Letters and digits of every script; everything else becomes one dash. */
function slugOf(title: string): string {
  const slug = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/gu, '');
  return slug === '' ? 'conversation' : slug;
}
