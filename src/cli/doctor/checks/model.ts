/** Somebody pays for the model: a subscription that is signed in, else a prepaid key. Tokens are never shown. */
import { join } from 'node:path';
import * as z from 'zod';
import { formatDuration } from '../../format.ts';
import type { DoctorTexts } from '../../texts/doctor-en.ts';
import { type Check, type Finding, fine, trouble } from '../check.ts';

/** What Claude Code writes on sign-in; `expiresAt` in milliseconds since the epoch. */
const credentials = z.object({
  claudeAiOauth: z.object({
    accessToken: z.string().min(1),
    refreshToken: z.string().nullish(),
    expiresAt: z.number(),
  }),
});
type Credentials = z.infer<typeof credentials>['claudeAiOauth'];

const PREPAID_KEY = /^sk-ant-api/;

export const modelCheck: Check = {
  id: 'model',
  title: (say) => say.model.title,
  async look({ settings, say, now }, machine) {
    const path = join(machine.homeFolder, '.claude', '.credentials.json');
    const key = settings.values.ANTHROPIC_API_KEY_FALLBACK;
    const text = await machine.readText(path);
    const login = text === null ? null : parseCredentials(text);
    const judged = login ? judgeLogin(login, now(), say, path) : null;
    if (judged?.ok) return judged;
    if (key)
      return PREPAID_KEY.test(key) ? fine(say.model.key) : trouble('error', say.model.badKey, say.model.fix);
    if (judged) return judged;
    if (text !== null) return trouble('warn', say.model.damaged, say.model.fix, path);
    return trouble('warn', say.model.none, say.model.fix);
  },
};

function judgeLogin(login: Credentials, now: number, say: DoctorTexts, path: string): Finding {
  const left = (login.expiresAt - now) / 1000;
  if (left > 0) return fine(say.model.oauth(formatDuration(left)), path);
  if (login.refreshToken) return fine(say.model.stale, path);
  return trouble('warn', say.model.spent, say.model.fix, path);
}

function parseCredentials(text: string): Credentials | null {
  try {
    const parsed = credentials.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.claudeAiOauth : null;
  } catch {
    return null; // no JSON: reported as damaged
  }
}
