/** The package that stays outside the orchestrator's bundle is on disk; a running one has it loaded, a start needs it. */
import { join } from 'node:path';
import type { Probe } from './codes.ts';

const INTERVAL_MS = 60_000;

/** Kept outside by scripts/build.mjs, since they are native, and needed at the start. */
const NEEDED = ['better-sqlite3'] as const;

export type ModulesParts = {
  /** The installation's `node_modules`. */
  folder: string;
  isThere(path: string): boolean;
};

export function modulesProbe({ folder, isThere }: ModulesParts): Probe {
  return {
    name: 'modules',
    intervalMs: INTERVAL_MS,
    async look() {
      const missing = NEEDED.filter((name) => !isThere(join(folder, name, 'package.json')));
      const detail =
        missing.length === 0 ? 'every package is there' : `gone: ${missing.join(', ')}. Run: npm ci`;
      return [
        { code: 'packages_missing', target: null, state: missing.length === 0 ? 'good' : 'bad', detail },
      ];
    },
  };
}
