import { expect, it } from 'vitest';
import { parseCommand } from './parse.ts';

it.each([
  ['status', 'status'],
  [' 상태 ', 'status'],
  ['Status?', 'status'],
  ['/tasks', 'tasks'],
  ['예약', 'tasks'],
  ['STOP!', 'stop'],
  ['멈춰', 'stop'],
  ['초기화', 'reset'],
  ['도움말', 'help'],
  ['stop the server', null],
  ['상태 알려줘', null],
  ['', null],
  ['/', null],
])('%j is the command %s', (text, name) => {
  expect(parseCommand(text)).toBe(name);
});
