/** The agent runner with the real SDK and Claude Code. The tests follow one agent through its life, in order. */
import { readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentSession } from '../../contracts/link.ts';
import { call, say } from '../world/anthropic-script.ts';
import { GLOBAL_MEMORY, GROUP_MEMORY, type RunnerWorld, startRunnerWorld } from './runner-world.ts';

let world: RunnerWorld;
let session: AgentSession | null = null;

beforeAll(async () => {
  world = await startRunnerWorld();
});
afterAll(() => world?.stop());

describe('the agent runner', () => {
  it('prewarms, then answers its first turn in a fresh session with the memory of group and all', async () => {
    await world.until(() => world.work.find((frame) => frame.type === 'ready'));
    world.api.script.queue(say('Hello.'));
    const end = await world.run('hello', null);
    session = end.session;
    expect(end).toMatchObject({ outcome: 'done', final: { ordinal: 1, text: 'Hello.' }, error: null });
    expect(end.usage?.inputTokens).toBeGreaterThan(0);
    expect(session?.lastAssistant).toBeTruthy();
    const sent = JSON.stringify(world.api.requests.at(-1)?.body);
    for (const text of [GROUP_MEMORY, GLOBAL_MEMORY, 'You are 폴.']) expect(sent).toContain(text);
  });

  it('writes a debug log that `latest` points to', async () => {
    const latest = await readlink(join(world.folder, 'home', '.claude', 'debug', 'latest'));
    expect(basename(latest)).toBe('agent.txt');
  });

  it('runs a command in the group folder and answers with what it printed', async () => {
    world.api.script.queue(
      call('Bash', { command: 'basename "$PWD"', description: 'where' }, 'Let me look.'),
      say('Done.'),
    );
    const end = await world.run('where are you?', session);
    expect(end.final).toEqual({ ordinal: 1, text: 'Done.' });
    const [result] = JSON.stringify(world.api.requests.at(-1)?.body).match(/"content":"group"/) ?? [];
    expect(result).toBeDefined();
  });

  it('carries a host tool call under its tool-use id and hands the answer to the model', async () => {
    world.api.script.queue(call('mcp__nanoclaw__send_message', { text: 'half way' }), say('Sent.'));
    await world.run('tell them', session);
    const request = world.work.find((frame) => frame.type === 'request');
    expect(request).toMatchObject({ tool: 'send_message', args: { text: 'half way' }, session: session?.id });
    const body = JSON.stringify(world.api.requests.at(-1)?.body);
    expect(body).toContain(`"tool_use_id":"${request?.type === 'request' && request.id}"`);
    expect(body).toContain('{\\"sent\\":true}');
  });

  it('takes a follow-up into the running turn and reports it consumed before the reply', async () => {
    world.api.script.queue(call('Bash', { command: 'sleep 0.5', description: 'wait' }), say('Both done.'));
    const turn = world.start('first', session);
    await world.requests(1);
    world.offer(turn, 'second');
    await world.end(turn);
    expect(world.framesOf(turn)).toMatchObject([
      { type: 'consumed', messages: [`${turn}-second`] },
      { type: 'end', outcome: 'done', final: { ordinal: 1, text: 'Both done.' } },
    ]);
  });

  it('loses no follow-up that comes while the reply is written: two replies, the second final', async () => {
    await world.api.misbehave({ kind: 'slow', headersMs: 500, times: 1 });
    world.api.script.queue(say('One.'), say('Two.'));
    const turn = world.start('first', session);
    await world.requests(1);
    world.offer(turn, 'second');
    await world.end(turn);
    expect(world.framesOf(turn)).toMatchObject([
      { type: 'output', ordinal: 1, text: 'One.' },
      { type: 'consumed', messages: [`${turn}-second`] },
      { type: 'end', outcome: 'done', final: { ordinal: 2, text: 'Two.' } },
    ]);
  });

  it('stops a turn at an interrupt and goes on in the same child', async () => {
    const [child] = world.children();
    await world.api.misbehave({ kind: 'slow', headersMs: 20_000, times: 1 });
    const turn = world.start('think long', session);
    world.host.send({ type: 'interrupt', turn });
    expect(await world.end(turn)).toMatchObject({
      outcome: 'interrupted',
      final: null,
      session: { id: session?.id },
    });
    world.api.script.queue(say('Back.'));
    expect((await world.run('still there?', session)).final?.text).toBe('Back.');
    expect(world.children()).toContain(child);
  });

  it('names a refused credential by its status', async () => {
    await world.api.misbehave({ kind: 'status', status: 403, times: 1 });
    expect(await world.run('hello', session)).toMatchObject({
      outcome: 'failed',
      final: null,
      error: { code: 'auth' },
    });
  });

  it('repeats a model request whose stream broke', async () => {
    await world.api.misbehave({ kind: 'drop', afterEvents: 2, times: 1 });
    world.api.script.queue(say('Lost.'), say('Whole.'), say('Whole.'));
    expect(await world.run('hello', session)).toMatchObject({ outcome: 'done', final: { text: 'Whole.' } });
  });
});
