import { expect, test } from 'vitest';
import type { IncidentEvent } from '../../contracts/incident.ts';
import { catalogue } from '../text.ts';
import { needsAcknowledgement } from './incidents.tsx';
import { nameComponent } from './parts.tsx';
import { tellStep } from './story.tsx';

const at = 1;
test.each<[IncidentEvent, string, string]>([
  [{ type: 'evidence', at, text: 'exit 1' }, 'exit 1', ''],
  [
    { type: 'decided', at, tier: 1, action: 'restart', reason: 'it is gone' },
    'tier 1: restart',
    'because it is gone',
  ],
  [
    { type: 'acted', at, tier: 1, action: 'restart', ok: false, detail: 'exit 78' },
    'restart: it failed',
    'exit 78',
  ],
  [{ type: 'verified', at, ok: true, detail: 'ready for 60 s' }, 'good', 'ready for 60 s'],
  [{ type: 'acknowledged', at, by: 'minji' }, 'minji', ''],
])('%j is told as "%s" with the note "%s"', (event, body, note) => {
  expect(tellStep(event, catalogue.en)).toMatchObject({ body, note });
});

test.each([
  ['channel:slack', 'Channel: slack'],
  ['store', 'Message store'],
  ['scheduler', 'scheduler'],
  ['constructor', 'constructor'],
])('the component %s is shown as %s', (name, shown) => {
  expect(nameComponent(name, catalogue.en)).toBe(shown);
});

const open = {
  id: 'i',
  cause: 'crash',
  title: '',
  faultAt: 0,
  seenAt: 0,
  tier: 4,
  state: 'open',
  outcome: null,
  closedAt: null,
  mttd: null,
  mttr: null,
  pages: 1,
  acknowledgedBy: null,
} as const;
test.each([
  ['open and paged', open, true],
  ['open, nobody called', { ...open, pages: 0 }, false],
  ['acknowledged', { ...open, acknowledgedBy: 'minji' }, false],
  ['closed', { ...open, state: 'closed' as const }, false],
])('an incident that is %s (%j) asks for an acknowledgement: %s', (_name, incident, asks) => {
  expect(needsAcknowledgement(incident)).toBe(asks);
});
