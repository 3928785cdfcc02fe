import { describe, expect, it } from 'vitest';
import { describeChanges } from './changed-settings.ts';
import { judgeFacts, type ProcessFacts } from './orphan-proof.ts';
import { formatBytes, whyNot } from './outcome.ts';
import { listeners } from './port-holders.ts';
import { lastLine } from './run-child.ts';

describe('the proof that a process is an orphan of ours', () => {
  const place = { home: '/srv/claw', installation: '/opt/nanoclaw' };
  const orphan: ProcessFacts = {
    program: '/usr/bin/node',
    args: ['/usr/bin/node', '/opt/nanoclaw/dist/index.js'],
    cwd: '/srv/claw',
    environment: { NANOCLAW_HOME: '/srv/claw' },
  };
  const asIs = (path: string) => path;
  it.each<[string, Partial<ProcessFacts>, boolean]>([
    ['an orchestrator of this home', {}, true],
    [
      'started with options and a relative path',
      { args: ['node', '--enable-source-maps', 'dist/index.js'], cwd: '/opt/nanoclaw' },
      true,
    ],
    ['of a former release', { args: ['node', '/opt/nanoclaw/releases/one/index.js'] }, true],
    ['whose program was replaced meanwhile', { program: '/usr/bin/node (deleted)' }, true],
    ['for another home', { environment: { NANOCLAW_HOME: '/srv/other' } }, false],
    ['without a home of its own, from another place', { environment: {} }, false],
    ['of another installation', { args: ['node', '/opt/other/dist/index.js'] }, false],
    ['the supervisor of this home', { args: ['node', '/opt/nanoclaw/dist/supervisor.js'] }, false],
    [
      'a folder that only begins like ours',
      { args: ['node', '/opt/nanoclaw/releases-old/one/index.js'] },
      false,
    ],
    ['no Node', { program: '/usr/bin/python3' }, false],
    ['a Node shell', { args: ['node'] }, false],
  ])('%s', (_title, changes, ours) => {
    expect(judgeFacts({ ...orphan, ...changes }, place, asIs).ours).toBe(ours);
  });

  it('holds for an installation that is its own home', () => {
    const facts = { ...orphan, environment: {} };
    expect(judgeFacts(facts, { home: '/opt/nanoclaw', installation: '/opt/nanoclaw' }, asIs).ours).toBe(true);
  });
});

it('only sockets that listen on the very port count', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2253 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000 100
   1: 0100007F:2253 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0000 100
   2: 0100007F:0253 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4713 1 0000 100
`;
  expect(listeners(table, 8787)).toEqual(['4711']);
  expect(listeners(table, 595)).toEqual(['4713']);
  expect(listeners('', 8787)).toEqual([]);
});

describe('the difference of two configurations', () => {
  it.each([
    ['TZ=A\nLOG_LEVEL=info\n', 'TZ=B\nLOG_LEVEL=info\n', 'changed: TZ'],
    [
      'TZ=A\nNEW_ONE=1\n',
      'TZ=A\nOLD_ONE=1\n',
      'only in the broken one: NEW_ONE; only in the good one: OLD_ONE',
    ],
    ['TZ=A\n# only a comment\n', 'TZ=A\n', 'no setting differs'],
    ['xoxb-planted\nTZ=A\n', 'TZ=A\n', '1 line that is no setting'],
    ['c2VjcmV0LXBsYW50ZWQ=\nab=1\n', 'TZ=A\n', 'only in the good one: TZ; 2 lines that are no setting'],
  ])('%j against %j', (broken, good, expected) => {
    expect(describeChanges(broken, good)).toBe(expected);
  });
});

describe('what a child said', () => {
  it.each([
    ['one\ntwo\n\n', 'two'],
    ['', 'it said nothing'],
    ['refused: sk-ant-oat01-planted_Secret and xoxb-1-2', 'refused: sk-ant-… and xoxb-…'],
  ])('%j', (output, line) => {
    expect(lastLine(output)).toBe(line);
  });

  it('becomes the reason of the failure', () => {
    expect(whyNot('x', { kind: 'ended', code: 2, output: 'no room' }).detail).toBe(
      'x failed with code 2: no room',
    );
    expect(whyNot('x', { kind: 'aborted', output: '' }).detail).toBe('x took too long and was ended');
    expect(whyNot('x', { kind: 'broken', reason: 'ENOENT' }).detail).toBe('x could not be run: ENOENT');
  });
});

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [3 * 2 ** 30, '3.0 GiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
