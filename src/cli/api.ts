/** The supervisor's HTTP API as the commands use it. */
import { readFile } from 'node:fs/promises';
import { EXIT } from '../../contracts/exit-codes.ts';
import type { SystemStatus } from '../../contracts/status.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { type Answer, request } from './http.ts';

/** The status is kept in memory over there: an answer that takes longer means it is in trouble. */
const ANSWER_TIMEOUT_MS = 3000;

export function pageAddress({ settings }: Context): string {
  const host = settings.pageHost.includes(':') ? `[${settings.pageHost}]` : settings.pageHost;
  return `http://${host}:${settings.pagePort}`;
}

/** Token for the API: the operator's own, else the one the supervisor wrote; null when there is none yet. */
export async function readToken({ settings, paths }: Context): Promise<string | null> {
  if (settings.token !== null) return settings.token;
  const text = await readFile(paths.apiToken, 'utf8').catch(() => ''); // none before the first start
  return text.trim() || null;
}

/** The page's address; the token rides in the fragment, which browsers never send to a server. */
export async function pageLink(context: Context, withToken: boolean): Promise<string> {
  const token = withToken ? await readToken(context) : null;
  const address = `${pageAddress(context)}/`;
  return token === null ? address : `${address}#token=${encodeURIComponent(token)}`;
}

/** @param body sent as JSON with a POST */
export async function askSupervisor(
  context: Context,
  method: 'GET' | 'POST',
  path: string,
  body: object = {},
): Promise<Answer> {
  const { pageHost, pagePort } = context.settings;
  const target = { host: pageHost, port: pagePort };
  const token = await readToken(context);
  const ask = { target, path, method, token, timeoutMs: ANSWER_TIMEOUT_MS };
  return request(method === 'POST' ? { ...ask, body } : ask);
}

/**
 * @throws UnreachableError when no supervisor answers
 * @throws CliError when what answers is no supervisor of ours
 */
export async function readStatus(context: Context): Promise<SystemStatus> {
  const { status, text } = await askSupervisor(context, 'GET', '/api/status');
  const { errors } = context.texts;
  if (status !== 200) throw new CliError(errors.notAJson(status), EXIT.failure);
  const parsed = parseStatus(text);
  if (parsed === null) throw new CliError(errors.badAnswer(pageAddress(context)), EXIT.failure);
  return parsed;
}

/** The contract's type when the answer has its outline; null when it doesn't. */
function parseStatus(text: string): SystemStatus | null {
  try {
    const value = JSON.parse(text) as Partial<SystemStatus> | null;
    return value?.service?.state && value.supervisor && value.pager ? (value as SystemStatus) : null;
  } catch {
    return null; // no JSON: some other program has the port
  }
}
