/** The ways to a model, in the order they are tried: subscription, prepaid key, the proxy for GPT models. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { ModelCredential } from '../../../supervisor/ports/emergency.ts';
import type { ModelSettings } from '../parts.ts';
import type { WayName } from './state.ts';

export type Way = { name: WayName; baseUrl: string; credential: ModelCredential; model: string | null };

const fileSchema = z.looseObject({
  claudeAiOauth: z.looseObject({ accessToken: z.string().min(1), expiresAt: z.number() }),
});

/** @param now wall clock, milliseconds: a login that has run out is no way */
export function waysToModel(settings: ModelSettings, now: number): Way[] {
  const { anthropicUrl, prepaidKey, copilotUrl, copilotModel, copilotKey, credentialsFile } = settings;
  const ways: Way[] = [];
  const token = readLogin(credentialsFile, now);
  const anthropic = { baseUrl: anthropicUrl, model: null };
  if (token !== null)
    ways.push({ ...anthropic, name: 'subscription', credential: { kind: 'oauth', value: token } });
  if (prepaidKey !== null)
    ways.push({ ...anthropic, name: 'prepaid_key', credential: { kind: 'api_key', value: prepaidKey } });
  if (copilotUrl !== null) {
    const credential = { kind: 'api_key', value: copilotKey } as const;
    ways.push({ name: 'copilot', baseUrl: copilotUrl, model: copilotModel, credential });
  }
  return ways;
}

/** Read only: renewing it belongs to the orchestrator, or to the remedy for it. */
function readLogin(path: string, now: number): string | null {
  try {
    const { accessToken, expiresAt } = fileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).claudeAiOauth;
    return expiresAt > now ? accessToken : null;
  } catch {
    return null; // signed out, or nothing that could be read
  }
}
