/** Incidents for people: a table of all, and one as a story whose times count from the fault. Pure. */
import type { IncidentEvent, IncidentSummary } from '../../../contracts/incident.ts';
import { formatDuration, formatTable, formatTime, padTo } from '../format.ts';
import type { Style, Terminal } from '../terminal.ts';
import type { Texts } from '../texts/index.ts';

type Paint = Terminal['paint'];

export function renderList(
  incidents: readonly IncidentSummary[],
  { incidents: t }: Texts,
  paint: Paint,
): string[] {
  const rows = incidents.map((incident, index) => [
    String(index + 1),
    incident.id,
    formatTime(incident.faultAt),
    incident.cause,
    incident.tier === null ? '–' : String(incident.tier),
    outcomeOf(incident, t, paint),
    formatDuration(incident.mttd ?? (incident.seenAt - incident.faultAt) / 1000),
    formatDuration(incident.mttr),
    incident.title,
  ]);
  return formatTable([t.columns.map((column) => paint('dim', column)), ...rows]);
}

function outcomeOf(incident: IncidentSummary, t: Texts['incidents'], paint: Paint): string {
  if (incident.outcome === null) return paint('yellow', t.open);
  return paint(incident.outcome === 'failed' ? 'red' : 'green', t.outcomes[incident.outcome]);
}

/** Widths of the story's first three columns. */
const OFFSET_WIDTH = 13;
const STEP_WIDTH = 13;
const LABEL_WIDTH = 19;

/**
 * From the fault to the end, one line an event: how long after the fault, how long after the line above, what kind,
 * what happened.
 */
export function renderStory(
  summary: IncidentSummary,
  events: readonly IncidentEvent[],
  texts: Texts,
  paint: Paint,
  now: number,
): string[] {
  const t = texts.incidents;
  const head = `${paint('bold', summary.title)} ${paint('dim', `(${summary.cause}, ${summary.id})`)}`;
  const result = `${outcomeOf(summary, t, paint)} ${paint('dim', figuresOf(summary, now))}`;
  let before = summary.faultAt;
  const told = events.flatMap((event) => {
    const at = atOf(event);
    const times = [after(at - summary.faultAt), at === before ? '' : `(${after(at - before)})`] as const;
    before = Math.max(before, at);
    const { label, text, style } = tell(event, t);
    const parts = text.split('\n').flatMap((part) => part.trim() || []);
    return parts.map((part, index) =>
      index === 0 ? line(times, paint(style, label), part, paint) : line(['', ''], '', part, paint),
    );
  });
  const fault = line(['0', ''], t.fault, formatTime(summary.faultAt), paint);
  const open =
    summary.state === 'open' ? [line([after(now - summary.faultAt), ''], t.running, '…', paint)] : [];
  return [head, result, '', fault, ...told, ...open];
}

function after(ms: number): string {
  return `+${formatDuration(ms / 1000)}`;
}

function line([offset, step]: readonly [string, string], label: string, text: string, paint: Paint): string {
  const times = `${padTo(offset, OFFSET_WIDTH)}${padTo(step, STEP_WIDTH)}`;
  return `  ${paint('dim', times)}${padTo(label, LABEL_WIDTH)}${text}`.trimEnd();
}

function figuresOf({ mttd, mttr, faultAt, seenAt }: IncidentSummary, now: number): string {
  return figures({ mttd: mttd ?? (seenAt - faultAt) / 1000, mttr: mttr ?? (now - faultAt) / 1000 });
}

function atOf(event: IncidentEvent): number {
  return event.type === 'opened' ? event.seenAt : event.at;
}

type Told = { label: string; text: string; style: Style };

function tell(event: IncidentEvent, t: Texts['incidents']): Told {
  const { story } = t;
  switch (event.type) {
    case 'opened':
      return { label: story.seen, text: event.title, style: 'red' };
    case 'evidence':
      return { label: story.evidence, text: event.text, style: 'dim' };
    case 'decided': {
      const text = `${event.action}\n${t.because(event.reason)}`;
      return { label: story.decided(event.tier), text, style: 'yellow' };
    }
    case 'acted': {
      const text = joined(event.action, event.detail);
      return { label: story.acted(event.ok), text, style: event.ok ? 'cyan' : 'red' };
    }
    case 'verified':
      return { label: story.verified(event.ok), text: event.detail, style: event.ok ? 'green' : 'red' };
    case 'paged':
      return { label: story.paged(event.ok), text: event.detail, style: event.ok ? 'magenta' : 'red' };
    case 'acknowledged':
      return { label: story.acknowledged, text: t.acknowledged(event.by), style: 'magenta' };
    case 'closed': {
      const text = joined(`${t.outcomes[event.outcome]}, ${figures(event)}`, event.detail);
      return { label: story.closed, text, style: event.outcome === 'failed' ? 'red' : 'green' };
    }
  }
}

function figures(event: { mttd: number; mttr: number }): string {
  return `MTTD ${formatDuration(event.mttd)}, MTTR ${formatDuration(event.mttr)}`;
}

function joined(first: string, detail: string): string {
  return detail === '' ? first : `${first}: ${detail}`;
}
