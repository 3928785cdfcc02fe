/** The emergency sessions of an incident: what came of each, what it took, what it changed, what was said. */
import { useEffect, useState } from 'preact/hooks';
import type { IncidentSummary } from '../../contracts/incident.ts';
import type { SessionRecord, TranscriptLine, TryRecord } from '../../contracts/session-record.ts';
import type { Api } from '../api.ts';
import { formatDuration } from '../format.ts';
import { useReading } from './reading.ts';

type Loaded =
  | { kind: 'loading' }
  | { kind: 'told'; sessions: SessionRecord[] }
  | { kind: 'failed'; reason: string };

/** Nothing at all where no session was opened. */
export function Sessions({ incident, api }: { incident: IncidentSummary; api: Api }) {
  const { text } = useReading();
  const loaded = useSessions(incident, api);
  if (loaded.kind === 'loading') return null;
  if (loaded.kind === 'failed') return <p role="alert">{`${text.sessions.unreadable}: ${loaded.reason}`}</p>;
  return (
    <>
      {loaded.sessions.map((session) => (
        <Session key={session.number} session={session} />
      ))}
    </>
  );
}

/** Read again whenever the incident has gone on. */
function useSessions(incident: IncidentSummary, api: Api): Loaded {
  const [loaded, setLoaded] = useState<Loaded>({ kind: 'loading' });
  const version = JSON.stringify(incident);
  useEffect(() => {
    const stop = new AbortController();
    api.readSessions(incident.id, stop.signal).then(
      (sessions) => setLoaded({ kind: 'told', sessions }),
      (error: Error) => {
        if (!stop.signal.aborted) setLoaded({ kind: 'failed', reason: error.message });
      },
    );
    return () => stop.abort();
  }, [version, api]);
  return loaded;
}

function Session({ session }: { session: SessionRecord }) {
  const { text } = useReading();
  const words = text.sessions;
  const { number, end, tries, transcript } = session;
  const tone = end === null ? 'busy' : end.outcome === 'done' ? 'ok' : 'bad';
  return (
    <section class={`session edge-${tone}`} aria-label={words.title(number)}>
      <h3>
        {words.title(number)}{' '}
        <span class={`tone-${tone}`}>{end === null ? words.running : words.outcomes[end.outcome]}</span>
      </h3>
      {end !== null && (
        <>
          <p class="incident-facts">
            <span>{formatDuration(end.seconds, text.unit)}</span>
            <span>{`$${end.costUsd.toFixed(2)}`}</span>
            <span>{words.turns(end.turns)}</span>
            <span>{words.tries(end.tries)}</span>
          </p>
          <p>{end.detail}</p>
        </>
      )}
      {tries.map((tried) => (
        <Try key={tried.number} tried={tried} />
      ))}
      <Transcript lines={transcript} />
    </section>
  );
}

function Try({ tried }: { tried: TryRecord }) {
  const { text } = useReading();
  const words = text.sessions;
  const { number, outcome, detail, files } = tried;
  return (
    <details class="try">
      <summary>{`${words.tried(number)}: ${words.tryOutcomes[outcome ?? 'open']}`}</summary>
      {detail !== '' && <p class="quiet">{detail}</p>}
      {files.map(({ path, diff }) => (
        <figure key={path}>
          <figcaption>{path}</figcaption>
          {diff !== '' && <Diff diff={diff} />}
        </figure>
      ))}
    </details>
  );
}

function Diff({ diff }: { diff: string }) {
  return (
    <pre class="diff">
      {diff.split('\n').map((line, index) => (
        // A diff never changes, so the position is the identity.
        <span key={index} class={lineClass(line)}>
          {`${line}\n`}
        </span>
      ))}
    </pre>
  );
}

function lineClass(line: string): string {
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'quiet';
}

function Transcript({ lines }: { lines: readonly TranscriptLine[] }) {
  const { text } = useReading();
  const words = text.sessions;
  if (lines.length === 0) return null;
  return (
    <details class="session-words">
      <summary>{words.said(lines.length)}</summary>
      <ol>
        {lines.map(({ who, text: said }, index) => (
          // Lines are only ever appended.
          <li key={index} class={`line-${who}`}>
            <span class="quiet">{words.who[who]}</span>
            <pre>{said}</pre>
          </li>
        ))}
      </ol>
    </details>
  );
}
