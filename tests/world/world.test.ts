import { afterEach, beforeEach, expect, it } from 'vitest';
import { startWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const control = (path: string, body?: string) =>
  fetch(world.addresses.control + path, body === undefined ? {} : { method: 'POST', body });

it('The control lists the stand-ins, their faults and what they got', async () => {
  await fetch(world.addresses.webhook, { method: 'POST', body: '{"content":"hello"}' });
  expect(await (await control('/world')).json()).toMatchObject({
    anthropic: { url: world.addresses.anthropic, received: [] },
    webhook: { faults: expect.any(Array), received: [{ kind: 'message', payload: { content: 'hello' } }] },
  });
});

it('A fault set through the control is met by the next client', async () => {
  await control('/world/webhook/misbehave', '{"kind":"status","status":500,"times":1}');
  expect((await fetch(world.addresses.webhook, { method: 'POST', body: '{"content":"x"}' })).status).toBe(
    500,
  );
});

it.each([
  ['/world/webhook/misbehave', '{"kind":"explode"}', 400, 'no such fault'],
  ['/world/webhook/misbehave', 'not json', 400, 'JSON'],
  ['/world/telegram/misbehave', '{}', 404, 'anthropic|webhook'],
  ['/world/constructor/misbehave', '{}', 404, 'anthropic|webhook'],
])('The control answers %s %s with %i and what it knows', async (path, body, status, part) => {
  const answer = await control(path, body);
  expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(part)]);
});

it('It may be stopped twice', async () => {
  await world.stop();
});
