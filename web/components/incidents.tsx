/** The incidents, newest first. A click opens one incident's story. */
import { useState } from 'preact/hooks';
import type { IncidentSummary } from '../../contracts/incident.ts';
import type { Api } from '../api.ts';
import { formatDuration } from '../format.ts';
import { Moment } from './moment.tsx';
import { useReading } from './reading.ts';
import { Sessions } from './sessions.tsx';
import { Sign } from './sign.tsx';
import { Story } from './story.tsx';
import { openLook, outcomeLooks } from './tone.ts';

/** Shown before a person asks for more. */
const FIRST_SHOWN = 8;

type Props = { incidents: readonly IncidentSummary[]; api: Api; mayAct: boolean };

export function Incidents({ incidents, api, mayAct }: Props) {
  const { text } = useReading();
  const [shown, setShown] = useState(FIRST_SHOWN);
  const hidden = incidents.length - shown;
  return (
    <section class="card incidents" aria-labelledby="incidents">
      <h2 id="incidents">{text.incidents.title}</h2>
      {incidents.length === 0 && <p class="quiet">{text.incidents.empty}</p>}
      <ul>
        {incidents.slice(0, shown).map((incident) => (
          <Incident key={incident.id} incident={incident} api={api} mayAct={mayAct} />
        ))}
      </ul>
      {hidden > 0 && (
        <button type="button" onClick={() => setShown(incidents.length)}>
          {text.incidents.more(hidden)}
        </button>
      )}
    </section>
  );
}

type IncidentProps = { incident: IncidentSummary; api: Api; mayAct: boolean };

function Incident({ incident, api, mayAct }: IncidentProps) {
  const { text } = useReading();
  const [open, setOpen] = useState(false);
  const look = incident.outcome === null ? openLook : outcomeLooks[incident.outcome];
  const story = `story-${incident.id}`;
  return (
    <li class={`incident edge-${look.tone}`}>
      <button
        class="headline"
        type="button"
        aria-expanded={open}
        aria-controls={story}
        onClick={() => setOpen(!open)}
      >
        <Sign look={look} />
        <span class="title">{incident.title}</span>
        <span class={`tone-${look.tone}`}>
          {incident.outcome === null ? text.incidents.open : text.outcomes[incident.outcome]}
        </span>
      </button>
      <IncidentFacts incident={incident} />
      {needsAcknowledgement(incident) && mayAct && <Acknowledge id={incident.id} api={api} />}
      <div id={story} hidden={!open}>
        {open && <Story incident={incident} api={api} />}
        {open && mayHaveSessions(incident) && <Sessions incident={incident} api={api} />}
      </div>
    </li>
  );
}

/** Only an open incident that called somebody waits for that somebody. */
export function needsAcknowledgement(incident: IncidentSummary): boolean {
  return incident.state === 'open' && incident.pages > 0 && incident.acknowledgedBy === null;
}

/** A session is tier 3, and a page may have come after it. */
function mayHaveSessions({ tier }: IncidentSummary): boolean {
  return tier !== null && tier >= 3;
}

function IncidentFacts({ incident }: { incident: IncidentSummary }) {
  const { text } = useReading();
  const words = text.incidents;
  const { tier, mttd, mttr, closedAt, pages, acknowledgedBy } = incident;
  return (
    <p class="incident-facts">
      <span>{text.causes[incident.cause]}</span>
      <span>{tier === null ? words.noTier : `${words.tier(tier)} ${text.tiers[tier].name}`}</span>
      {mttd !== null && <span title="MTTD">{`${words.seenAfter} ${formatDuration(mttd, text.unit)}`}</span>}
      {mttr !== null && <span title="MTTR">{`${words.healedAfter} ${formatDuration(mttr, text.unit)}`}</span>}
      <span>
        {words.opened} <Moment at={incident.seenAt} />
      </span>
      {closedAt !== null && (
        <span>
          {words.closed} <Moment at={closedAt} />
        </span>
      )}
      {pages > 0 && <span>{words.pages(pages)}</span>}
      {acknowledgedBy !== null && <span>{words.acknowledgedBy(acknowledgedBy)}</span>}
    </p>
  );
}

function Acknowledge({ id, api }: { id: string; api: Api }) {
  const { text } = useReading();
  const [failure, setFailure] = useState('');
  const acknowledge = () => {
    setFailure('');
    api.acknowledge(id).catch((error: Error) => setFailure(error.message));
  };
  return (
    <p class="acts">
      <button type="button" class="main-act" onClick={acknowledge}>
        {text.incidents.acknowledge}
      </button>
      <span role="alert">{failure}</span>
    </p>
  );
}
