/** A notice in the form of the platform that will show it. */
import type { PageNotice, PageProgress } from '../../contracts/action.ts';
import { type BulletinContext, buildBulletin } from './bulletin.ts';
import { discordEdit, discordMessage } from './embed.ts';
import type { Route } from './routes.ts';
import { slackMessage } from './slack-message.ts';

export type MessageContext = BulletinContext & {
  /** `ALERT_MENTION`; null for none. */
  mention: string | null;
};

/** Only what a person must act on, and its end, rings. */
const RINGS: Record<PageNotice['kind'], boolean> = {
  page: true,
  repage: true,
  resolved: true,
  notice: false,
};

export function writeMessage(notice: PageNotice, route: Route, context: MessageContext): object {
  const bulletin = buildBulletin(notice, context);
  const mention = RINGS[notice.kind] ? context.mention : null;
  switch (route.platform) {
    case 'discord':
      return discordMessage(bulletin, mention);
    case 'slack':
      return slackMessage(bulletin, mention);
  }
}

/** Discord's alone: what Slack's incoming webhooks sent cannot be edited. */
export function writeEdit(notice: PageNotice, progress: PageProgress, context: MessageContext): object {
  return discordEdit(buildBulletin(notice, context, progress));
}
