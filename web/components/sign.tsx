/** A small drawn sign. It repeats what the words beside it say, so it is hidden from screen readers. */
import type { Look, Sign as SignName } from './tone.ts';

/** Strokes in a 16 × 16 box. */
const strokes: Record<SignName, string> = {
  check: 'M3 8.5l3.2 3.2L13 4.8',
  turn: 'M13 8a5 5 0 1 1-1.8-3.9M13 2v3h-3',
  alert: 'M8 2.5v7M8 13v.1',
  cross: 'M4 4l8 8M12 4l-8 8',
  person: 'M8 7.5a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2M2.8 14c.5-3 2.5-4.3 5.2-4.3s4.7 1.3 5.2 4.3',
  stop: 'M4 4h8v8H4z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  question: 'M5.2 5.6a2.8 2.8 0 1 1 4.1 2.5c-.9.5-1.3 1-1.3 2M8 13.2v.1',
  dot: 'M5 8h6',
};

export function Sign({ look }: { look: Look }) {
  return (
    <svg class={`sign tone-${look.tone} sign-${look.sign}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={strokes[look.sign]} />
    </svg>
  );
}
