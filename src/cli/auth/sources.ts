/** Where the commands of `nanoclaw auth` find what they work on. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../context.ts';

export function credentialsPath(): string {
  return join(homedir(), '.claude', '.credentials.json');
}

export function tokenUrl({ settings }: Context): string {
  return settings.values.CLAUDE_OAUTH_TOKEN_URL || 'https://platform.claude.com/v1/oauth/token';
}

export function threadsUrl({ settings }: Context): string {
  return settings.values.THREADS_API_URL || 'https://graph.threads.net';
}

/** A moment as a person reads it, in the local time zone. */
export function moment(ms: number): string {
  return new Date(ms).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' });
}
