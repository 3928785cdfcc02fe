import { expect, it } from 'vitest';
import { readContainerConfig } from '../../contracts/container-config.ts';
import { threadsFor, threadsGate } from './build.ts';
import type { ThreadsTokens } from './tokens.ts';

/** Folder, its stored configuration → whether its agents reach Threads. */
it.each<[string, string | null, boolean]>([
  ['threads', null, true],
  ['threads', '{}', true],
  ['threads', '{"threads":false}', false],
  ['threads', '{"threads":"yes"}', false],
  ['main', null, false],
  ['team', '{"threads":true}', true],
])('The group %s with the configuration %s reaches Threads: %s', async (folder, text, does) => {
  const tokens: Pick<ThreadsTokens, 'current'> = { current: () => 'secret' };
  const settings = { THREADS_API_URL: 'https://graph.threads.net' };
  const gate = threadsGate(settings, tokens, { read: () => readContainerConfig(text) });
  expect((await threadsFor(folder, gate)).kind).toBe(does ? 'http' : 'refused');
});
