import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWebhook, type Webhook } from './webhook.ts';

let webhook: Webhook;
beforeEach(async () => {
  webhook = await startWebhook({ clock: { now: () => 1_700_000_000_000 } });
});
afterEach(() => webhook.stop());

const send = (method: string, path: string, body: object, signal?: AbortSignal) =>
  fetch(webhook.webhookUrl + path, { method, body: JSON.stringify(body), ...(signal ? { signal } : {}) });

async function post(body: object): Promise<{ status: number; body: { id: string } }> {
  const answer = await send('POST', '?wait=true', body);
  return { status: answer.status, body: (await answer.json()) as { id: string } };
}

describe('a webhook', () => {
  it('answers with the message when asked to wait, and with nothing when not', async () => {
    const { body } = await post({ content: 'down', username: 'pager' });
    expect(body).toMatchObject({ id: expect.stringMatching(/^\d{17,20}$/), content: 'down', type: 0 });
    expect((await send('POST', '', { content: 'again' })).status).toBe(204);
  });

  it('edits its messages and keeps everything in order', async () => {
    const { body } = await post({ content: 'down', embeds: [{ title: 'a' }] });
    const edited = await send('PATCH', `/messages/${body.id}`, { content: 'up' });
    expect(await edited.json()).toMatchObject({ id: body.id, content: 'up', embeds: [{ title: 'a' }] });
    expect(webhook.deliveries.map(({ kind, messageId }) => [kind, messageId])).toEqual([
      ['message', body.id],
      ['edit', body.id],
    ]);
  });

  it('knows neither strange messages nor strange paths', async () => {
    const unknown = await send('PATCH', '/messages/1', { content: 'up' });
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: 10008 }]);
    expect((await fetch(`${webhook.url}/api/users`)).status).toBe(404);
  });

  it('refuses what is past the limits and keeps none of it', async () => {
    const { status, body } = await post({ content: 'x'.repeat(2001) });
    expect([status, body]).toMatchObject([400, { code: 50035 }]);
    expect(webhook.deliveries).toEqual([]);
  });
});

describe('on command it', () => {
  it('limits the rate, then accepts again', async () => {
    await webhook.misbehave({ kind: 'rate_limit', retryAfterSeconds: 0.5, times: 1 });
    const limited = await send('POST', '?wait=true', { content: 'x' });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await limited.json()).toMatchObject({ retry_after: 0.5, global: false });
    expect((await post({ content: 'x' })).status).toBe(200);
    expect(webhook.attempts.map(({ status }) => status)).toEqual([429, 200]);
  });

  it.each([
    [{ kind: 'status', status: 502 }, 502, 0],
    [{ kind: 'unknown_webhook' }, 404, 10015],
  ])('answers %j until told otherwise', async (fault, status, code) => {
    await webhook.misbehave(fault);
    for (const _try of [1, 2]) expect(await post({ content: 'x' })).toMatchObject({ status, body: { code } });
    await webhook.misbehave({ kind: 'none' });
    expect((await post({ content: 'x' })).status).toBe(200);
  });

  it('never answers, with or without having taken the message', async () => {
    for (const taken of [false, true]) {
      await webhook.misbehave({ kind: 'hang', taken, times: 1 });
      const leave = new AbortController();
      const lost = send('POST', '?wait=true', { content: `taken: ${taken}` }, leave.signal);
      await expect.poll(() => webhook.attempts.length).toBe(taken ? 2 : 1);
      if (taken) await expect.poll(() => webhook.deliveries.length).toBe(1);
      leave.abort();
      await expect(lost).rejects.toThrow();
    }
    expect(webhook.deliveries.map(({ payload }) => payload.content)).toEqual(['taken: true']);
  });
});
