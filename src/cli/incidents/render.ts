/** Incidents for people: a table of all, and one as a story whose times count from the fault. Pure. */
import type { IncidentEvent, IncidentSummary } from '../../../contracts/incident.ts';
import { formatDuration, formatTable, formatTime, padTo } from '../format.ts';
import type { Terminal } from '../terminal.ts';
import type { Texts } from '../texts/index.ts';

type Paint = Terminal['paint'];

export function renderList(
  incidents: readonly IncidentSummary[],
  { incidents: t }: Texts,
  paint: Paint,
): string[] {
  const rows = incidents.map((incident) => [
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

/** Widths of the story's first two columns. */
const OFFSET_WIDTH = 13;
const LABEL_WIDTH = 19;

export function renderStory(
  summary: IncidentSummary,
  events: readonly IncidentEvent[],
  texts: Texts,
  paint: Paint,
): string[] {
  const t = texts.incidents;
  const head = `${paint('bold', summary.title)} ${paint('dim', `(${summary.cause}, ${summary.id})`)}`;
  const fault = line('0', t.fault, formatTime(summary.faultAt), paint);
  const told = events.flatMap((event) => {
    const offset = `+${formatDuration((atOf(event) - summary.faultAt) / 1000)}`;
    const { label, text } = tell(event, t);
    return text.split('\n').map((part, index) => line(index ? '' : offset, index ? '' : label, part, paint));
  });
  return [head, fault, ...told, ...(summary.state === 'open' ? [line('', t.open, '…', paint)] : [])];
}

function line(offset: string, label: string, text: string, paint: Paint): string {
  return `  ${paint('dim', padTo(offset, OFFSET_WIDTH))}${padTo(label, LABEL_WIDTH)}${text}`.trimEnd();
}

function atOf(event: IncidentEvent): number {
  return event.type === 'opened' ? event.seenAt : event.at;
}

function tell(event: IncidentEvent, t: Texts['incidents']): { label: string; text: string } {
  switch (event.type) {
    case 'opened':
      return { label: t.story.seen, text: event.title };
    case 'evidence':
      return { label: t.story.evidence, text: event.text };
    case 'decided':
      return { label: t.story.decided(event.tier), text: `${event.action}\n${t.because(event.reason)}` };
    case 'acted':
      return { label: t.story.acted(event.ok), text: joined(event.action, event.detail) };
    case 'verified':
      return { label: t.story.verified(event.ok), text: event.detail };
    case 'paged':
      return { label: t.story.paged(event.ok), text: event.detail };
    case 'acknowledged':
      return { label: t.story.acknowledged, text: t.acknowledged(event.by) };
    case 'closed':
      return {
        label: t.story.closed,
        text: joined(`${t.outcomes[event.outcome]}, ${figures(event)}`, event.detail),
      };
  }
}

function figures(event: { mttd: number; mttr: number }): string {
  return `MTTD ${formatDuration(event.mttd)}, MTTR ${formatDuration(event.mttr)}`;
}

function joined(first: string, detail: string): string {
  return detail === '' ? first : `${first}: ${detail}`;
}
