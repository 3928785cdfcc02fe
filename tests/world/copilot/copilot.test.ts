import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../fakes/clock.ts';
import { settle } from '../../fakes/settle.ts';
import { type Copilot, startCopilot } from './copilot.ts';

let copilot: Copilot;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  copilot = await startCopilot();
});
afterEach(() => copilot.stop());

const MESSAGES = [{ role: 'user', content: 'hello' }];
const post = (path: string, more: object = {}) =>
  fetch(copilot.url + path, {
    method: 'POST',
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: MESSAGES, max_tokens: 9, ...more }),
  });

describe('it answers', () => {
  it('chat completions, whole and as a stream', async () => {
    copilot.queue('one', 'two');
    expect(await (await post('/v1/chat/completions')).json()).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: 'one' }, finish_reason: 'stop' }],
    });
    const events = (await (await post('/chat/completions', { stream: true })).text()).trim().split('\n\n');
    expect(events.at(-1)).toBe('data: [DONE]');
    expect(events[1]).toContain('"content":"two"');
  });

  it('messages in Anthropic’s form', async () => {
    copilot.queue('three');
    expect(await (await post('/v1/messages')).json()).toMatchObject({
      type: 'message',
      content: [{ type: 'text', text: 'three' }],
    });
  });

  it('which models there are, and refuses others', async () => {
    const models: unknown = await (await fetch(`${copilot.url}/v1/models`)).json();
    expect(models).toMatchObject({
      object: 'list',
      data: [{ id: 'gpt-4o-mini', object: 'model' }, {}, {}, {}],
    });
    expect((await post('/v1/chat/completions', { model: 'other' })).status).toBe(400);
  });

  it('no path that it does not know', async () => {
    expect((await post('/v1/elsewhere')).status).toBe(404);
  });
});

describe('its rate limit', () => {
  const restart = async (wait: boolean) => {
    await copilot.stop();
    copilot = await startCopilot({ pace: { everyMs: 10_000, wait }, clock });
  };

  it('refuses without --wait', async () => {
    await restart(false);
    expect((await post('/v1/chat/completions')).status).toBe(200);
    expect((await post('/v1/chat/completions')).status).toBe(429);
    clock.advance(10_000);
    expect((await post('/v1/chat/completions')).status).toBe(200);
  });

  it('with --wait passes a request on late, even one whose client has left', async () => {
    await restart(true);
    await post('/v1/chat/completions');
    const gone = new AbortController();
    const left = fetch(`${copilot.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: MESSAGES }),
      signal: gone.signal,
    }).catch(() => 'left');
    await settle();
    gone.abort();
    expect(await left).toBe('left');
    await expect
      .poll(() => {
        clock.advance(10_000);
        return copilot.requests.length;
      })
      .toBe(2);
  });
});

it('It knows each fault that it names as an example, and no others', async () => {
  for (const fault of copilot.faults) await copilot.misbehave(fault);
  await expect(copilot.misbehave({ kind: 'explode' })).rejects.toThrow();
});

it('It keeps no credential', async () => {
  await fetch(`${copilot.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer very-secret' },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: MESSAGES }),
  });
  expect(JSON.stringify([copilot.requests, copilot.received()])).not.toContain('very-secret');
});
