/** Reading `.env`: both processes must see the same values in it. */
import { parseEnv } from 'node:util';

export type EnvFile = {
  values: Record<string, string>;
  /** Lines that are no `NAME=value`, each as one sentence; the other lines still count. */
  problems: string[];
};

/** Put behind the text, so that its last line too has a next one to be glued to. */
const END = 'END_OF_THE_FILE';
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The values of a `.env` text. An inline `# comment` is no part of a value, quotes are taken off, `export` may
 * stand before a name.
 */
export function parseEnvFile(text: string): EnvFile {
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const [key, value] of Object.entries(parseEnv(`${text}\n${END}=`))) {
    // Node's parser glues a line without `=` to the name on the next line.
    const lines = key.split('\n');
    const name = (lines.pop() ?? '').trim();
    for (const line of lines) problems.push(`line ${lineNumber(text, line)} is not NAME=value`);
    if (!NAME.test(name))
      problems.push(`line ${lineNumber(text, name)} does not begin with a setting's name`);
    else if (value !== undefined && name !== END) values[name] = value;
  }
  return { values, problems };
}

/** Where a line stands, from 1. Its text is never repeated: it may be a secret that was pasted without its name. */
function lineNumber(text: string, part: string): number {
  return text.split('\n').findIndex((line) => line.trimStart().startsWith(part.trim())) + 1;
}

/** What to put before a complaint about a setting, such as `.env line 3: `; empty when it is not set in this text. */
export function whereSet(text: string, name: string): string {
  const sets = new RegExp(`^\\s*(export\\s+)?${name}\\s*=`);
  const index = text.split('\n').findLastIndex((line) => sets.test(line));
  return index === -1 ? '' : `.env line ${index + 1}: `;
}
