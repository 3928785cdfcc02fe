/** Slack's markup of a message to the plain text that the assistant reads. Pure. */

export type Known = {
  botUserId: string;
  assistantName: string;
  /** What a person or chat is called; the id itself when nobody knows. */
  user(id: string): string;
  chat(id: string): string;
};

const TOKEN = /<([^<>\n]+)>(?=([\p{L}\p{N}_])?)|&(amp|lt|gt);/gu;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };

export function toPlainText(text: string, known: Known): string {
  return text.replace(TOKEN, (_all, token?: string, next?: string, entity?: string) =>
    token === undefined ? (ENTITIES[entity ?? ''] ?? '') : plainToken(token, next !== undefined, known),
  );
}

/** Ids of the people a message mentions, the assistant left out. */
export function mentionedUsers(text: string, botUserId: string): string[] {
  const ids = Array.from(text.matchAll(/<@([A-Z0-9]+)/g), ([, id = '']) => id);
  return [...new Set(ids)].filter((id) => id !== botUserId);
}

/** Whether a message mentions a person, wherever in it. */
export function mentions(text: string, userId: string): boolean {
  return text.includes(`<@${userId}>`) || text.includes(`<@${userId}|`);
}

/** Ids of the chats a message names without saying what they are called. */
export function namelessChats(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/<#([A-Z0-9]+)\|?>/g), ([, id = '']) => id))];
}

/** The forms that Slack's guide "Formatting text" knows: `@user`, `#chat`, `!special`, else an address. */
function plainToken(token: string, touchesNext: boolean, known: Known): string {
  const [target = '', label = ''] = decode(token).split(/\|(.*)/s);
  const id = target.slice(1);
  switch (target[0]) {
    case '@':
      if (id !== known.botUserId) return `@${known.user(id)}`;
      // `@폴안녕` would be another name; the mark-up said where the name ends.
      return `@${known.assistantName}${touchesNext ? ' ' : ''}`;
    case '#':
      return `#${label || known.chat(id)}`;
    case '!':
      return plainSpecial(id, label);
    default:
      return plainLink(target, label);
  }
}

function plainSpecial(id: string, label: string): string {
  if (label !== '') return label;
  return `@${id.split('^')[0]}`;
}

function plainLink(url: string, label: string): string {
  const address = url.replace(/^(?:mailto|tel):/, '');
  if (label === '' || url.replace(/^\w+:(?:\/\/)?/, '').startsWith(label)) return address;
  return `${label} (${address})`;
}

function decode(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_all, name: string) => ENTITIES[name] ?? '');
}
