/** Discord's markup for mentions, emoji and times, made readable. Pure. */

/** Each answers null for what it does not know. */
export type Names = {
  user(id: string): string | null;
  role(id: string): string | null;
  channel(id: string): string | null;
};

/** Discord's reference: message formatting. The first group tells the kinds apart, the second is the id or name. */
const MARKUP = /<(@!?|@&|#)(\d+)>|<(a?):(\w+):\d+>|<\/([^:>]+):\d+>|<t:(-?\d+)(?::[tTdDfFR])?>/g;

export function readMarkup(text: string, names: Names): string {
  return text.replace(
    MARKUP,
    (whole, sign?: string, id = '', _animated?: string, emoji?, command?, seconds?) => {
      if (sign !== undefined) return readMention(sign, id, names);
      if (emoji !== undefined) return `:${emoji}:`;
      if (command !== undefined) return `/${command}`;
      return readTime(Number(seconds)) ?? whole;
    },
  );
}

function readMention(sign: string, id: string, names: Names): string {
  switch (sign) {
    case '#':
      return `#${names.channel(id) ?? 'unknown-channel'}`;
    case '@&':
      return `@${names.role(id) ?? 'unknown-role'}`;
    default:
      return `@${names.user(id) ?? 'unknown-user'}`;
  }
}

function readTime(seconds: number): string | null {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
