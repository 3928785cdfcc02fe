/**
 * What emergency sessions have cured: `supervisor/learnings.jsonl`, one line a cure. A fix that is on record twice is a
 * known one: it is tried again before a model is asked.
 */
import * as z from 'zod';

export const learningSchema = z.object({
  /** Wall clock, milliseconds since the epoch. */
  at: z.number(),
  incident: z.string(),
  symptom: z.string(),
  cause: z.string(),
  fix: z.string(),
  proof: z.string(),
  /** Which change it was: the same change of the same files has the same name. Null where it was not kept. */
  fixId: z.string().nullable().default(null),
});
export type Learning = z.infer<typeof learningSchema>;

/** Cures by one and the same change that make it a known fix. */
export const KNOWN_AFTER = 2;

/** Every whole, valid line; what a crash has torn or a hand has spoilt is left out. */
export function parseLearnings(text: string): Learning[] {
  return text.split('\n').flatMap((line) => {
    try {
      const parsed = learningSchema.safeParse(line === '' ? null : JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return []; // torn
    }
  });
}

/** How often each change has cured. */
export function timesCured(learnings: readonly Learning[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { fixId } of learnings) if (fixId !== null) times.set(fixId, (times.get(fixId) ?? 0) + 1);
  return times;
}
