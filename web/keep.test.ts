import { expect, test } from 'vitest';
import { isSendKey } from './components/composer.tsx';
import { forgetfulBox, keepOutgoing, takeOutgoing, takeToken } from './keep.ts';

test('a token in the fragment is kept for the next load and replaces an older one', () => {
  const box = forgetfulBox();
  expect(takeToken('', box)).toBeNull();
  expect(takeToken('#token=first', box)).toBe('first');
  expect(takeToken('', box)).toBe('first');
  expect(takeToken('#token=second', box)).toBe('second');
  expect(takeToken('#chat', box)).toBe('second');
});

test('after a reload a message cut off while sending waits again under its id; settled ones are gone', () => {
  const box = forgetfulBox();
  const at = 1;
  keepOutgoing(
    [
      { id: 'a', text: '1', at, delivery: { kind: 'sending' } },
      { id: 'b', text: '2', at, delivery: { kind: 'accepted' } },
      { id: 'c', text: '3', at, delivery: { kind: 'refused', reason: '' } },
    ],
    box,
  );
  expect(takeOutgoing(box)).toEqual([{ id: 'a', text: '1', at, delivery: { kind: 'waiting' } }]);
});

test('unreadable leftovers are dropped', () => {
  const box = forgetfulBox();
  box.setItem('nanoclaw.outgoing', '{');
  expect(takeOutgoing(box)).toEqual([]);
});

const enter = { key: 'Enter', shiftKey: false, isComposing: false, keyCode: 13 };
test.each([
  ['Enter', enter, true],
  ['Shift + Enter', { ...enter, shiftKey: true }, false],
  ['Enter that ends a syllable', { ...enter, isComposing: true }, false],
  ['Enter taken by an input method', { ...enter, keyCode: 229 }, false],
  ['a letter', { ...enter, key: 'a', keyCode: 65 }, false],
])('%s: %j makes the composer send: %s', (_name, key, sends) => {
  expect(isSendKey(key)).toBe(sends);
});
