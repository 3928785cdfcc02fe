/** Which language a person reads: NANOCLAW_LANG, else the locale; English when neither says Korean. */
export type Language = 'en' | 'ko';

export function languageOf(values: Record<string, string | undefined>): Language {
  const chosen = values.NANOCLAW_LANG || values.LC_ALL || values.LC_MESSAGES || values.LANG || '';
  return chosen.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}
