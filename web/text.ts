/**
 * The page's words. `Text` follows the English catalogue, so a key missing in another language does not compile;
 * words for closed sets (states, causes, …) are keyed by the contract's types, so a new member does not either.
 */
import { en } from './text-en.ts';
import { ko } from './text-ko.ts';

export type Text = typeof en;

export const catalogue = { en, ko } satisfies Record<string, Text>;
export type Language = keyof typeof catalogue;

/** The language to start with: what was chosen before, else the first one the browser asks for that we have. */
export function pickLanguage(chosen: string | null, preferred: readonly string[]): Language {
  for (const wish of [chosen ?? '', ...preferred]) {
    const base = wish.toLowerCase().split('-')[0];
    if (base === 'ko' || base === 'en') return base;
  }
  return 'en';
}
