/** How two `.env` texts differ, by the names of the settings alone: their values are secrets. */
import { parseEnvFile } from '../../contracts/env-file.ts';

/** What a setting's name looks like; anything else may be a secret that was pasted without one. */
const NAME = /^[A-Z][A-Z0-9_]{1,40}$/;

/** Such as `changed: TZ; only in the broken one: FOO; 1 line that is no setting`. */
export function describeChanges(brokenText: string, goodText: string): string {
  const broken = parseEnvFile(brokenText);
  const good = parseEnvFile(goodText).values;
  const names = [...new Set([...Object.keys(broken.values), ...Object.keys(good)])].sort();
  const known = names.filter((name) => NAME.test(name));
  const strange = names.length - known.length + broken.problems.length;
  const parts = [
    list(
      'changed',
      known.filter((name) => differs(broken.values[name], good[name])),
    ),
    list(
      'only in the broken one',
      known.filter((name) => good[name] === undefined),
    ),
    list(
      'only in the good one',
      known.filter((name) => broken.values[name] === undefined),
    ),
    strange === 0 ? null : `${strange} ${strange === 1 ? 'line that is' : 'lines that are'} no setting`,
  ];
  return parts.filter((part) => part !== null).join('; ') || 'no setting differs';
}

function differs(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

function list(title: string, names: readonly string[]): string | null {
  return names.length === 0 ? null : `${title}: ${names.join(', ')}`;
}
