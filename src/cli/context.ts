/** What every command gets: where it is, what it may know, where it writes. Built once, in main.ts. */
import type { HomePaths } from '../../contracts/paths.ts';
import type { CliSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';
import type { Texts } from './texts/index.ts';

export type Context = {
  paths: HomePaths;
  /** Folder that holds the built programs (`dist/`). */
  programs: string;
  version: string;
  /** What a person types to run this program: `nanoclaw` when installed, `npx nanoclaw` in a checkout. */
  command: string;
  settings: CliSettings;
  /** The process environment, for children and for the doctor. */
  environment: NodeJS.ProcessEnv;
  texts: Texts;
  terminal: Terminal;
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
};
