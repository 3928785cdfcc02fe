import { expect, test } from 'vitest';
import { type IncidentEvent, summarize } from '../../../contracts/incident.ts';
import { textsFor } from '../texts/index.ts';
import { renderList, renderStory } from './render.ts';

const FAULT = Date.UTC(2026, 2, 1, 10, 15);
const at = (seconds: number) => FAULT + seconds * 1000;
const EVENTS: IncidentEvent[] = [
  {
    ...{ type: 'opened', at: at(3), id: 'inc-20260301T101503-3fa2', cause: 'not_ready' },
    ...{ title: 'The orchestrator is not ready', faultAt: FAULT, seenAt: at(3) },
  },
  { type: 'evidence', at: at(3), text: 'store: cannot write' },
  { type: 'decided', at: at(4), tier: 2, action: 'free_disk', reason: 'the disk is full' },
  { type: 'acted', at: at(9), tier: 2, action: 'free_disk', ok: true, detail: '2.1 GiB freed' },
  { type: 'verified', at: at(10), ok: true, detail: 'ready' },
  {
    ...{ type: 'closed', at: at(70), outcome: 'success', tier: 2, mttd: 3, mttr: 70 },
    detail: 'healthy for 60 s',
  },
];
const plain = (_style: unknown, text: string) => text;

function story(events: IncidentEvent[], language: 'en' | 'ko' = 'en', paint = plain): string[] {
  const summary = summarize(events);
  if (summary === null) throw new Error('no incident');
  return renderStory(summary, events, textsFor(language), paint, at(100));
}

test('a story goes from evidence over decision, reason and action to verification, with the time between', () => {
  expect(
    story(EVENTS)
      .slice(1)
      .map((line) => line.trim().replaceAll(/ {2,}/g, ' | ')),
  ).toEqual([
    'healed MTTD 3.0 s, MTTR 1 min 10 s',
    '',
    expect.stringMatching(/^0 \| fault \| 2026-03-0/),
    '+3.0 s | (+3.0 s) | seen | The orchestrator is not ready',
    '+3.0 s | evidence | store: cannot write',
    '+4.0 s | (+1.0 s) | decided (tier 2) | free_disk',
    'because the disk is full',
    '+9.0 s | (+5.0 s) | acted | free_disk: 2.1 GiB freed',
    '+10 s | (+1.0 s) | verified | ready',
    '+1 min 10 s | (+1 min) | closed | healed, MTTD 3.0 s, MTTR 1 min 10 s: healthy for 60 s',
  ]);
});

test('an open incident ends with how long it has lasted', () => {
  expect(story(EVENTS.slice(0, 3)).at(-1)).toMatch(/\+1 min 40 s +still open/);
});

test('a Korean story is Korean', () => {
  const text = story(EVENTS, 'ko').join('\n');
  for (const word of ['탐지', '증거', '판단 (2단계)', '조치', '확인', '종료', '이유'])
    expect(text).toContain(word);
});

test('every kind of event has a colour of its own weight, and the text is never coloured', () => {
  const painted = story(EVENTS, 'en', (style, text) => `<${String(style)}>${text}</>`).join('\n');
  expect(painted).toContain('<yellow>decided (tier 2)</>');
  expect(painted).toContain('<green>verified</>');
  expect(painted).toContain('free_disk: 2.1 GiB freed');
});

test('the list numbers incidents, newest first', () => {
  const summary = summarize(EVENTS);
  const [, first, second] = renderList(summary ? [summary, summary] : [], textsFor('en'), plain);
  expect([first, second]).toEqual([expect.stringMatching(/^1 +inc-/), expect.stringMatching(/^2 +inc-/)]);
});
