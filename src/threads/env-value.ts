/** Changing one value in a `.env` text: comments, order, blank lines and line ends stay as a person wrote them. */
import { readFileSync } from 'node:fs';
import { replaceFile } from '../files/replace-file.ts';

/** Name, then the value with or without quotes, then a comment with the blanks before it. */
const LINE =
  /^(\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=[ \t]*)("[^"]*"|'[^']*'|[^#\r]*?)([ \t]*(?:#[^\r]*)?\r?)$/;

/**
 * @param value holds no quotes, blanks or line ends, as tokens and ids do not
 * @returns the text with every line of that name changed, or with a line of its own at the end when there is none
 */
export function setEnvValue(text: string, name: string, value: string): string {
  let found = false;
  const lines = text.split('\n').map((line) => {
    const [, head, key, , tail] = LINE.exec(line) ?? [];
    if (key !== name) return line;
    found = true;
    return `${head}${value}${tail}`;
  });
  if (found) return lines.join('\n');
  const end = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${end}${name}=${value}\n`;
}

/** Does the same to a file, which may not be there yet. @throws the file system's error */
export function writeEnvValues(path: string, values: Readonly<Record<string, string>>): void {
  const before = readIfThere(path);
  const after = Object.entries(values).reduce(
    (text, [name, value]) => setEnvValue(text, name, value),
    before,
  );
  if (after !== before) replaceFile(path, after);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
