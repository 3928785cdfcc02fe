/**
 * What outlives a reload of the tab: the token, messages not yet accepted, the chosen language. A browser that
 * forbids storage only loses that comfort.
 */
import type { Outgoing } from './chat-state.ts';

const TOKEN = 'nanoclaw.token';
const OUTGOING = 'nanoclaw.outgoing';
const LANGUAGE = 'nanoclaw.language';

export type Box = Pick<Storage, 'getItem' | 'setItem'>;

/** A store that forgets, for browsers that forbid the real one. */
export function forgetfulBox(): Box {
  const held = new Map<string, string>();
  return { getItem: (key) => held.get(key) ?? null, setItem: (key, value) => void held.set(key, value) };
}

/** The token in a URL fragment (`#token=…`), null when there is none. */
export function readTokenFragment(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') || null;
}

/** A token in the fragment is kept and wins over the one kept before. */
export function takeToken(hash: string, box: Box): string | null {
  const fresh = readTokenFragment(hash);
  if (fresh !== null) box.setItem(TOKEN, fresh);
  return fresh ?? box.getItem(TOKEN);
}

/** Keeps what the service has not accepted yet. */
export function keepOutgoing(outgoing: readonly Outgoing[], box: Box): void {
  const open = outgoing.filter((one) => one.delivery.kind !== 'accepted' && one.delivery.kind !== 'refused');
  box.setItem(OUTGOING, JSON.stringify(open));
}

/** The messages a former life of this tab left behind; an attempt cut off by the reload is made again. */
export function takeOutgoing(box: Box): Outgoing[] {
  try {
    const kept: Outgoing[] = JSON.parse(box.getItem(OUTGOING) ?? '[]');
    return kept.map(({ id, text, at }) => ({ id, text, at, delivery: { kind: 'waiting' } }));
  } catch {
    return []; // written by hand or by another version: nothing to repeat
  }
}

export function readLanguageChoice(box: Box): string | null {
  return box.getItem(LANGUAGE);
}

export function keepLanguageChoice(language: string, box: Box): void {
  box.setItem(LANGUAGE, language);
}
