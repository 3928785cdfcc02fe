/** The packages that stay outside the orchestrator's bundle are on disk; a running one has them loaded, a start needs them. */
import { join } from 'node:path';
import type { Probe } from './codes.ts';

const INTERVAL_MS = 60_000;

/** Kept outside by scripts/build.mjs and needed at the start. */
const NEEDED = ['better-sqlite3', 'dockerode', '@slack/bolt', 'discord.js'] as const;

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
        missing.length === 0 ? 'all packages are there' : `gone: ${missing.join(', ')}. Run: npm ci`;
      return [
        { code: 'packages_missing', target: null, state: missing.length === 0 ? 'good' : 'bad', detail },
      ];
    },
  };
}
