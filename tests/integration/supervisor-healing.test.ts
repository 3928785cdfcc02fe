/** The supervisor's bundle heals a real process. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { IncidentEvent } from '../../contracts/incident.ts';
import { bundleSupervisor, SupervisedHome, until, webhookReceiver } from './fixtures/supervised-home.ts';

let bundle: string;
let home: SupervisedHome;

beforeAll(async () => {
  bundle = await bundleSupervisor();
});
afterAll(() => rmSync(dirname(bundle), { recursive: true, force: true }));
beforeEach(() => {
  home = new SupervisedHome(bundle);
});
afterEach(() => home.close());

const opened = (events: IncidentEvent[] | undefined) => events?.find((event) => event.type === 'opened');

async function runningPid(): Promise<number> {
  const { service } = await home.untilStatus('up', ({ service }) => service.state === 'up');
  if (service.pid === null) throw new Error('up without a pid');
  return service.pid;
}

test('a killed orchestrator is seen by its signal, restarted, and leaves one closed incident', async () => {
  await home.start();
  const pid = await runningPid();
  const killedAt = Date.now();
  process.kill(pid, 'SIGKILL');
  await home.untilStatus('a new pid', ({ service }) => service.state === 'up' && service.pid !== pid);
  await home.untilStatus('closed', ({ incidents }) => incidents[0]?.state === 'closed');

  const [events, ...others] = home.incidents();
  expect(others).toEqual([]);
  expect(opened(events)).toMatchObject({ cause: 'crash' });
  expect((opened(events)?.seenAt ?? Infinity) - killedAt).toBeLessThan(500);
  expect(home.metrics('recovery')).toMatchObject([{ result: 'success', tier: 1, cause: 'crash' }]);
});

test('a stopped process is seen as a hang soon after the limit, and replaced', async () => {
  await home.start();
  const pid = await runningPid();
  const stoppedAt = Date.now();
  process.kill(pid, 'SIGSTOP');
  await home.untilStatus('a new pid', ({ service }) => service.state === 'up' && service.pid !== pid);

  const [events] = home.incidents();
  expect(opened(events)).toMatchObject({ cause: 'hang' });
  expect((opened(events)?.seenAt ?? Infinity) - stoppedAt).toBeLessThan(4000);
  expect(home.metrics('heartbeat_lost')).toMatchObject([{ result: 'hang' }]);
});

test('an orchestrator that never starts spends the budget, brings one page, and heals when asked to restart', async () => {
  const receiver = await webhookReceiver();
  home.setMode('exit:1');
  await home.start({ DISCORD_WEBHOOK_URL: receiver.url });
  const status = await home.untilStatus('held', ({ service }) => service.state === 'held');
  await until('the page', async () => (receiver.bodies.length > 0 ? true : null));

  expect(status.budgets[0]).toMatchObject({ used: 3, limit: 3 });
  expect(receiver.bodies).toHaveLength(1);
  expect(JSON.stringify(receiver.bodies[0])).toContain('nanoclaw incidents show inc-');
  expect(opened(home.incidents()[0])).toMatchObject({ cause: 'crash' });

  home.setMode('ok');
  const token = readFileSync(join(home.home, 'data', 'api-token'), 'utf8').trim();
  const answer = await fetch(`${home.pageUrl}/api/restart`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(202);
  await home.untilStatus('closed', ({ incidents }) => incidents[0]?.state === 'closed');
  await until('the resolved notice', async () => (receiver.bodies.length > 1 ? true : null));
  expect(receiver.bodies).toHaveLength(2);
  expect(home.output).not.toContain('planted-secret');
  receiver.server.close();
});

test('a supervisor killed and started again adopts the running orchestrator without restarting it', async () => {
  await home.start();
  const pid = await runningPid();
  home.child?.kill('SIGKILL');
  await new Promise((resolve) => home.child?.once('exit', resolve));
  await home.start();
  const { service } = await home.untilStatus('adopted', ({ service }) => service.heartbeat !== null);
  expect(service.pid).toBe(pid);
  expect(home.incidents()).toEqual([]);

  process.kill(pid, 'SIGKILL');
  await home.untilStatus('healed', ({ service }) => service.state === 'up' && service.pid !== pid);
  expect(home.incidents()).toHaveLength(1);
});

test('an orchestrator whose store fails is restarted by tier 2', async () => {
  await home.start();
  const pid = await runningPid();
  home.setMode('deaf');
  await home.untilStatus('restarted', ({ service }) => service.pid !== null && service.pid !== pid);
  home.setMode('ok');
  await home.untilStatus('closed', ({ incidents }) => incidents[0]?.state === 'closed');
  expect(home.metrics('recovery')).toMatchObject([{ result: 'success', tier: 2, cause: 'store_broken' }]);
});

test('a clean stop by a person is no fault, and SIGTERM ends both processes with code 0', async () => {
  await home.start();
  const pid = await runningPid();
  process.kill(pid, 'SIGTERM');
  await home.untilStatus('stopped', ({ service }) => service.state === 'stopped');
  expect(home.incidents()).toEqual([]);
  const ended = new Promise((resolve) => home.child?.once('exit', (code) => resolve(code)));
  home.child?.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('a second supervisor on one home ends with code 75 and one clear line', async () => {
  await home.start();
  await runningPid();
  home.output = '';
  const second = home.spawn();
  const code = await new Promise((resolve) => second.once('exit', (code) => resolve(code)));
  expect(code).toBe(75);
  expect(home.output.match(/another supervisor already runs/g)).toHaveLength(1);
});

test('the page and its API answer while the orchestrator is dead, and the chat says when to try again', async () => {
  home.setMode('exit:1');
  await home.start();
  await home.untilStatus('held', ({ service }) => service.state === 'held');
  const page = await fetch(`${home.pageUrl}/`);
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'sha256-/);
  const [incident] = (await (await fetch(`${home.pageUrl}/api/incidents`)).json()) as { id: string }[];
  const events = await (await fetch(`${home.pageUrl}/api/incidents/${incident?.id}`)).json();
  expect(events).toMatchObject([{ type: 'opened' }, ...Array(events.length - 1).fill({})]);

  const token = readFileSync(join(home.home, 'data', 'api-token'), 'utf8').trim();
  const post = (path: string, body: unknown, bearer = token) =>
    fetch(`${home.pageUrl}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}` },
      body: JSON.stringify(body),
    });
  const said = await post('/api/chat', { id: 'm1', text: '안녕' });
  expect([said.status, await said.json()]).toEqual([503, { code: 'service_down', retryAfterMs: 1000 }]);
  expect((await post('/api/chat', 'no object')).status).toBe(400);
  expect((await post('/api/restart', {}, 'wrong')).status).toBe(401);
  expect((await post(`/api/incidents/${incident?.id}/ack`, {})).status).toBe(202);
  await home.untilStatus('acknowledged', ({ incidents }) => incidents[0]?.acknowledgedBy === 'status page');
});
