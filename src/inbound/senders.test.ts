import { expect, it } from 'vitest';
import type { Group } from '../store/groups.ts';
import { mayAsk, mayCommand } from './senders.ts';

function group(folder: string, senders: string[] | null): Group {
  const rest = { triggerPattern: null, requiresTrigger: true, bots: 'ignore', addedAt: 0 } as const;
  return { jid: 'C1', name: 'x', folder, senders, ...rest };
}

it.each([
  ['team', null, [], 'U1', true],
  ['team', ['U1'], [], 'U1', true],
  ['team', ['U1'], [], 'U2', false],
  ['team', ['U1'], ['U9'], 'U9', true],
  ['team', [], [], 'U1', false],
  ['main', null, [], 'U1', true],
  ['main', null, ['U9'], 'U1', false],
  ['main', null, ['U9'], 'U9', true],
] as const)(
  'in %s with senders %j and operators %j, %s may ask: %s',
  (folder, senders, operators, sender, may) => {
    const who = { channel: 'slack', sender };
    expect(mayAsk(group(folder, senders && [...senders]), who, operators)).toBe(may);
  },
);

it('whoever can open the local chat may do everything', () => {
  const who = { channel: 'local', sender: 'me' };
  expect(mayAsk(group('main', []), who, ['U9'])).toBe(true);
  expect(mayCommand('reset', group('main', []), who, ['U9'])).toBe(true);
});

it.each([
  ['stop', [], 'U1', true],
  ['stop', ['U9'], 'U1', false],
  ['reset', ['U9'], 'U1', false],
  ['reset', ['U9'], 'U9', true],
  ['status', ['U9'], 'U1', true],
  ['help', ['U9'], 'U1', true],
] as const)('%s with operators %j may be given by %s: %s', (name, operators, sender, may) => {
  expect(mayCommand(name, group('team', null), { channel: 'slack', sender }, operators)).toBe(may);
});
