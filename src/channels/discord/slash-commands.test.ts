import { describe, expect, it } from 'vitest';
import { isRegistered, SLASH_COMMANDS } from './slash-commands.ts';

/** As Discord answers: with fields of its own. */
const answered = () =>
  SLASH_COMMANDS.map((command) => ({
    ...command,
    id: '1',
    version: '2',
    nsfw: false,
    integration_types: [0],
  }));

describe('the commands', () => {
  it('have names and descriptions that Discord takes, in English and Korean', () => {
    for (const { name, name_localizations: names, description } of SLASH_COMMANDS) {
      for (const one of [name, names?.ko ?? '']) expect(one).toMatch(/^[-_\p{L}\p{N}]{1,32}$/u);
      expect(description.length).toBeLessThanOrEqual(100);
    }
    expect(SLASH_COMMANDS.map(({ name }) => name)).toEqual([
      'ask',
      'status',
      'tasks',
      'stop',
      'reset',
      'help',
    ]);
  });

  it('are there when Discord has them all, in any order', () => {
    expect(isRegistered(SLASH_COMMANDS, answered().reverse())).toBe(true);
  });

  it.each([
    ['none', []],
    ['one too few', answered().slice(1)],
    ['one too many', [...answered(), { name: 'other' }]],
    ['another description', answered().map((one) => ({ ...one, description: 'old' }))],
    ['another Korean name', answered().map((one) => ({ ...one, name_localizations: null }))],
    ['another option', answered().map((one) => ({ ...one, options: [] }))],
  ])('are not there when Discord has %s', (_what, registered) => {
    expect(isRegistered(SLASH_COMMANDS, registered)).toBe(false);
  });
});
