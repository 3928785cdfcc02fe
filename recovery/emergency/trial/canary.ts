/**
 * The canary: one question that goes the whole way (chat, store, agent in its sandbox, model, delivery) after a fix was
 * found well by looks. It is asked in a local chat of its own, which exists only meanwhile: nobody else sees it, it
 * takes a turn like any other, reaches nothing outside, and may cost cents.
 *
 * What the fix cannot be blamed for (no model, no sandbox) is no verdict.
 */
import type { Readiness } from '../../../contracts/health.ts';
import { localMessageSchema } from '../../../contracts/local-chat.ts';
import type { Clock } from '../../../supervisor/ports/clock.ts';

export const CANARY_CHAT = 'repair-check';
const JID = `local:${CANARY_CHAT}`;
const SENDER = 'nanoclaw repair check';

const LOOK_EVERY_MS = 300;
/** For putting the chat away, whatever came of the question. */
const CLEAR_LIMIT_MS = 15_000;

export type CanaryAnswer = { kind: 'answered' | 'silent' | 'not_asked'; detail: string };

/** One call of the control socket. @throws when nobody answers there */
export type CallControl = (
  ask: { method: 'GET' | 'POST' | 'PUT' | 'DELETE'; path: string; body?: object },
  signal: AbortSignal,
) => Promise<{ status: number; value: unknown }>;

export type CanaryParts = { call: CallControl; clock: Clock; newToken: () => string; limitSeconds: number };

/** @param readiness what the process said of itself in the last look */
export async function askCanary(
  parts: CanaryParts,
  readiness: Readiness | null,
  signal: AbortSignal,
): Promise<CanaryAnswer> {
  const obstacle = whyNotAsked(readiness);
  if (obstacle !== null) return { kind: 'not_asked', detail: obstacle };
  const since = parts.clock.now().mono;
  try {
    const answered = await askAndWait(parts, signal);
    const seconds = ((parts.clock.now().mono - since) / 1000).toFixed(1);
    if (answered) return { kind: 'answered', detail: `a test question was answered after ${seconds} s` };
    return { kind: 'silent', detail: `a test question had no answer within ${parts.limitSeconds} s` };
  } catch (error) {
    return { kind: 'silent', detail: `a test question could not be asked: ${String(error)}` };
  } finally {
    await clear(parts);
  }
}

function whyNotAsked(readiness: Readiness | null): string | null {
  const components = readiness?.components ?? [];
  if (!components.some(({ name }) => name === 'channel:local')) return 'there is no local chat to ask in';
  const missing = components.find(
    ({ name, state }) =>
      (name === 'model' || name.startsWith('sandbox:')) && state !== 'ok' && state !== 'degraded',
  );
  return missing === undefined ? null : `${missing.name} is ${missing.state}`;
}

/** The order a group needs: no internet, little thought, a bound on what it may cost. */
const GROUP = {
  ...{ jid: JID, name: SENDER, folder: CANARY_CHAT, requiresTrigger: false },
  container: { egress: { policy: 'none' }, effort: 'low', budget: { usdPerDay: 1 } },
};

async function askAndWait(parts: CanaryParts, signal: AbortSignal): Promise<boolean> {
  const { call, clock, newToken, limitSeconds } = parts;
  const until = clock.now().mono + limitSeconds * 1000;
  const word = `canary-${newToken().slice(0, 12)}`;
  const text = `Automatic check after a repair. Answer with this word alone: ${word}`;
  await accepted(call({ method: 'PUT', path: '/groups', body: GROUP }, signal));
  const post = { id: word, chat: CANARY_CHAT, sender: SENDER, text };
  await accepted(call({ method: 'POST', path: '/local/messages', body: post }, signal));
  while (!signal.aborted && clock.now().mono < until) {
    if (await hasAnswer(call, word, signal)) return true;
    await new Promise<void>((resolve) => clock.after(LOOK_EVERY_MS, resolve));
  }
  return false;
}

/** Words alone: "that went wrong" is an answer to people and none to this. */
async function hasAnswer(call: CallControl, word: string, signal: AbortSignal): Promise<boolean> {
  const { value } = await call({ method: 'GET', path: `/local/messages?chat=${CANARY_CHAT}` }, signal);
  const messages = localMessageSchema.array().safeParse(value).data ?? [];
  return messages.some(
    ({ direction, answers, text }) => direction === 'out' && answers.includes(word) && text.includes(word),
  );
}

async function accepted(answer: ReturnType<CallControl>): Promise<void> {
  const { status } = await answer;
  if (status >= 300) throw new Error(`HTTP ${status}`);
}

/** What is left where the process is gone goes with the database that is put back, or is nothing but an empty chat. */
async function clear({ call }: CanaryParts): Promise<void> {
  const signal = AbortSignal.timeout(CLEAR_LIMIT_MS);
  const folder = { folder: CANARY_CHAT };
  await call({ method: 'POST', path: '/remedies/stop-agent', body: folder }, signal).catch(() => null);
  await call({ method: 'DELETE', path: `/groups?jid=${JID}` }, signal).catch(() => null);
}
