/** The agent containers of one installation, and no others, through the engine's own command. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LABEL } from '../../container/spec.ts';
import type { Installation } from '../e2e/installation.ts';

const run = promisify(execFile);
const LIMIT_MS = 30_000;

export async function docker(...args: string[]): Promise<string> {
  return (await run('docker', args, { timeout: LIMIT_MS })).stdout;
}

/** @returns their ids */
export async function containersOf({ paths }: Installation): Promise<string[]> {
  const { id } = JSON.parse(readFileSync(join(paths.data, 'installation.json'), 'utf8')) as { id: string };
  const out = await docker('ps', '--quiet', '--filter', `label=${LABEL.installation}=${id}`);
  return out.split('\n').filter((line) => line !== '');
}

/** Resident memory of all processes in a container, MiB; 0 when it is gone. */
export async function containerRss(container: string): Promise<number> {
  const out = await docker('top', container, '-eo', 'pid,rss').catch(() => '');
  const lines = out.split('\n').slice(1);
  return lines.reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[1] ?? 0), 0) / 1024;
}
