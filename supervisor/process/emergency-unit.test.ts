import { expect, test } from 'vitest';
import { HelperUnit } from './emergency-unit.ts';
import type { HelperRequest } from './helper-client.ts';

/** A unit whose helper answers with this; `asked` is what it was asked. */
function unitOf(answer: string) {
  const asked: HelperRequest[] = [];
  const ask = async (request: HelperRequest) => {
    asked.push(request);
    return answer;
  };
  const look = async () => Promise.reject(new Error('systemd does not answer'));
  return { unit: new HelperUnit(ask, look), asked };
}

test('a start answers with the process that runs', async () => {
  const { unit, asked } = unitOf('812');
  expect(await unit.start()).toBe(812);
  expect(asked).toEqual(['start nanoclaw-emergency']);
});

test('a start after which nothing runs is none', async () => {
  await expect(unitOf('0').unit.start()).rejects.toThrow('ended at once');
});

test('it is stopped, and measured, by what the helper has on its list', async () => {
  const { unit, asked } = unitOf('4096');
  await unit.stop();
  expect(await unit.diskBytes()).toBe(4096);
  expect(asked).toEqual(['stop nanoclaw-emergency', 'size nanoclaw-emergency']);
});

test('an exit code that nobody tells is none', async () => {
  expect(await unitOf('').unit.exitCode()).toBeNull();
});
