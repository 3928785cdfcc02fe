/** Heartbeat, loop delay and memory with their last minutes, as far as this page saw them. */

import type { SystemStatus } from '../../contracts/status.ts';
import { drawCurve, type Point } from '../curve.ts';
import { formatDuration, formatMebibytes } from '../format.ts';
import { HISTORY_MS, type Sample } from '../state.ts';
import { useReading } from './reading.ts';

type Props = { heartbeat: SystemStatus['service']['heartbeat']; history: readonly Sample[] };

export function Vitals({ heartbeat, history }: Props) {
  const { text } = useReading();
  const duration = (ms: number) => formatDuration(ms / 1000, text.unit);
  return (
    <section class="card" aria-labelledby="vitals">
      <h2 id="vitals">
        {text.vitals.title} <span class="quiet">{text.vitals.reach}</span>
      </h2>
      <p class="vital">
        <span>{text.vitals.heartbeat}</span>
        <output>{heartbeat ? text.ago(duration(heartbeat.ageMs)) : text.vitals.noHeartbeat}</output>
      </p>
      <Vital
        name={text.vitals.loopDelay}
        present={heartbeat?.loopDelayMs ?? null}
        points={history.map(({ at, loopDelayMs }) => ({ at, value: loopDelayMs }))}
        write={duration}
      />
      <Vital
        name={text.vitals.memory}
        present={heartbeat?.rssBytes ?? null}
        points={history.map(({ at, rssBytes }) => ({ at, value: rssBytes }))}
        write={formatMebibytes}
      />
    </section>
  );
}

type VitalProps = {
  name: string;
  present: number | null;
  points: readonly Point[];
  write: (value: number) => string;
};

const WIDTH = 240;
const HEIGHT = 36;

function Vital({ name, present, points, write }: VitalProps) {
  const { text } = useReading();
  const to = points.at(-1)?.at ?? 0;
  const readings = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const frame = { width: WIDTH, height: HEIGHT, from: to - HISTORY_MS, to };
  return (
    <div class="vital">
      <span>{name}</span>
      <output>{present === null ? text.none : write(present)}</output>
      <svg class="curve" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={drawCurve(points, frame)} />
      </svg>
      <span class="quiet">
        {text.vitals.highest} {readings.length === 0 ? text.none : write(Math.max(...readings))}
      </span>
    </div>
  );
}
