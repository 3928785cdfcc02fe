/** A moment, told as its age; the date and time appear on hover and for screen readers. */
import { formatAbsolute, formatAge } from '../format.ts';
import { useReading } from './reading.ts';

export function Moment({ at }: { at: number }) {
  const { text, language, now } = useReading();
  return (
    <time dateTime={new Date(at).toISOString()} title={formatAbsolute(at, language)}>
      {text.ago(formatAge(now - at, text.unit))}
    </time>
  );
}
