import { expect, test } from 'vitest';
import { type AnchorParts, readBoot, steadyStart } from './boot-anchor.ts';

const DAY_MS = 86_400_000;
const WALL = 1_750_000_000_000;

/** A file and a machine that has been up for an hour. */
function parts(text: string | null = null): AnchorParts {
  let kept = text;
  const file = {
    read: () => kept,
    write: (fresh: string) => {
      kept = fresh;
    },
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return { file, log, boot: { id: 'b1', uptimeMs: 3_600_000 }, wall: WALL, notBefore: 0 };
}

test('a first start begins at the wall clock', () => {
  expect(steadyStart(parts())).toBe(WALL);
});

test.each([DAY_MS, -DAY_MS])('a clock moved by %i ms between two supervisors moves nothing', (jump) => {
  const machine = parts();
  steadyStart(machine);
  const boot = { id: 'b1', uptimeMs: 3_600_000 + 5000 };
  expect(steadyStart({ ...machine, boot, wall: WALL + 5000 + jump })).toBe(WALL + 5000);
});

test('after a reboot it goes on at the wall clock, never before what was saved', () => {
  const machine = parts();
  steadyStart(machine);
  const rebooted = { ...machine, boot: { id: 'b2', uptimeMs: 10_000 } };
  expect(steadyStart({ ...rebooted, wall: WALL - DAY_MS, notBefore: WALL + 1 })).toBe(WALL + 1);
});

test('half a file, and a file that cannot be written, stop nothing', () => {
  const machine = parts('{"boot":');
  machine.file.write = () => {
    throw new Error('ENOSPC');
  };
  expect(steadyStart(machine)).toBe(WALL);
});

test('this machine says which boot it is', () => {
  expect(readBoot()).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
});
