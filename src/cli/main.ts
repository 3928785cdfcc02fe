#!/usr/bin/env node
/**
 * Entry of the command `nanoclaw`: reads the environment, builds what the commands need, runs one, sets the exit
 * code. Each command's module is loaded only when it runs, so that `--help` and `status` start fast.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../../contracts/exit-codes.ts';
import { homePaths } from '../../contracts/paths.ts';
import type { Context } from './context.ts';
import { CliError, reasonOf } from './errors.ts';
import { runProgram } from './program.ts';
import { readCliSettings } from './settings.ts';
import { createTerminal } from './terminal.ts';
import { textsFor } from './texts/index.ts';

/** The built file lies in `dist/`; the checkout around it is the default home. */
const programs = dirname(fileURLToPath(import.meta.url));

function contextFor(home: string): Context {
  const paths = homePaths(resolve(home));
  const settings = readCliSettings(readIfThere(paths.env), process.env);
  return {
    paths,
    programs,
    command: commandName(process.argv[1] ?? ''),
    version: process.env.NANOCLAW_VERSION ?? '0.0.0',
    settings,
    environment: process.env,
    texts: textsFor(settings.language),
    terminal: createTerminal(process.stdout, process.stderr, process.env),
    now: () => Date.now(),
  };
}

function commandName(program: string): string {
  const isInstalled = basename(program) === 'nanoclaw' && !program.includes('node_modules/.bin/');
  return isInstalled ? 'nanoclaw' : 'npx nanoclaw';
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // no .env is a normal home; an unreadable one is the doctor's to report
  }
}

function report(error: unknown): number {
  const known = error instanceof CliError;
  process.stderr.write(`nanoclaw: ${reasonOf(error)}\n`);
  if (!known && process.env.NANOCLAW_DEBUG) process.stderr.write(`${(error as Error).stack}\n`);
  return known ? error.exitCode : EXIT.failure;
}

// `nanoclaw logs | head` closes our stdout early; that is the reader's choice, not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failure);
});

const defaultHome = process.env.NANOCLAW_HOME || dirname(programs);
process.exitCode = await runProgram(process.argv.slice(2), defaultHome, contextFor).catch(report);
