import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type IncidentEvent, summarize } from '../../../contracts/incident.ts';
import { homePaths } from '../../../contracts/paths.ts';
import { fileNameAt } from '../../../metrics/record.ts';
import type { Context } from '../context.ts';
import { readCliSettings } from '../settings.ts';
import { createTerminal } from '../terminal.ts';
import { textsFor } from '../texts/index.ts';
import { buildBundle } from './bundle.ts';

const NOW = new Date(2026, 2, 1, 12).getTime();
const PLANTED = [
  'planted-webhook',
  'sk-ant-api03-planted00',
  'planted-json',
  'planted-api-token',
  'planted body',
];

function contextWith(files: Record<string, string>): Context {
  const paths = homePaths(mkdtempSync(join(tmpdir(), 'nanoclaw-bundle-')));
  for (const folder of [paths.logs, paths.supervisor, paths.data]) mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(paths.home, name), text);
  const out = { write: () => true };
  return {
    ...{ paths, programs: '/nowhere', version: '9.9.9', command: 'nanoclaw', environment: {} },
    settings: readCliSettings(files['.env'] ?? null, {}),
    ...{ texts: textsFor('en'), terminal: createTerminal(out, out, {}), now: () => NOW },
  };
}

test('a bundle holds incident, state, metrics, logs and versions, and neither secrets nor what anybody wrote', async () => {
  const metric = (offset: number, reason: string) =>
    `${JSON.stringify({ timestamp: (NOW + offset) / 1000, metric: 'page', result: 'sent', duration: 0, reason })}\n`;
  const log = (offset: number, level: number, fields: object) =>
    `${JSON.stringify({ level, time: NOW + offset, ...fields })}\n`;
  const context = contextWith({
    '.env': 'DISCORD_WEBHOOK_URL=http://x.example/planted-webhook\nTZ=Asia/Seoul\n',
    'data/api-token': 'planted-api-token',
    'supervisor/state.json': '{"service":{"kind":"held"},"accessToken":"planted-json"}',
    [`logs/${fileNameAt(NOW)}`]: metric(-1000, 'sk-ant-api03-planted00') + metric(-7_200_000, 'long ago'),
    'logs/nanoclaw.1.log':
      log(-1000, 50, { msg: 'bad http://x.example/planted-webhook', text: 'planted body' }) +
      log(-1000, 20, { msg: 'planted body' }) +
      log(-7_200_000, 30, { msg: 'long ago' }) +
      'Node warns of something\n',
  });
  const events: IncidentEvent[] = [
    {
      ...{ type: 'opened', at: NOW - 5000, id: 'inc-1', cause: 'crash', title: 'It crashed' },
      ...{ faultAt: NOW - 5000, seenAt: NOW - 5000 },
    },
    { type: 'evidence', at: NOW - 4000, text: 'token=planted-api-token "refresh_token":"planted-json"' },
  ];
  const summary = summarize(events);
  if (summary === null) throw new Error('no incident');
  const bundle = await buildBundle(context, { summary, events });
  expect(bundle).toMatchObject({
    versions: { nanoclaw: '9.9.9', node: process.version },
    incident: { summary: { id: 'inc-1' }, events: [{ type: 'opened' }, { type: 'evidence' }] },
    state: { service: { kind: 'held' } },
    settings: ['DISCORD_WEBHOOK_URL', 'TZ'],
    metrics: [{ metric: 'page', reason: '[redacted]' }],
    logs: { orchestrator: [{ level: 50, msg: 'bad [redacted]' }], supervisor: [] },
  });
  const text = JSON.stringify(bundle);
  for (const planted of [...PLANTED, 'long ago']) expect(text).not.toContain(planted);
});
