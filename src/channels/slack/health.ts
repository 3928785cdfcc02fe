/** What the Slack channel says of itself, with what to do. Pure. */
import type { ComponentHealth } from '../../../contracts/health.ts';
import type { ConnectionState } from './connection.ts';
import { describeFailure, type Failure } from './failure.ts';

export type SlackCondition = {
  /** Why the client library can't be used; null when it can. */
  broken: string | null;
  /** Slack's reasons for refusing the bot's token; null while it is good. */
  refusal: string | null;
  connection: ConnectionState;
  missingScopes: readonly string[];
  /** Chats whose history is still to be read: nothing of them is heard until then. */
  behind: number;
};

/** Scopes for names of chats, files and the sign while working; no message is lost without them. */
const EXTRAS: ReadonlySet<string> = new Set([
  ...['reactions:write', 'channels:read', 'groups:read', 'im:read', 'mpim:read', 'files:read', 'files:write'],
]);

type Judgement = Pick<ComponentHealth, 'state' | 'reason' | 'signal'>;

/** No new connection cures it: a person is called at once. */
const REFUSED = { state: 'failed', signal: 'channel_refused' } as const;
/** The address of a connection is asked of the Web API: when that gives no answer, there is no Slack at all. */
const SILENT = { state: 'failed', signal: 'platform_down' } as const;
const FAILURES: Readonly<Record<Failure['kind'], Omit<Judgement, 'reason'>>> = {
  ...{ refused: REFUSED, unreachable: SILENT, lost: SILENT, rate_limited: { state: 'failed' } },
};

export function judgeHealth(condition: SlackCondition): ComponentHealth {
  return { name: 'channel:slack', required: false, ...judge(condition) };
}

function judge(condition: SlackCondition): Judgement {
  const { broken, refusal, connection, missingScopes, behind } = condition;
  if (broken !== null) return { state: 'failed', reason: `${broken}; run npm ci` };
  if (refusal !== null) {
    const reason = `Slack refuses SLACK_BOT_TOKEN (${refusal}): set the Bot User OAuth Token (xoxb-…) and restart`;
    return { ...REFUSED, reason };
  }
  switch (connection.kind) {
    case 'connecting':
      return { state: 'starting', reason: 'connecting to Slack' };
    case 'waiting':
      return { ...FAILURES[connection.failure.kind], reason: whyNotConnected(connection) };
    case 'deaf':
      return deaf(connection.ms);
    case 'connected':
      return withNote(connected(missingScopes), behind);
  }
}

function withNote({ reason, ...judgement }: Judgement, behind: number): Judgement {
  const note = behind > 0 ? `; reading missed messages (chats: ${behind})` : '';
  return { ...judgement, reason: `${reason}${note}` };
}

function whyNotConnected({ failure }: Extract<ConnectionState, { kind: 'waiting' }>): string {
  const said = describeFailure(failure);
  if (failure.kind !== 'refused') return `${said}; trying again`;
  return `Slack refuses SLACK_APP_TOKEN (${said}): set an App-Level Token (xapp-…) with connections:write and restart`;
}

function deaf(ms: number): Judgement {
  const reason = `connected but nothing heard from Slack for ${Math.round(ms / 1000)} s (pings included)`;
  return { state: 'degraded', reason: `${reason}; connecting again soon`, signal: 'channel_deaf' };
}

function connected(missing: readonly string[]): Judgement {
  const names = missing.join(', ');
  if (missing.length === 0) return { state: 'ok', reason: 'connected (Socket Mode)' };
  if (missing.every((scopes) => scopes.split(',').every((scope) => EXTRAS.has(scope)))) {
    return {
      state: 'ok',
      reason: `connected (Socket Mode); names, files or the sign while working need ${names}`,
    };
  }
  return {
    state: 'degraded',
    reason: `connected, but the bot lacks scopes: ${names}; add them to the Slack app`,
  };
}
