import { expect, it } from 'vitest';
import { parseIncident, summarize } from './incident.ts';

const opened = {
  type: 'opened',
  at: 1,
  id: 'inc-1',
  cause: 'crash',
  title: 'it crashed',
  faultAt: 1,
  seenAt: 1,
};
const paged = (kind: string | undefined, ok = true) => ({
  type: 'paged',
  at: 2,
  kind,
  ok,
  detail: 'delivered',
});
const pagesOf = (...events: object[]) => {
  const text = [opened, ...events].map((event) => JSON.stringify(event)).join('\n');
  return summarize(parseIncident(text))?.pages;
};

it.each([
  ['a page', [paged('page')], 1],
  ['a page and its repetition', [paged('page'), paged('repage')], 2],
  ['a page that reached nobody', [paged('page', false)], 0],
  ['a notice', [paged('notice')], 0],
  ['the word that it is over', [paged('page'), paged('resolved')], 1],
  ['a page of an older record, without its kind', [paged(undefined)], 1],
])('%s counts as pages that rang', (_case, events, count) => {
  expect(pagesOf(...events)).toBe(count);
});
