import { describe, expect, it } from 'vitest';
import { buildTrigger, isTriggered } from './trigger.ts';

describe('the trigger built from the name', () => {
  const trigger = buildTrigger('폴', undefined);
  it.each([
    ['@폴 안녕', true],
    ['@폴', true],
    ['@폴, 내일 날씨?', true],
    ['  @폴!', true],
    ['@폴아 도와줘', true],
    ['@폴님 도와주세요', true],
    ['@폴란드 여행', false],
    ['@폴2 안녕', false],
    ['안녕 폴', false],
    ['메일 a@폴.com', false],
    ['', false],
  ])('%j asks: %s', (text, asked) => {
    expect(isTriggered(trigger, text)).toBe(asked);
  });

  it('takes a name with special characters literally', () => {
    const dotted = buildTrigger('c.3+', undefined);
    expect(isTriggered(dotted, '@c.3+ hi')).toBe(true);
    expect(isTriggered(dotted, '@cx3+ hi')).toBe(false);
  });
});

it('uses the pattern of the operator as it stands', () => {
  const trigger = buildTrigger('폴', '^@(폴|paul)');
  expect(isTriggered(trigger, '@Paul hi')).toBe(true);
  expect(isTriggered(trigger, '@폴란드')).toBe(true);
});
