import { expect, test } from 'vitest';
import { parseCommand } from './command.ts';

test.each([
  ['ack', { kind: 'ack' }],
  ['  ACK ', { kind: 'ack' }],
  ['<@1000000000000000001> ack', { kind: 'ack' }],
  ['!status', { kind: 'status' }],
  ['/restart', { kind: 'restart' }],
  ['doctor', { kind: 'doctor' }],
  ['doctor now', { kind: 'session' }],
  ['doctor-session --now', { kind: 'session' }],
  ['진단 지금', { kind: 'session' }],
  ['help', { kind: 'help' }],
  ['pause 30m', { kind: 'pause', minutes: 30 }],
  ['pause 2h', { kind: 'pause', minutes: 120 }],
  ['pause 45', { kind: 'pause', minutes: 45 }],
  ['pause', { kind: 'pause', minutes: 30 }],
  ['확인', { kind: 'ack' }],
  ['상태', { kind: 'status' }],
  ['재시작', { kind: 'restart' }],
  ['진단', { kind: 'doctor' }],
  ['일시정지 30분', { kind: 'pause', minutes: 30 }],
  ['일시정지 1시간', { kind: 'pause', minutes: 60 }],
])('%s is a command', (text, command) => {
  expect(parseCommand(text)).toEqual(command);
});

test.each([
  'restart seems to have helped',
  'what is the status?',
  'pause 0m',
  'pause 25h',
  'pause 3000000000m',
  'pause; rm -rf /',
  'ackermann',
  '',
  '<@1>',
])('%s is talk', (text) => {
  expect(parseCommand(text)).toBeNull();
});
