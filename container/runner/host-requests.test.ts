import { describe, expect, it } from 'vitest';
import type { RunnerWork, Unsequenced } from '../../contracts/link.ts';
import { ANSWER_LIMIT_MS, HostRequests } from './host-requests.ts';
import { FakeTimers } from './test-fakes.ts';

const call = { id: 'toolu_1', session: 's1', tool: 'send_message', args: { text: 'hi' } };

function start() {
  const sent: Unsequenced<RunnerWork>[] = [];
  const timers = new FakeTimers();
  return { sent, timers, requests: new HostRequests((frame) => void sent.push(frame), timers) };
}

describe('a call to the host', () => {
  it('travels as a request and settles with the answer of the same id', async () => {
    const { sent, requests } = start();
    const answer = requests.call(call);
    expect(sent).toEqual([{ type: 'request', ...call }]);
    requests.settle('toolu_0', { ok: false, result: 'not mine' });
    requests.settle('toolu_1', { ok: true, result: { sent: true } });
    expect(await answer).toEqual({ ok: true, result: { sent: true } });
  });

  it('is refused when no answer comes in time; a late one is dropped', async () => {
    const { timers, requests } = start();
    const answer = requests.call(call);
    timers.advance(ANSWER_LIMIT_MS);
    requests.settle('toolu_1', { ok: true, result: 'late' });
    expect(await answer).toMatchObject({ ok: false });
  });
});
