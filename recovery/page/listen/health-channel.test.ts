import { beforeEach, expect, test } from 'vitest';
import type { SessionWish } from '../../../contracts/doctor-session.ts';
import type { IncidentSummary } from '../../../contracts/incident.ts';
import { createRedact } from '../../../contracts/redact.ts';
import type { Report } from '../../../supervisor/ports/report.ts';
import { sampleStatus } from '../../../tests/fakes/sample-status.ts';
import { settle } from '../../../tests/fakes/settle.ts';
import { type Chat, type ChatMessage, type ChatResult, firstIdAt } from './discord-chat.ts';
import { HealthChannel } from './health-channel.ts';

const OPERATOR = '1000000000000000011';
const STRANGER = '1000000000000000012';
const OPENED_AT = 1_700_000_000_000;
const INCIDENT = { id: 'inc-1', seenAt: OPENED_AT } as IncidentSummary;

let open: IncidentSummary | null;
let messages: ChatMessage[];
let reads: string[];
let readAnswers: ChatResult<ChatMessage[]>[];
let answers: string[];
let answerResults: ChatResult<null>[];
let reports: Report[];
let warnings: string[];
let disk: string | null;
let waits: { ms: number; run: () => void }[];
let doctor: () => Promise<string>;
let wish: SessionWish;
let channel: HealthChannel;

const chat: Chat = {
  readAfter: async (id) => {
    reads.push(id);
    const value = messages.filter((message) => BigInt(message.id) > BigInt(id));
    return readAnswers.shift() ?? { kind: 'ok', value, waitMs: 0 };
  },
  answer: async ({ id }, text, ordinal) => {
    answers.push(`${id}-${ordinal} ${text}`);
    return answerResults.shift() ?? { kind: 'ok', value: null, waitMs: 0 };
  },
};

function listen(): HealthChannel {
  waits = [];
  channel = new HealthChannel({
    settings: () => ({ operators: [OPERATOR], language: 'en' }),
    chat: () => chat,
    view: {
      status: sampleStatus,
      openIncidents: () => (open ? [open] : []),
      health: () => null,
      isPageWaiting: () => false,
      sessionWish: () => wish,
    },
    runDoctor: () => doctor(),
    redact: () => createRedact(['planted-secret']),
    clock: {
      now: () => ({ mono: 0, wall: OPENED_AT }),
      after: (ms, run) => {
        waits.push({ ms, run });
        return () => undefined;
      },
    },
    file: {
      read: () => disk,
      write: (text) => {
        disk = text;
      },
    },
    log: { info: () => undefined, warn: (text) => warnings.push(text), error: () => undefined },
    report: (event) => reports.push(event),
  });
  channel.start();
  return channel;
}

let count = 0;
function say(text: string, author = OPERATOR, isAutomatic = false): ChatMessage {
  count += 1;
  const message = { id: firstIdAt(OPENED_AT + 1000 * count), author, isAutomatic, text };
  messages.push(message);
  return message;
}

/** The next timer fires; gives what it had waited, milliseconds. */
async function next(): Promise<number> {
  const wait = waits.shift();
  wait?.run();
  await settle();
  return wait?.ms ?? 0;
}

beforeEach(() => {
  [open, messages, reads, readAnswers, answers, answerResults] = [INCIDENT, [], [], [], [], []];
  [reports, warnings, disk, count] = [[], [], null, 0];
  doctor = async () => 'all well';
  wish = { granted: true, incident: 'inc-1' };
  listen();
});

test('without an open incident nothing is asked of the platform', async () => {
  open = null;
  for (let round = 0; round < 3; round += 1) expect(await next()).toBe(5000);
  expect(reads).toEqual([]);
});

test.each([
  ['ack', { verb: 'acknowledge' }, 'Yours'],
  ['restart', { verb: 'restart' }, 'Restarting'],
  ['doctor now', { verb: 'doctor_session' }, 'session for inc-1'],
  ['pause 45m', { verb: 'pause', minutes: 45 }, '45 min'],
])('%s by a listed person is carried out and answered', async (text, event, answer) => {
  const { id } = say(text);
  await next();
  expect(reports).toEqual([{ kind: 'operator', by: `#health ${OPERATOR}`, ...event }]);
  expect(answers).toEqual([expect.stringContaining(answer)]);
  expect(answers[0]).toMatch(new RegExp(`^${id}-1 `));
});

test('status is answered from the state, and changes nothing', async () => {
  say('status');
  await next();
  expect(answers[0]).toContain('**up**');
  expect(reports).toEqual([]);
});

test('a session that may not begin is refused with its reason, and asked of nobody', async () => {
  wish = { granted: false, why: 'session_running' };
  say('doctor now');
  await next();
  expect([reports, answers]).toEqual([[], [expect.stringContaining('runs already')]]);
});

test('doctor is announced, run, and its text comes redacted', async () => {
  doctor = async () => 'webhook planted-secret ``` ok';
  const { id } = say('doctor');
  await next();
  expect(answers).toHaveLength(2);
  expect(answers[1]).toMatch(new RegExp(`^${id}-2 `));
  expect(answers[1]).toContain("webhook [redacted] ''' ok");
});

test('a doctor that cannot run says why', async () => {
  doctor = () => Promise.reject(new Error('no answer within 60 s'));
  say('doctor');
  await next();
  expect(answers[1]).toContain('no answer within 60 s');
});

test('people who are not listed are ignored, counted, and named once in the log; talk and programs are nothing', async () => {
  say('restart', STRANGER);
  say('ack', STRANGER);
  say('is it down?', STRANGER);
  say('restart', OPERATOR, true);
  await next();
  expect([reports, answers, channel.ignored]).toEqual([[], [], 2]);
  expect(warnings).toEqual([expect.stringContaining(STRANGER)]);
});

test('what was said before the incident does not count', async () => {
  messages.push({ id: firstIdAt(OPENED_AT - 1000), author: OPERATOR, isAutomatic: false, text: 'restart' });
  await next();
  expect(reports).toEqual([]);
});

test('a command is carried out once, also over a restart of the supervisor', async () => {
  say('restart');
  await next();
  await next();
  listen();
  await next();
  expect(reports).toHaveLength(1);
});

test('an answer that is turned away is tried again, the command is not', async () => {
  answerResults = [{ kind: 'later', waitMs: 1500, reason: 'HTTP 429' }];
  say('restart');
  await next();
  expect(waits[0]?.ms).toBe(1500);
  await next();
  expect([reports.length, answers.length]).toEqual([1, 2]);
});

test('the platform is left alone for as long as it asks, and for long after a refusal, which is said once', async () => {
  readAnswers = [
    { kind: 'later', waitMs: 9000, reason: 'HTTP 429' },
    { kind: 'refused', reason: 'HTTP 403' },
    { kind: 'refused', reason: 'HTTP 403' },
  ];
  for (let round = 0; round < 3; round += 1) await next();
  expect([await next(), warnings.length]).toEqual([300_000, 1]);
  expect(reads).toHaveLength(4);
});

test('messages without text hint once at the missing intent', async () => {
  say('');
  say('');
  await next();
  expect(warnings).toEqual([expect.stringContaining('Message Content intent')]);
});

test('after stop nothing is asked any more', async () => {
  channel.stop();
  channel.stop();
  await next();
  expect(waits).toEqual([]);
});
