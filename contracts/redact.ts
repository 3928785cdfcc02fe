/**
 * The one place that takes secrets out of text before it leaves: pages, bundles, answers in a channel, evidence.
 * Known values go first, then whatever has the shape of a credential.
 *
 * Invariant: nothing here backtracks without bound; a log line of any length is done in linear time.
 */
export type Redact = (text: string) => string;

const HIDDEN = '[redacted]';
/** Shorter values are words that occur everywhere; a credential of that length is none. */
const SHORTEST_VALUE = 6;

type Shape = { pattern: RegExp; to: string };

const SHAPES: readonly Shape[] = [
  {
    pattern: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8192}?-----END [A-Z ]{0,40}PRIVATE KEY-----/g,
    to: HIDDEN,
  },
  // Discord and Slack webhook addresses: whoever has one may write.
  { pattern: /\/webhooks\/\d{1,25}\/[\w-]+/g, to: `/webhooks/${HIDDEN}` },
  { pattern: /hooks\.slack\.com\/[\w/-]+/g, to: `hooks.slack.com/${HIDDEN}` },
  // Anthropic, OpenAI, Slack, GitHub.
  { pattern: /\bsk-[\w-]{8,}/g, to: HIDDEN },
  { pattern: /\b(?:xox[a-z]|xapp|xwfp)-[\w-]+/g, to: HIDDEN },
  { pattern: /\bgh[a-z]_\w{16,}|\bgithub_pat_\w{16,}/g, to: HIDDEN },
  // Discord bot tokens and JSON web tokens: three parts of base64url, the middle one short or not.
  { pattern: /\b[\w-]{20,40}\.[\w-]{6,8}\.[\w-]{20,60}/g, to: HIDDEN },
  { pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, to: HIDDEN },
  { pattern: /\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, to: `$1 ${HIDDEN}` },
  { pattern: /\b((?:set-)?cookie["']?\s{0,4}[:=])[^\r\n]+/gi, to: `$1 ${HIDDEN}` },
  // "accessToken": "…", also inside a string where the quotes are escaped.
  {
    pattern:
      /(\\*"[\w-]{0,40}(?:token|secret|password|passwd|api[_-]?key|authorization|credential|code_verifier)[\w-]{0,20}\\*"\s{0,4}:\s{0,4}\\*")[^"\\]+/gi,
    to: `$1${HIDDEN}`,
  },
  // ACCESS_TOKEN=…, ?access_token=…, apiKey: …
  {
    pattern:
      /\b([\w-]{0,40}(?:token|secret|password|passwd|api[_-]?key|credential)\w{0,20}\s{0,2}[=]\s{0,2})(?!\[)[^\s"'&,;<>\\]{4,}/gi,
    to: `$1${HIDDEN}`,
  },
];

/** Names in `.env` whose values are nobody's business. Addresses with a token inside belong to them. */
const SECRET_NAME = /TOKEN|SECRET|KEY|PASSWORD|WEBHOOK|CREDENTIAL|COOKIE|DEADMAN_URL/;

/** The values that must never be shown, out of a `.env` or an environment. */
export function secretsIn(values: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name) ? [value.trim()] : [],
  );
}

/** @param known values that are hidden wherever they stand, whatever they look like */
export function createRedact(known: readonly string[]): Redact {
  const forms = known.filter((value) => value.length >= SHORTEST_VALUE).flatMap(writtenForms);
  // The longest first: one value may be part of another.
  const values = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const value of values) clean = clean.replaceAll(value, HIDDEN);
    for (const { pattern, to } of SHAPES) clean = clean.replace(pattern, to);
    return clean;
  };
}

/** As it is, inside JSON, and inside an address. */
function writtenForms(value: string): string[] {
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)];
}
