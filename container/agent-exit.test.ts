import { expect, it } from 'vitest';
import { describeExit } from './agent-exit.ts';

it.each([
  ['a clean end', 0, false, '', null, 'exited with code 0'],
  ['an error', 1, false, '', null, 'exited with code 1'],
  ['a signal', 143, false, '', 'SIGTERM', 'ended by SIGTERM'],
  ['the memory limit', 137, true, '', 'SIGKILL', 'ended by its memory limit'],
  ['an end that nobody saw', null, false, '', null, 'ended in an unknown way'],
  ['what else is known', null, false, 'its container was removed', null, 'its container was removed'],
])('tells %s', (_, code, oomKilled, note, signal, detail) => {
  expect(describeExit(code, oomKilled, note)).toEqual({ code, signal, oomKilled, detail });
});
