import { describe, expect, it } from 'vitest';
import { INTERRUPT_EVERY_MS, INTERRUPT_TRIES } from './session.ts';
import { config, startSession, turnOrder } from './test-fakes.ts';

const known = { id: 's1', lastAssistant: 'x1' };

/** A session whose first turn `t1` has begun in the named session. */
function running() {
  const world = startSession();
  world.session.configure(config);
  world.session.run(turnOrder('t1'));
  world
    .latest()
    .say({ type: 'ready' }, { type: 'started', session: 's1' }, { type: 'said', assistant: 'x1' });
  return world;
}

describe('a session', () => {
  it('prewarms with the session of the first welcome and says when it is ready', () => {
    const { session, latest, sent } = startSession();
    session.configure({ ...config, session: known });
    expect(latest().request.session).toEqual(known);
    latest().say({ type: 'ready' });
    expect(sent).toEqual([{ type: 'ready' }]);
  });

  it('pushes a turn that comes before the prewarm is over into the same child', () => {
    const { opened, latest } = running();
    expect(opened).toHaveLength(1);
    expect(latest().pushed).toEqual([{ uuid: 'u1', prompt: 'prompt of m-t1' }]);
  });

  it('ends a turn with its reply, session and usage', () => {
    const { latest, sent, session } = running();
    latest().reply('hello', ['u1']);
    const usage = { inputTokens: 10, outputTokens: 2, costUsd: 0 };
    const final = { ordinal: 1, text: 'hello' };
    const end = { type: 'end', turn: 't1', outcome: 'done', final, error: null, session: known, usage };
    expect(sent).toEqual([{ type: 'ready' }, end]);
    expect(session.currentTurn).toBeNull();
  });

  it.each([
    ['the same session goes on in the same child', known, 1],
    ['a newer resume point of the live session makes no difference', { id: 's1', lastAssistant: 'x0' }, 1],
    ['another session gets a new child', { id: 's2', lastAssistant: null }, 2],
    ['no session while one is live is a reset and gets a new child', null, 2],
  ])('%s', (_title, asked, children) => {
    const { session, opened, latest } = running();
    latest().reply('hello', ['u1']);
    session.run(turnOrder('t2', asked));
    expect(opened).toHaveLength(children);
    expect(latest().pushed.at(-1)?.prompt).toBe('prompt of m-t2');
  });

  it('starts the next child only when the last one has let go', async () => {
    const { session, opened, latest } = running();
    latest().reply('hello', ['u1']);
    session.run(turnOrder('t2'));
    const [old, fresh] = opened;
    let free = false;
    const waited = fresh?.request.after.then(() => {
      free = true;
    });
    expect([old?.closes, free]).toEqual([['gentle'], false]);
    old?.letGo();
    await waited;
    expect(free).toBe(true);
  });

  it('pushes an offer into the running turn and reports it consumed when it is taken', () => {
    const { session, latest, sent } = running();
    session.offer('t1', { messages: ['m2'], prompt: 'more' });
    expect(latest().pushed.at(-1)).toEqual({ uuid: 'u2', prompt: 'more' });
    latest().say({ type: 'taken', inputs: ['u2'] });
    expect(sent.at(-1)).toEqual({ type: 'consumed', turn: 't1', messages: ['m2'] });
  });

  it('drops an offer for a turn that is over, and one whose messages it holds', () => {
    const { session, latest } = running();
    session.offer('t1', { messages: ['m-t1'], prompt: 'again' });
    latest().reply('hello', ['u1']);
    session.offer('t1', { messages: ['m2'], prompt: 'late' });
    expect(latest().pushed).toHaveLength(1);
  });

  it('runs a second turn after the first, and a repeated order once', () => {
    const { session, latest } = running();
    session.run(turnOrder('t2', known));
    session.run(turnOrder('t1'));
    expect(latest().pushed).toHaveLength(1);
    latest().reply('hello', ['u1']);
    expect([session.currentTurn, latest().pushed.length]).toEqual(['t2', 2]);
  });

  it('discards a child that would still act on an offer of a failed turn', () => {
    const { session, latest, sent } = running();
    session.offer('t1', { messages: ['m2'], prompt: 'more' });
    const failure = { code: 'rate_limit', text: 'slow down' } as const;
    const usage = {
      own: { inputTokens: 0, outputTokens: 0 },
      total: { inputTokens: 0, outputTokens: 0, costUsd: 0 },
    };
    latest().say({ type: 'result', inputs: ['u1'], text: 'API Error', failure, ...usage });
    expect(sent.at(-1)).toMatchObject({ type: 'end', outcome: 'failed', error: failure });
    expect(latest().closes).toEqual(['force']);
  });

  it('fails the turn of a child that died and gives the next turn a new one', () => {
    const { session, opened, latest, sent } = running();
    const failure = { code: 'crashed', text: 'killed' } as const;
    latest().say({ type: 'gone', failure });
    expect(sent.at(-1)).toMatchObject({ type: 'end', error: failure, session: known, usage: null });
    session.run(turnOrder('t2', known));
    expect([opened.length, latest().request.session]).toEqual([2, known]);
  });

  it('names no session when the one to resume does not exist', () => {
    const { session, latest, sent } = startSession();
    session.configure(config);
    session.run(turnOrder('t1', known));
    latest().say({ type: 'gone', failure: { code: 'stale_session', text: 'no such conversation' } });
    expect(sent.at(-1)).toMatchObject({ type: 'end', error: { code: 'stale_session' }, session: null });
  });

  it('repeats an interrupt until the turn has ended', () => {
    const { session, latest, timers, sent } = running();
    session.interrupt('t1');
    timers.advance(INTERRUPT_EVERY_MS);
    latest().reply(null, ['u1']);
    timers.advance(INTERRUPT_EVERY_MS * 3);
    expect(latest().interrupts).toBe(2);
    expect(sent.at(-1)).toMatchObject({ type: 'end', outcome: 'interrupted', final: null });
    expect(latest().closes).toEqual([]);
  });

  it('ends a child that does not obey interrupts', () => {
    const { session, latest, timers, sent } = running();
    session.interrupt('t1');
    timers.advance(INTERRUPT_EVERY_MS * INTERRUPT_TRIES);
    expect(sent.at(-1)).toMatchObject({ type: 'end', outcome: 'interrupted', session: known });
    expect(latest().closes).toEqual(['force']);
  });

  it('ignores an interrupt of another turn', () => {
    const { session, latest } = running();
    session.interrupt('t0');
    expect(latest().interrupts).toBe(0);
  });

  it('replaces an idle child whose setup has changed, and goes on with its session', () => {
    const { session, opened, latest } = running();
    latest().reply('hello', ['u1']);
    session.configure({ ...config, placeholder: { kind: 'api_key', value: 'other' } });
    expect([opened.length, latest().request.session]).toEqual([2, known]);
  });

  it('keeps a child at work through a changed setup and replaces it at the next turn', () => {
    const { session, opened, latest } = running();
    session.configure({ ...config, model: 'other' });
    expect(opened).toHaveLength(1);
    latest().reply('hello', ['u1']);
    session.run(turnOrder('t2', known));
    expect(opened).toHaveLength(2);
  });

  it('finishes the running turn before a gentle close', async () => {
    const { session, latest, sent } = running();
    session.close('gentle');
    session.run(turnOrder('t2', known));
    expect(latest().closes).toEqual([]);
    latest().reply('bye', ['u1']);
    expect([sent.at(-1)?.type, latest().closes]).toEqual(['end', ['gentle']]);
    latest().letGo();
    await session.closed;
  });

  it('fails the running turn at a forced close', async () => {
    const { session, latest, sent } = running();
    session.close('force');
    expect(sent.at(-1)).toMatchObject({
      type: 'end',
      outcome: 'failed',
      error: { code: 'crashed' },
      session: known,
    });
    latest().letGo();
    await session.closed;
  });
});
