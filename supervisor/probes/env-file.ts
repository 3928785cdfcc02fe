/** The configuration file: it is there when one has worked before, whole, and closed to others. */
import { readFileSync, statSync } from 'node:fs';
import { parseEnvFile } from '../../contracts/env-file.ts';
import type { Probe, Sighting } from './codes.ts';

const INTERVAL_MS = 10_000;
const OTHERS = 0o077;

export type EnvFacts = { mode: number; text: string };

export type EnvParts = {
  /** Null when there is no `.env`. */
  read(): Promise<EnvFacts | null>;
  /** Whether a copy of one that worked is kept. */
  isKnownGoodKept(): boolean;
};

export function envProbe({ read, isKnownGoodKept }: EnvParts): Probe {
  return {
    name: 'env',
    intervalMs: INTERVAL_MS,
    async look() {
      const facts = await read();
      if (facts === null) return absent(isKnownGoodKept());
      return [sighting('missing', null, '.env is there'), openness(facts.mode), wholeness(facts.text)];
    },
  };
}

/** Everything in it is optional: a home that never had one is well. */
function absent(hadOne: boolean): Sighting[] {
  const none = 'there is no .env';
  const lost = sighting('missing', hadOne ? '.env is gone, and one has worked before' : null, none);
  return [lost, sighting('open', null, none), sighting('unreadable', null, none)];
}

function openness(mode: number): Sighting {
  const isOpen = (mode & OTHERS) !== 0;
  const text = (mode & 0o777).toString(8);
  return sighting('open', isOpen ? `.env is open to others (mode ${text})` : null, `.env has mode ${text}`);
}

function wholeness(text: string): Sighting {
  const { problems } = parseEnvFile(text);
  const problem = problems.length > 0 ? `.env: ${problems.join('; ')}` : null;
  return sighting('unreadable', problem, '.env can be read');
}

function sighting(target: string, problem: string | null, well: string): Sighting {
  const state = problem === null ? 'good' : 'bad';
  return { code: 'config_broken', target, state, detail: problem ?? well };
}

/**
 * Read in one go: five trips through the thread pool would cost ten times what this small file takes.
 * @returns null when it is not there @throws every other error of the disk
 */
export async function readEnvFacts(path: string): Promise<EnvFacts | null> {
  try {
    const { mode } = statSync(path);
    return { mode, text: readFileSync(path, 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
