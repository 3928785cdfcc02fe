/**
 * The few settings the CLI needs, read leniently: a broken `.env` must never keep a person from asking what is
 * broken. What can't be read falls back to its default; the orchestrator reports the problem by name.
 */
import { parseEnvFile } from '../../contracts/env-file.ts';
import { type Language, languageOf } from './texts/language.ts';

export type CliSettings = {
  language: Language;
  /** Where the orchestrator's ops endpoint answers. */
  opsPort: number;
  /** Where the supervisor's page and API answer. */
  pageHost: string;
  pagePort: number;
  /** `NANOCLAW_TOKEN`; null when the supervisor makes its own token in data/api-token. */
  token: string | null;
  assistantName: string;
  containerImage: string;
  /** `.env` with the environment over it, for the doctor; may hold secrets: never print values. */
  values: Record<string, string | undefined>;
};

const OPS_PORT = 8787;
const PAGE_PORT = 8788;
const LOOPBACK = '127.0.0.1';

/** @param envText text of `.env`, null when there is none or it can't be read */
export function readCliSettings(
  envText: string | null,
  environment: Record<string, string | undefined>,
): CliSettings {
  const values = { ...parseEnvFile(envText ?? '').values, ...withoutBlanks(environment) };
  return {
    language: languageOf(values),
    opsPort: portOf(values.NANOCLAW_PORT, OPS_PORT),
    pageHost: hostOf(values.NANOCLAW_BIND),
    pagePort: portOf(values.NANOCLAW_PAGE_PORT, PAGE_PORT),
    token: values.NANOCLAW_TOKEN || null,
    assistantName: values.ASSISTANT_NAME || '폴',
    containerImage: values.CONTAINER_IMAGE || 'nanoclaw-agent:latest',
    values,
  };
}

/** An empty variable in the environment means "not set", so it doesn't hide the file's value. */
function withoutBlanks(environment: Record<string, string | undefined>) {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
}

function portOf(text: string | undefined, fallback: number): number {
  const port = Number(text);
  return Number.isInteger(port) && port >= 1 && port <= 65535 ? port : fallback;
}

/** Where to dial a server that was told to listen on `bind`: "every address" is reached over loopback. */
function hostOf(bind: string | undefined): string {
  return bind === undefined || bind === '' || bind === '0.0.0.0' || bind === '::' ? LOOPBACK : bind;
}
