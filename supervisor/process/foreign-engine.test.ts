import { expect, it } from 'vitest';
import type { Privileged, PrivilegedUnit } from '../ports/privileged.ts';
import { leaveForeignEngine } from './foreign-engine.ts';

it.each<[string, PrivilegedUnit, string[]]>([
  ['/var/run/docker.sock', 'docker', ['docker']],
  ['/run/docker.sock', 'docker', ['docker']],
  ['/run/user/1000/docker.sock', 'docker', []],
  ['/run/user/1000/docker.sock', 'copilot-api', ['copilot-api']],
])('with the engine at %s an order to restart %s reaches %j', async (socketPath, unit, expected) => {
  const restarted: string[] = [];
  const helper: Privileged = {
    restart: async (name) => {
      restarted.push(name);
      return { kind: 'done', detail: '' };
    },
  };
  const answer = await leaveForeignEngine(helper, socketPath).restart(unit, AbortSignal.abort());
  expect(restarted).toEqual(expected);
  if (expected.length === 0)
    expect(answer).toMatchObject({ detail: expect.stringContaining('systemctl --user') });
});
