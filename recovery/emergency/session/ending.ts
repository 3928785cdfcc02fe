/** Why a run of Claude Code ended: by itself, or because its way to the model does not serve. Pure. */
import { BUDGET_STATUS } from '../../../contracts/link.ts';
import { plain } from '../../../contracts/session-record.ts';
import type { SessionResult } from './transcript.ts';

export type Ending =
  /** It said its last word; what that is worth is found by looking. */
  | { kind: 'finished'; detail: string }
  /** This way to the model is of no use now; the next may be. */
  | { kind: 'no_way'; why: WayFailure; detail: string }
  /** Its turns or its money are used up. */
  | { kind: 'spent'; detail: string }
  /** It could not be run, or broke. */
  | { kind: 'broken'; detail: string };

export type WayFailure = 'refused' | 'limited' | 'no_credit' | 'overloaded' | 'unreachable' | 'unknown_model';

const WORDS = 200;

/** @param code exit code of the sandbox; null when the process is gone without one */
export function endingOf(code: number | null, result: SessionResult | null, errors: string): Ending {
  if (result === null) {
    return { kind: 'broken', detail: `it ended with ${code ?? 'no code'} and no result: ${tail(errors)}` };
  }
  const words = oneLine(result.result.slice(0, WORDS));
  if (result.subtype.startsWith('error_max_')) return { kind: 'spent', detail: result.subtype };
  if (result.api_error_status === BUDGET_STATUS) return { kind: 'spent', detail: words };
  if (!result.is_error) {
    const said = ownWord(result.result);
    return {
      kind: 'finished',
      detail: `${result.num_turns ?? 'some'} turns${said && `; its own word: ${said}`}`,
    };
  }
  const why = wayFailure(result.api_error_status ?? null, result.result);
  if (why === null) return { kind: 'broken', detail: `it ended with ${code ?? 'no code'}: ${words}` };
  return { kind: 'no_way', why, detail: words };
}

/** Null when the words tell of no trouble with the API. */
function wayFailure(status: number | null, words: string): WayFailure | null {
  if (/credit balance|billing/i.test(words) || status === 402) return 'no_credit';
  switch (status) {
    case 401:
    case 403:
      return 'refused';
    case 404:
      return 'unknown_model';
    case 429:
      return 'limited';
    // The forwarder's own words where the API is out of reach.
    case 502:
    case 504:
      return 'unreachable';
    case null:
      break;
    default:
      if (status >= 500) return 'overloaded';
  }
  if (/usage limit|rate.?limit/i.test(words)) return 'limited';
  if (/invalid (?:api key|credential)|authenticat|\/login/i.test(words)) return 'refused';
  if (/overloaded/i.test(words)) return 'overloaded';
  return /connect|network|timed? ?out|ECONN|ENOTFOUND|fetch failed/i.test(words) ? 'unreachable' : null;
}

function tail(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' ? 'it said nothing' : oneLine(trimmed.slice(-WORDS));
}

/** Its last three lines as the brief asks for them, else its last words. Nothing is decided by them. */
function ownWord(text: string): string {
  const at = text.lastIndexOf('CAUSE:');
  return oneLine(at < 0 ? text.trim().slice(-WORDS) : text.slice(at, at + 2 * WORDS)).trim();
}

/** These words go into the incident, and from there to people's terminals. */
function oneLine(text: string): string {
  return plain(text).replaceAll(/\s+/g, ' ');
}
