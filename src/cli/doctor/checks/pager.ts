/** Somebody is told when healing fails. */
import { type Check, fine, trouble } from '../check.ts';

export const pagerCheck: Check = {
  id: 'pager',
  title: (say) => say.pager.title,
  async look({ settings, say }) {
    const url = settings.values.DISCORD_WEBHOOK_URL;
    if (!url) return trouble('warn', say.pager.none, say.pager.fix);
    const isUsable = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
    return isUsable ? fine(say.pager.ok) : trouble('error', say.pager.bad, say.pager.fix);
  },
};
