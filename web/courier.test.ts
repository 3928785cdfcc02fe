import { expect, test } from 'vitest';
import type { ServiceState } from '../contracts/status.ts';
import { ApiError, type ApiErrorCode } from './api.ts';
import { Courier } from './courier.ts';
import { initialPage } from './state.ts';
import { createStore } from './store.ts';
import { FakeTimers, settle, statusOf } from './testing.ts';

function stage(answers: (ApiErrorCode | 'ok')[]) {
  const store = createStore(initialPage(true));
  const timers = new FakeTimers();
  const said: string[] = [];
  const say = async (id: string) => {
    said.push(id);
    const answer = answers.shift() ?? 'ok';
    if (answer !== 'ok') throw new ApiError(answer, `the server said ${answer}`);
  };
  const courier = new Courier({ store, timers, say });
  const show = (state: ServiceState) => store.dispatch({ type: 'status', status: statusOf(state), at: 0 });
  const write = (id: string) => {
    store.dispatch({ type: 'chat', event: { type: 'written', id, text: id, at: 0 } });
  };
  const deliveries = () => store.get().chat.outgoing.map((one) => one.delivery.kind);
  return { store, timers, said, courier, show, write, deliveries };
}

test('messages written while the service is down are sent in order, once each, when it is up', async () => {
  const { said, show, write, deliveries } = stage([]);
  show('down');
  write('a');
  write('b');
  await settle();
  expect(said).toEqual([]);
  show('up');
  await settle();
  expect(said).toEqual(['a', 'b']);
  expect(deliveries()).toEqual(['accepted', 'accepted']);
});

test('a failed attempt is repeated with the same id after a growing pause', async () => {
  const { timers, said, show, write } = stage(['UNAVAILABLE', 'UNREACHABLE']);
  show('up');
  write('a');
  await settle();
  timers.pass(999);
  expect(said).toEqual(['a']);
  timers.pass(1);
  await settle();
  timers.pass(1_999);
  expect(said).toEqual(['a', 'a']);
  timers.pass(1);
  await settle();
  expect(said).toEqual(['a', 'a', 'a']);
});

test('recovery does not wait for the pause of an earlier failure', async () => {
  const { said, show, write } = stage(['UNAVAILABLE']);
  show('up');
  write('a');
  await settle();
  show('down');
  show('up');
  await settle();
  expect(said).toEqual(['a', 'a']);
});

test('a refused message says why and lets the next one pass', async () => {
  const { store, said, show, write } = stage(['REFUSED']);
  show('up');
  write('a');
  write('b');
  await settle();
  expect(said).toEqual(['a', 'b']);
  expect(store.get().chat.outgoing[0]?.delivery).toEqual({
    kind: 'refused',
    reason: 'the server said REFUSED',
  });
});

test('a refused token stops the sending and keeps the message', async () => {
  const { store, timers, said, show, write, deliveries } = stage(['UNAUTHORIZED']);
  show('up');
  write('a');
  await settle();
  timers.pass(60_000);
  expect(store.get().access).toBe('refused');
  expect(said).toEqual(['a']);
  expect(deliveries()).toEqual(['waiting']);
});

test('after stop nothing is sent, also when an attempt under way fails', async () => {
  const { timers, said, courier, show, write } = stage(['UNAVAILABLE']);
  show('up');
  write('a');
  courier.stop();
  courier.stop();
  await settle();
  timers.pass(60_000);
  write('b');
  await settle();
  expect(said).toEqual(['a']);
});
