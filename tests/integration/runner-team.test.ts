/** What an agent hands to helpers of its own, with the real SDK and Claude Code: all of it belongs to the turn. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessagesRequest } from '../../src/offline-model/request.ts';
import type { ScriptedAnswer } from '../../src/offline-model/wire.ts';
import { until } from '../e2e/until.ts';
import { call, say } from '../world/anthropic-script.ts';
import { type RunnerWorld, startRunnerWorld } from './runner-world.ts';

let world: RunnerWorld;
beforeAll(async () => {
  world = await startRunnerWorld();
});
afterAll(() => world?.stop());

/** Who asks: `ann` and `bob` are known by what they were told to do. */
function askerOf({ messages }: MessagesRequest): 'lead' | 'ann' | 'bob' {
  const told = JSON.stringify(messages.find(({ role }) => role === 'user')?.content);
  return told.includes('You are Ann') ? 'ann' : told.includes('You are Bob') ? 'bob' : 'lead';
}

const answersSoFar = ({ messages }: MessagesRequest) =>
  messages.filter(({ role }) => role === 'assistant').length;

const helper = (name: string, prompt: string) => {
  const input = { name, description: 'one half', prompt, subagent_type: 'general-purpose' };
  return { type: 'tool_use' as const, name: 'Agent', input };
};
/** Says that it is there, and is done when the other one and the test have said so too. */
const meet = (own: string, ...others: string[]) => {
  const wait = others.map((name) => `until [ -e ${name} ]; do sleep 0.05; done`);
  return call('Bash', { command: [`touch ${own}`, ...wait].join('; '), description: 'meet' });
};

const STEPS: Record<'lead' | 'ann' | 'bob', ScriptedAnswer[]> = {
  lead: [
    {
      ...call('Agent', {}),
      blocks: [helper('ann', 'You are Ann: do the first half.'), helper('bob', 'You are Bob: do the rest.')],
    },
  ],
  ann: [
    meet('ann', 'bob'),
    call('SendMessage', { to: 'bob', summary: 'about my half', message: 'Mine is blue.' }),
  ],
  bob: [meet('bob', 'ann', 'go')],
};
const LAST_WORDS = { lead: 'Both halves are done.', ann: 'My half is done.', bob: 'The rest is done.' };

describe('an agent with helpers', () => {
  it('lets them work side by side and write to one another, takes a follow-up meanwhile, and ends when all is done', async () => {
    const asked: Array<{ who: string; body: MessagesRequest }> = [];
    world.api.script.match((body) => {
      const who = askerOf(body);
      asked.push({ who, body });
      return STEPS[who][answersSoFar(body)] ?? say(LAST_WORDS[who]);
    });
    const turn = world.start('do both halves', null);
    const ofAnn = () => asked.filter(({ who }) => who === 'ann').length;
    await until(
      () => ofAnn() === 3 || null, // she has written to Bob
      50,
      () => `Ann asked ${ofAnn()} times`,
    );
    world.offer(turn, 'make it quick');
    expect(world.framesOf(turn)).toEqual([]);
    writeFileSync(join(world.folder, 'group', 'go'), '');
    const end = await world.end(turn);
    expect(existsSync(join(world.folder, 'group', 'ann'))).toBe(true);
    const bobHeard = asked
      .filter(({ who }) => who === 'bob')
      .map(({ body }) => JSON.stringify(body.messages));
    expect(bobHeard.at(-1)).toContain('Mine is blue.');
    expect(end).toMatchObject({ outcome: 'done', final: { text: LAST_WORDS.lead }, error: null });
    expect(world.framesOf(turn)).toContainEqual(
      expect.objectContaining({ type: 'consumed', messages: [`${turn}-make it quick`] }),
    );
    expect(end.usage).toMatchObject({ inputTokens: 100 * asked.length, outputTokens: 20 * asked.length });
  });

  it('is offered no tool but those that are known to end with their turn', () => {
    const [first] = world.api.requests.flatMap(({ body }) => (body?.tools ? [body.tools] : []));
    const own = (first ?? [])
      .map(({ name = '' }) => name)
      .filter((name) => !name.startsWith('mcp__nanoclaw__'));
    expect(own.sort()).toEqual([
      'Agent',
      'Bash',
      'DeferredToolPlaceholder',
      'Edit',
      'ListAgents',
      'Read',
      'ReportFindings',
      'Skill',
      'ToolSearch',
      'Write',
    ]);
  });
});
