/**
 * Who the assistant is in a group, for the light model: the beginning of the memory that all groups share and of the
 * group's own, which its agent reads whole. Agents write these files: they are opened without following links, and
 * what can't be read is left out.
 */
import type { HomePaths } from '../../../contracts/paths.ts';
import { openToRead } from '../../files/beneath.ts';

/** Of each memory; who one is and how one speaks stands at its top. */
export const PERSONA_CHARACTERS = 2000;
/** A character of UTF-8 has four bytes at most. */
const BYTES = PERSONA_CHARACTERS * 4;

/** The group's own comes last: it is the nearer one. */
export async function readPersona(paths: Pick<HomePaths, 'group'>, folder: string): Promise<string> {
  const both = await Promise.all(['global', folder].map((name) => readBeginning(paths.group(name))));
  return both.filter((text) => text !== '').join('\n\n');
}

async function readBeginning(folder: string): Promise<string> {
  try {
    const file = await openToRead(folder, 'CLAUDE.md');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(BYTES), 0, BYTES, 0);
      return wholeLines(buffer.toString('utf8', 0, bytesRead), bytesRead === BYTES);
    } finally {
      await file.close();
    }
  } catch {
    return ''; // none there, or not a plain file: the answer does without
  }
}

/** Half a sentence could say the opposite. */
function wholeLines(text: string, isCut: boolean): string {
  if (text.length <= PERSONA_CHARACTERS && !isCut) return text.trim();
  const beginning = text.slice(0, PERSONA_CHARACTERS);
  return beginning.slice(0, Math.max(0, beginning.lastIndexOf('\n'))).trim();
}
