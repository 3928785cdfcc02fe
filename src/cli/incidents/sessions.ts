/** The emergency sessions of an incident for people: what came of each, what it tried, what was said. Pure. */
import type { SessionRecord, TranscriptLine, TryRecord } from '../../../contracts/session-record.ts';
import { formatDuration, padTo } from '../format.ts';
import type { Style, Terminal } from '../terminal.ts';
import type { Texts } from '../texts/index.ts';

type Paint = Terminal['paint'];

/** Width of the column that says who speaks. */
const WHO_WIDTH = 8;
const WHO_STYLES: Record<TranscriptLine['who'], Style> = {
  says: 'reset',
  calls: 'cyan',
  hears: 'dim',
  notes: 'yellow',
};

export function renderSessions(sessions: readonly SessionRecord[], texts: Texts, paint: Paint): string[] {
  return sessions.flatMap((session) => renderOne(session, texts.session, paint));
}

function renderOne(
  { number, end, tries, transcript }: SessionRecord,
  t: Texts['session'],
  paint: Paint,
): string[] {
  const outcome = end === null ? t.running : t.outcomes[end.outcome];
  const facts =
    end === null
      ? []
      : [t.figures(formatDuration(end.seconds), end.costUsd.toFixed(2), end.turns, end.tries), end.detail];
  return [
    '',
    paint('bold', t.session(number, outcome)),
    ...facts.map((fact) => `  ${fact}`),
    ...tries.flatMap((tried) => renderTry(tried, t, paint)),
    ...(transcript.length === 0 ? [] : [`  ${paint('bold', t.words(transcript.length))}`]),
    ...transcript.flatMap(({ who, text }) =>
      spoken(paint(WHO_STYLES[who], padTo(t.who[who], WHO_WIDTH)), text),
    ),
  ];
}

function renderTry(
  { number, outcome, detail, files }: TryRecord,
  t: Texts['session'],
  paint: Paint,
): string[] {
  const changed = files.flatMap(({ path, diff }) => [
    `    ${paint('bold', path)}`,
    ...(diff === '' ? [] : diff.split('\n')).map((line) => `    ${paint(diffStyle(line), line)}`),
  ]);
  return [
    `  ${t.tried(number, t.tries[outcome ?? 'open'])}${detail === '' ? '' : `: ${detail}`}`,
    ...changed,
  ];
}

function diffStyle(line: string): Style {
  if (line.startsWith('+')) return 'green';
  return line.startsWith('-') ? 'red' : 'dim';
}

function spoken(who: string, text: string): string[] {
  return text
    .split('\n')
    .map((line, index) => `  ${index === 0 ? who : ' '.repeat(WHO_WIDTH)}${line}`.trimEnd());
}
