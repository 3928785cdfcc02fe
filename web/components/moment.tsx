/** A moment, told as its age; the date and time appear on hover and for screen readers. */
import { formatAbsolute, formatAge } from '../format.ts';
import { useReading } from './reading.ts';

export function Moment({ at }: { at: number }) {
  const { text, language, now } = useReading();
  const age = now - at;
  return (
    <time dateTime={new Date(at).toISOString()} title={formatAbsolute(at, language)}>
      {age < 1000 ? text.justNow : text.ago(formatAge(age, text.unit))}
    </time>
  );
}
