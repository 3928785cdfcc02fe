/**
 * Who a page rings, as `ALERT_MENTION` names them: one or several mentions separated by spaces, each in the form of
 * its platform. Discord: `<@id>`, `<@&id>` (role). Slack: `<@U…>`, `<!subteam^S…>`.
 */

/** Discord's ids are numbers; `&` marks a role. */
const DISCORD = /^<@(&?)(\d{5,25})>$/;
const SLACK = /^<(?:@[UW][A-Z0-9]{2,20}|!subteam\^S[A-Z0-9]{2,20})>$/;

export type DiscordMention = { content: string; allowed_mentions: object };

function parts(mention: string | null): string[] {
  return (mention ?? '').split(/\s+/).filter((part) => part !== '');
}

/** Nobody but the configured ones is notified, whatever else the message says. */
export function discordMention(mention: string | null): DiscordMention {
  const matches = parts(mention).flatMap((text) => {
    const [, role, id] = DISCORD.exec(text) ?? [];
    return id === undefined ? [] : [{ text, id, isRole: role === '&' }];
  });
  const ids = (isRole: boolean) => matches.filter((one) => one.isRole === isRole).map(({ id }) => id);
  const [users, roles] = [ids(false), ids(true)];
  return {
    content: matches.map(({ text }) => text).join(' '),
    allowed_mentions: {
      parse: [],
      ...(users.length > 0 ? { users } : {}),
      ...(roles.length > 0 ? { roles } : {}),
    },
  };
}

export function slackMention(mention: string | null): string {
  return parts(mention)
    .filter((part) => SLACK.test(part))
    .join(' ');
}
