/** Somebody is told when healing fails. */
import { type Check, fine, trouble } from '../check.ts';

/** Any one of them is enough; each that is set must be an address. */
const WEBHOOKS = ['DISCORD_WEBHOOK_URL', 'DISCORD_WEBHOOK_URL_FALLBACK', 'SLACK_WEBHOOK_URL'] as const;
/** All of them are needed to listen in #health. */
const LISTENING = ['HEALTH_CHANNEL_ID', 'OPERATOR_IDS', 'DISCORD_BOT_TOKEN'] as const;

export const pagerCheck: Check = {
  id: 'pager',
  title: (say) => say.pager.title,
  async look({ settings: { values }, say }) {
    const webhooks = WEBHOOKS.filter((name) => values[name]);
    const bad = webhooks.find((name) => !isAddress(values[name] ?? ''));
    if (bad !== undefined) return trouble('error', say.pager.bad(bad), say.pager.fix(bad));
    if (webhooks.length === 0) return trouble('warn', say.pager.none, say.pager.fix(WEBHOOKS[0]));
    const missing = LISTENING.filter((name) => !values[name]);
    const isHalf = Boolean(values.HEALTH_CHANNEL_ID || values.OPERATOR_IDS) && missing.length > 0;
    if (isHalf) return trouble('warn', say.pager.half(missing.join(', ')), say.pager.fix(missing[0] ?? ''));
    return fine(say.pager.ok(webhooks.length, missing.length === 0));
  },
};

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
