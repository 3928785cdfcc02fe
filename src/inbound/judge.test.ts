import { describe, expect, it } from 'vitest';
import type { Group } from '../store/groups.ts';
import type { InboundMessage } from '../store/journal.ts';
import { judge } from './judge.ts';

const RULES = { assistantName: '폴', triggerPattern: undefined, operators: ['U9'], quietBefore: 0 };

function group(over: Partial<Group> = {}): Group {
  const base = { jid: 'C1', name: 'team', folder: 'team', triggerPattern: null, requiresTrigger: true };
  return { ...base, senders: null, bots: 'ignore', addedAt: 0, ...over };
}

function message(over: Partial<InboundMessage>): InboundMessage {
  const place = { jid: 'C1', channel: 'slack', chatName: 'team', isGroup: true, id: '1', thread: null };
  const who = { sender: 'U1', senderName: 'kim', fromBot: false, files: [], at: 0 };
  return { ...place, ...who, text: 'hi', mentioned: false, ...over };
}

const kindOf = (over: Partial<InboundMessage>, about: Partial<Group> = {}, bots = 0) =>
  judge(group(about), message(over), RULES, bots).kind;

describe('a person’s message', () => {
  it.each([
    [{ text: '안녕' }, {}, 'context'],
    [{ text: '@폴 안녕' }, {}, 'asks'],
    [{ text: '이거 좀 @폴', mentioned: true }, {}, 'asks'],
    [{ text: '안녕' }, { requiresTrigger: false }, 'asks'],
    [{ text: '!ai 안녕' }, { triggerPattern: '^!ai' }, 'asks'],
    [{ text: '@폴 안녕' }, { triggerPattern: '^!ai' }, 'context'],
    [{ text: '@폴 안녕', mentioned: true }, { triggerPattern: '^!ai' }, 'asks'],
    [{ text: '@폴 안녕' }, { triggerPattern: '((' }, 'asks'],
    [{ text: '@폴 안녕' }, { senders: ['U2'] }, 'context'],
    [{ text: '@폴 상태' }, {}, 'command'],
    [{ text: '@폴, stop!' }, {}, 'command'],
    [{ text: '상태' }, {}, 'context'],
    [{ text: '상태' }, { requiresTrigger: false }, 'command'],
    [{ text: '!ai help' }, { triggerPattern: '^!ai' }, 'command'],
    [{ text: '@폴 상태 알려줘' }, {}, 'asks'],
  ] as const)('%j in %j: %s', (over, about, kind) => {
    expect(kindOf(over, about as Partial<Group>)).toBe(kind);
  });

  it('asks however many bots have asked before', () => {
    expect(kindOf({ text: '@폴 안녕' }, { bots: 'ask' }, 3)).toBe('asks');
  });

  it('is a command that is refused when its sender is not listed', () => {
    const verdict = judge(group(), message({ text: '@폴 reset' }), RULES, 0);
    expect(verdict).toEqual({ kind: 'command', name: 'reset', allowed: false });
  });
});

it('asks nothing when it was said before the database was lost: the answer may be gone, not missing', () => {
  const verdict = judge(group(), message({ text: '@폴 hi', at: 4 }), { ...RULES, quietBefore: 5 }, 0);
  expect(verdict.kind).toBe('context');
});

describe('another bot’s message', () => {
  const bot = { fromBot: true, text: '@폴 build failed' };
  it.each([
    ['ignore', 0, 'ignore'],
    ['context', 0, 'context'],
    ['ask', 0, 'asks'],
    ['ask', 3, 'context'],
  ] as const)('where bots are to %s, after %i in a row: %s', (bots, inARow, kind) => {
    expect(kindOf(bot, { bots }, inARow)).toBe(kind);
  });

  it('is never a command', () => {
    expect(kindOf({ fromBot: true, text: '@폴 reset' }, { bots: 'ask' })).toBe('asks');
  });
});
