/** What the agent runner leaves in the group's folders, with the real SDK and a real compaction. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { say } from '../world/anthropic-script.ts';
import { type RunnerWorld, startRunnerWorld } from './runner-world.ts';

let world: RunnerWorld;

beforeAll(async () => {
  world = await startRunnerWorld({
    prepare(folder) {
      mkdirSync(join(folder, 'skills', 'tea'), { recursive: true });
      writeFileSync(
        join(folder, 'skills', 'tea', 'SKILL.md'),
        '---\nname: tea\ndescription: How to make tea.\n---\nBoil.',
      );
    },
  });
});
afterAll(() => world?.stop());

it('keeps a conversation in plain words before it is compacted', async () => {
  const prompt =
    '<messages>\n<message id="1" sender="Kim" time="2026-03-01 09:00">우리 회의는 언제?</message>\n</messages>';
  world.api.script.queue(say('At ten. <internal>check the calendar</internal>'));
  const { session } = await world.run(prompt, null);
  world.api.script.queue(say('A summary.'));
  const compacted = await world.run('/compact', session);
  expect(compacted.outcome).toBe('done');
  const folder = join(world.folder, 'group', 'conversations');
  const [name = ''] = readdirSync(folder).filter((file) => file !== 'index.md');
  expect(name).toMatch(/^\d{4}-\d\d-\d\d-우리-회의는-언제\.md$/);
  expect(readFileSync(join(folder, name), 'utf8')).toBe(
    '# 우리 회의는 언제?\n\n**Kim** (2026-03-01 09:00): 우리 회의는 언제?\n\n**폴**: At ten.\n',
  );
  expect(readFileSync(join(folder, 'index.md'), 'utf8')).toContain(`(${name})`);
});

it('offers the skills that come with it to the model', () => {
  const sent = JSON.stringify(world.api.requests.map(({ body }) => body));
  expect(sent).toContain('How to make tea.');
});
