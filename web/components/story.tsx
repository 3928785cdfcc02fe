/** One incident's story as a timeline: what was seen, decided and why, done, and whether it helped. */
import { useEffect, useState } from 'preact/hooks';
import type { IncidentEvent, IncidentSummary } from '../../contracts/incident.ts';
import type { Api } from '../api.ts';
import { formatAbsolute, formatDuration } from '../format.ts';
import type { Text } from '../text.ts';
import { useReading } from './reading.ts';
import type { Tone } from './tone.ts';

type Loaded =
  | { kind: 'loading' }
  | { kind: 'told'; events: IncidentEvent[] }
  | { kind: 'failed'; reason: string };

export function Story({ incident, api }: { incident: IncidentSummary; api: Api }) {
  const { text } = useReading();
  const story = useStory(incident, api);
  if (story.kind === 'loading') return <p class="quiet story-wait">{text.incidents.loading}</p>;
  if (story.kind === 'failed') {
    return <p role="alert">{`${text.incidents.unreadable}: ${story.reason}`}</p>;
  }
  const start = story.events[0]?.at ?? incident.faultAt;
  return (
    <ol class="story">
      {story.events.map((event, index) => (
        // Events are only ever appended, so the position is the identity.
        <Step key={index} event={event} start={start} />
      ))}
    </ol>
  );
}

/** Reads the story, and reads it again whenever the summary shows that it went on. */
function useStory(incident: IncidentSummary, api: Api): Loaded {
  const [story, setStory] = useState<Loaded>({ kind: 'loading' });
  const version = JSON.stringify(incident);
  useEffect(() => {
    const stop = new AbortController();
    api.readIncident(incident.id, stop.signal).then(
      (events) => setStory({ kind: 'told', events }),
      (error: Error) => {
        if (!stop.signal.aborted) setStory({ kind: 'failed', reason: error.message });
      },
    );
    return () => stop.abort();
  }, [version, api]);
  return story;
}

function Step({ event, start }: { event: IncidentEvent; start: number }) {
  const { text, language } = useReading();
  const { tone, body, note } = tellStep(event, text);
  return (
    <li class={`step edge-${tone}`}>
      <span class="step-kind">{text.events[event.type]}</span>
      <time
        class="quiet"
        dateTime={new Date(event.at).toISOString()}
        title={formatAbsolute(event.at, language)}
      >
        {`+${formatDuration((event.at - start) / 1000, text.unit)}`}
      </time>
      <p>{body}</p>
      {note !== '' && <p class="quiet">{note}</p>}
    </li>
  );
}

type Told = { tone: Tone; body: string; note: string };

/** An event in words: the fact itself, and what explains it. */
export function tellStep(event: IncidentEvent, text: Text): Told {
  const words = text.incidents;
  const judge = (ok: boolean): Tone => (ok ? 'ok' : 'bad');
  switch (event.type) {
    case 'opened':
      return { tone: 'bad', body: event.title, note: text.causes[event.cause] };
    case 'evidence':
      return { tone: 'off', body: event.text, note: '' };
    case 'decided':
      return {
        tone: 'busy',
        body: `${words.tier(event.tier)}: ${event.action}`,
        note: `${words.because} ${event.reason}`,
      };
    case 'acted':
      return {
        tone: judge(event.ok),
        body: `${event.action}: ${event.ok ? words.worked : words.failed}`,
        note: event.detail,
      };
    case 'verified':
      return { tone: judge(event.ok), body: event.ok ? words.good : words.notGood, note: event.detail };
    case 'paged':
      return { tone: judge(event.ok), body: event.ok ? words.worked : words.failed, note: event.detail };
    case 'acknowledged':
      return { tone: 'ok', body: event.by, note: '' };
    case 'closed':
      return {
        tone: event.outcome === 'failed' ? 'warn' : 'ok',
        body: text.outcomes[event.outcome],
        note: event.detail,
      };
  }
}
