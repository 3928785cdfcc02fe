/** What the agent runner survives: its child, its session's files, its orchestrator. In order, on one agent. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentSession } from '../../contracts/link.ts';
import { call, say } from '../world/anthropic-script.ts';
import { type RunnerWorld, startRunnerWorld } from './runner-world.ts';

let world: RunnerWorld;
let session: AgentSession | null = null;

beforeAll(async () => {
  world = await startRunnerWorld();
  session = (await world.run('hello', null)).session;
});
afterAll(() => world?.stop());

const longCommand = () => call('Bash', { command: 'sleep 1; echo finished', description: 'work' });

describe('the agent runner', () => {
  it('fails the turn of a killed child, and resumes its session in a new one', async () => {
    await world.api.misbehave({ kind: 'slow', headersMs: 20_000, times: 1 });
    const turn = world.start('think long', session);
    await world.requests(1);
    for (const pid of world.children()) process.kill(pid, 'SIGKILL');
    expect(await world.end(turn)).toMatchObject({ outcome: 'failed', error: { code: 'crashed' }, session });
    world.api.script.queue(say('Alive.'));
    expect(await world.run('are you there?', session)).toMatchObject({
      final: { text: 'Alive.' },
      session: { id: session?.id },
      usage: { inputTokens: 100, outputTokens: 20 },
    });
  });

  it('says that a session does not exist, and starts a fresh one when asked', async () => {
    const unknown = { id: '11111111-1111-4111-8111-111111111111', lastAssistant: null };
    expect(await world.run('hello', unknown)).toMatchObject({
      error: { code: 'stale_session' },
      session: null,
    });
    const fresh = await world.run('hello', null);
    expect(fresh.outcome).toBe('done');
    session = fresh.session;
  });

  it('goes on with its turn while the orchestrator is replaced, and names the turn to the new one', async () => {
    world.api.script.queue(longCommand(), say('Finished.'));
    const turn = world.start('work', session);
    await world.requests(1);
    await world.host.close();
    world.host = world.newHost();
    await world.host.listen();
    const hello = await world.until(() => world.hello);
    expect(hello.turn).toBe(turn);
    expect((await world.end(turn)).final?.text).toBe('Finished.');
  });

  it('hands a turn that ended meanwhile to the new orchestrator, once', async () => {
    await world.api.misbehave({ kind: 'slow', headersMs: 300, times: 1 });
    world.api.script.queue(say('While you were away.'));
    const turn = world.start('work', session);
    await world.requests(1);
    await world.host.close();
    await world.until(() => world.log.includes(`"event":"turn_end","turn":"${turn}"`));
    world.host = world.newHost();
    await world.host.listen();
    expect((await world.until(() => world.hello)).turn).toBeNull();
    expect((await world.end(turn)).final?.text).toBe('While you were away.');
    expect(world.framesOf(turn)).toHaveLength(1);
  });

  it('finishes its turn at a close and exits with 0', async () => {
    world.api.script.queue(longCommand(), say('Goodbye.'));
    const exit = once(world.runner ?? process, 'exit');
    const turn = world.start('one last thing', session);
    await world.requests(1);
    world.host.send({ type: 'close' });
    expect((await world.end(turn)).final?.text).toBe('Goodbye.');
    expect(await exit).toEqual([0, null]);
  });
});
