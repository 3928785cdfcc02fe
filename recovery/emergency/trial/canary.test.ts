import { expect, test } from 'vitest';
import type { ComponentHealth, Readiness } from '../../../contracts/health.ts';
import type { LocalMessage } from '../../../contracts/local-chat.ts';
import { settle } from '../../../tests/fakes/settle.ts';
import { FakeSupervisorClock } from '../../../tests/fakes/supervisor-clock.ts';
import { askCanary, CANARY_CHAT, type CallControl } from './canary.ts';

const WORD = 'canary-0123456789ab';

function readiness(...components: [name: string, state: ComponentHealth['state']][]): Readiness {
  return {
    components: components.map(([name, state]) => ({ name, state, reason: '', required: true })),
  } as unknown as Readiness;
}
const SOUND = readiness(['channel:local', 'ok'], ['model', 'ok'], ['sandbox:docker', 'ok']);

/** An orchestrator whose chat says this once so many looks were taken at it. */
function world({ says, after = 0, down = false }: { says?: string; after?: number; down?: boolean }) {
  const calls: string[] = [];
  let looks = 0;
  const message: LocalMessage = {
    ...{ seq: 2, chat: CANARY_CHAT, direction: 'out', id: 't.1', answers: [WORD], sender: '폴' },
    ...{ text: says ?? '', at: 0 },
  };
  const call: CallControl = async ({ method, path }) => {
    calls.push(`${method} ${path.split('?')[0]}`);
    if (down) throw new Error('ECONNREFUSED');
    if (method !== 'GET') return { status: 200, value: {} };
    looks += 1;
    return { status: 200, value: says !== undefined && looks > after ? [message] : [] };
  };
  const clock = new FakeSupervisorClock();
  const ask = async (known: Readiness | null = SOUND) => {
    const parts = { call, clock, newToken: () => '0123456789abcdef', limitSeconds: 10 };
    const answer = askCanary(parts, known, new AbortController().signal);
    let isOver = false;
    void answer.then(() => {
      isOver = true;
    });
    for (await settle(); !isOver; await settle()) clock.advance(100);
    return answer;
  };
  return { ask, calls };
}

test('an answer with the word, in its own chat, is one; the chat is gone afterwards', async () => {
  const { ask, calls } = world({ says: `${WORD}.`, after: 3 });
  expect(await ask()).toMatchObject({ kind: 'answered', detail: 'a test question was answered after 0.9 s' });
  expect([...calls.slice(0, 2), ...calls.slice(-2)]).toEqual([
    'PUT /groups',
    'POST /local/messages',
    'POST /remedies/stop-agent',
    'DELETE /groups',
  ]);
});

test.each([
  ['nobody answers', {}],
  ['the answer says that it went wrong', { says: 'Sorry, that went wrong.' }],
  ['the answer comes too late', { says: WORD, after: 1000 }],
  ['the control socket is gone', { down: true }],
])('%s: that is silence', async (_name, what) => {
  expect(await world(what).ask()).toMatchObject({ kind: 'silent' });
});

test.each([
  ['there is no local chat', readiness(['store', 'ok'])],
  ['the model is out of reach', readiness(['channel:local', 'ok'], ['model', 'failed'])],
  ['there is no sandbox', readiness(['channel:local', 'ok'], ['sandbox:docker', 'failed'])],
  ['the process told nothing', null],
])('nothing is asked where %s', async (_name, known) => {
  const { ask, calls } = world({ says: WORD });
  expect(await ask(known)).toMatchObject({ kind: 'not_asked' });
  expect(calls).toEqual([]);
});
