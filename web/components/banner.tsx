/** The one sentence that matters, with its reason and the facts beside it. */
import type { SystemStatus } from '../../contracts/status.ts';
import { formatAge, formatDuration } from '../format.ts';
import type { Contact } from '../state.ts';
import type { Text } from '../text.ts';
import { Moment } from './moment.tsx';
import { useReading } from './reading.ts';
import { Sign } from './sign.tsx';
import { connectingLook, type Look, lostLook, stateLooks } from './tone.ts';

type Props = { contact: Contact; status: SystemStatus | null };

export function Banner({ contact, status }: Props) {
  const { text } = useReading();
  const { look, sentence } = describe(contact, status, text);
  return (
    <section class={`banner edge-${look.tone}`} aria-labelledby="state">
      <Sign look={look} />
      <div class="banner-words">
        <div role="status" aria-live="polite">
          <h1 id="state">{sentence}</h1>
        </div>
        <p class="reason">
          {contact.kind === 'lost' ? <LastSeen at={contact.lastSeen} /> : (status?.service.reason ?? '')}
        </p>
      </div>
      <Facts service={status?.service ?? null} />
    </section>
  );
}

/** The sentence and its look; used for the tab's title too. */
export function describe(contact: Contact, status: SystemStatus | null, text: Text): Described {
  if (contact.kind === 'lost') return { look: lostLook, sentence: text.lost };
  if (status === null) return { look: connectingLook, sentence: text.connecting };
  const { state } = status.service;
  return { look: stateLooks[state], sentence: text.states[state] };
}

type Described = { look: Look; sentence: string };

function LastSeen({ at }: { at: number | null }) {
  const { text } = useReading();
  if (at === null) return <>{text.lostNever}</>;
  return (
    <>
      {text.lostSeen} <Moment at={at} />. {text.lostTrying}
    </>
  );
}

function Facts({ service }: { service: SystemStatus['service'] | null }) {
  const { text } = useReading();
  const { facts, none, unit } = text;
  const uptime = service?.uptimeSeconds ?? null;
  return (
    <dl class="facts">
      <Fact name={facts.since}>{service ? <Moment at={service.since} /> : none}</Fact>
      <Fact name={facts.uptime}>{uptime === null ? none : formatDuration(Math.floor(uptime), unit)}</Fact>
      <Fact name={facts.pid}>{service?.pid ?? none}</Fact>
      <Fact name={facts.restarts}>{service?.restarts ?? none}</Fact>
      <Fact name={facts.turns}>{service?.readiness?.activeTurns ?? none}</Fact>
      <Fact name={facts.unanswered}>
        <Unanswered service={service} />
      </Fact>
    </dl>
  );
}

function Unanswered({ service }: { service: SystemStatus['service'] | null }) {
  const { text } = useReading();
  if (!service?.readiness) return <>{text.none}</>;
  const age = service.readiness.oldestUnansweredMs;
  return <>{age === null ? text.facts.allAnswered : formatAge(age, text.unit)}</>;
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
