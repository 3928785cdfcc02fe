/** The clock can be right, and the time zone has a name that schedules can use. */
import { type Check, fine, trouble } from '../check.ts';

/** This program did not exist before then: an earlier clock was never set. */
const EARLIEST = Date.UTC(2026, 0, 1);

export const clockCheck: Check = {
  id: 'clock',
  title: (say) => say.clock.title,
  async look({ settings, say, now }) {
    const at = now();
    if (at < EARLIEST) {
      return trouble('error', say.clock.wrong(new Date(at).toISOString().slice(0, 10)), say.clock.wrongFix);
    }
    const zone = settings.values.TZ || Intl.DateTimeFormat().resolvedOptions().timeZone;
    return isZone(zone)
      ? fine(say.clock.ok(zone))
      : trouble('error', say.clock.badZone(zone), say.clock.badZoneFix);
  },
};

function isZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false; // the only answer Intl gives to an unknown zone is a RangeError
  }
}
