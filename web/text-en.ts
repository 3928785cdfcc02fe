/** English words of the page. */
import type { ComponentHealth } from '../contracts/health.ts';
import type { Cause, IncidentEvent, Outcome, Tier } from '../contracts/incident.ts';
import type { ServiceState } from '../contracts/status.ts';
import type { WriteUnit } from './format.ts';
import type { Obstacle } from './state.ts';

const unit: WriteUnit = (amount, name) => `${amount} ${name}`;

const states: Record<ServiceState, string> = {
  starting: 'Starting',
  up: 'Up and answering',
  unhealthy: 'Unhealthy: it runs, but something does not work',
  down: 'Down: being restarted',
  draining: 'Draining: finishing its work before it stops',
  stopped: 'Stopped on purpose',
  paused: 'Paused: healing is switched off',
  held: 'Held: it needs a person',
};

const tiers: Record<Tier, { name: string; deed: string }> = {
  1: { name: 'Watchdog', deed: 'restarts at once' },
  2: { name: 'Health', deed: 'repairs the cause' },
  3: { name: 'Emergency', deed: 'diagnoses in a session' },
  4: { name: 'Page', deed: 'calls a person' },
};

const causes: Record<Cause, string> = {
  crash: 'crash',
  hang: 'hang',
  start_stuck: 'start stuck',
  not_ready: 'not ready',
  unreachable: 'unreachable',
  bad_config: 'wrong configuration',
  port_in_use: 'port in use',
  unanswered: 'message unanswered',
  store_broken: 'database broken',
  sandbox_down: 'no agents',
  channel_down: 'channel disconnected',
  channel_deaf: 'channel deaf',
  channel_degraded: 'channel limited',
  channel_refused: 'token refused',
  delivery_stuck: 'delivery stuck',
  model_down: 'model down',
  docker_down: 'Docker down',
  image_missing: 'image missing',
  platform_down: 'platform down',
  network_down: 'no network',
  copilot_down: 'copilot-api down',
  sign_in_expired: 'sign-in expired',
  sign_in_revoked: 'sign-in revoked',
  credit_spent: 'credit spent',
  disk_full: 'disk full',
  disk_low: 'disk nearly full',
  memory_leak: 'memory growing',
  config_broken: 'settings broken',
  clock_wrong: 'clock wrong',
};

const outcomes: Record<Outcome, string> = {
  success: 'healed',
  self_healed: 'came back by itself',
  failed: 'a person had to help',
};

const componentStates: Record<ComponentHealth['state'], string> = {
  ok: 'works',
  starting: 'starting',
  degraded: 'works with less',
  failed: 'does not work',
  off: 'off',
};

const events: Record<IncidentEvent['type'], string> = {
  opened: 'Opened',
  evidence: 'Seen',
  decided: 'Decided',
  acted: 'Done',
  verified: 'Checked',
  paged: 'Person called',
  acknowledged: 'Acknowledged',
  closed: 'Closed',
};

const obstacles: Record<Obstacle, string> = {
  'no-token': 'waiting: a token is needed',
  'no-contact': 'waiting: no contact with the supervisor',
  restarting: 'waiting: service restarting',
  stopped: 'waiting: the service is stopped',
  held: 'waiting: the service needs a person',
};

export const en = {
  unit,
  states,
  tiers,
  causes,
  outcomes,
  componentStates,
  events,
  obstacles,
  ago: (age: string) => `${age} ago`,
  justNow: 'just now',
  none: '–',
  connecting: 'Connecting to the supervisor',
  lost: 'No contact with the supervisor',
  lostSeen: 'The supervisor was last seen',
  lostNever: 'The supervisor has not answered yet.',
  lostTrying: 'Trying again. What follows is the last that was known.',
  otherLanguage: '한국어',
  otherLanguageLabel: '한국어로 보기',
  skipToChat: 'Skip to the chat',
  facts: {
    since: 'Since',
    uptime: 'Uptime',
    pid: 'Process',
    restarts: 'Restarts',
    turns: 'Turns running',
    unanswered: 'Oldest unanswered',
    allAnswered: 'none',
  },
  healing: {
    title: 'Healing',
    idle: 'Nothing to heal.',
    active: 'at work',
    tier: (tier: number) => `Tier ${tier}`,
    next: 'Next',
    nothingNext: 'nothing to do',
    budgets: 'Budgets',
    budget: (used: number, limit: number, window: string) => `${used} of ${limit} in ${window}`,
    spent: 'spent',
    pager: 'Pager',
    pagerOn: 'configured',
    pagerOff: 'not configured: nobody would be called',
  },
  restart: {
    ask: 'Restart the service',
    confirm: 'Restart now?',
    yes: 'Yes, restart',
    no: 'No',
    asked: 'Restart requested.',
    needsToken: 'needs a token',
  },
  parts: {
    title: 'Components',
    empty: 'The service has not reported its components yet.',
    lastKnown: 'as last reported',
    optional: 'optional',
    channel: (name: string) => `Channel: ${name}`,
    names: { store: 'Message store', sandbox: 'Sandbox', model: 'Model', broker: 'Credential broker' },
  },
  vitals: {
    title: 'Vitals',
    heartbeat: 'Last heartbeat',
    noHeartbeat: 'no heartbeat',
    loopDelay: 'Loop delay',
    memory: 'Memory',
    reach: 'last 10 minutes',
    highest: 'highest',
  },
  incidents: {
    title: 'Incidents',
    empty: 'No incident so far.',
    open: 'open',
    tier: (tier: number) => `tier ${tier}`,
    noTier: 'no tier acted',
    seenAfter: 'seen after',
    healedAfter: 'over after',
    opened: 'opened',
    closed: 'closed',
    pages: (count: number) => (count === 1 ? '1 page sent' : `${count} pages sent`),
    acknowledge: 'Acknowledge',
    acknowledgedBy: (who: string) => `acknowledged by ${who}`,
    loading: 'Reading its story',
    unreadable: 'Its story could not be read',
    more: (count: number) => `Show ${count} more`,
    because: 'because',
    worked: 'it worked',
    failed: 'it failed',
    good: 'good',
    notGood: 'not good yet',
  },
  chat: {
    title: 'Chat',
    empty: 'No message yet. Say hello.',
    locked: 'Reading and writing messages needs a token.',
    placeholder: 'Message',
    hint: 'Enter sends, Shift + Enter starts a new line.',
    send: 'Send',
    you: 'You',
    working: 'Working',
    sending: 'sending',
    accepted: 'received',
    notSent: (reason: string) => `not sent: ${reason}`,
    withdraw: 'Remove',
  },
  token: {
    title: 'This page is read-only',
    refusedTitle: 'The token is not valid any more',
    body: 'Chat, restart and acknowledge need a token. On the machine, run this and open the link it prints:',
    command: 'nanoclaw status --page-url',
  },
  footer: {
    supervisor: 'Supervisor',
    service: 'Service',
    manager: { child: 'it runs the service itself', systemd: 'systemd runs the service' },
    runningFor: 'running for',
  },
};
