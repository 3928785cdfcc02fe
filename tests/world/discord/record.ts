/** What the Discord stand-in knows of a message: the truth that judges compare with. */

export type DiscordFile = { id: string; name: string; type: string; bytes: Buffer };

export type DiscordRecord = {
  id: string;
  chat: string;
  user: string;
  by: 'person' | 'bot';
  /** The name under which a webhook wrote it; `user` is the webhook then. */
  webhook: string | null;
  content: string;
  /** What a sender gave as `nonce`. */
  nonce: string | null;
  /** Id of the message this is a reply to. */
  replyTo: string | null;
  /** User ids that are pinged. */
  pings: string[];
  /** Role ids that are pinged. */
  rolePings: string[];
  files: DiscordFile[];
  embeds: readonly unknown[];
  components: readonly unknown[];
  /** Seen by one person only: an answer to a command. */
  ephemeral: boolean;
  /** Id of the interaction this answers. */
  interaction: string | null;
  reactions: { emoji: string; user: string }[];
  /** Wall clock, milliseconds. */
  receivedAt: number;
  editedAt: number | null;
  /** Deleted messages stay on record. */
  deletedAt: number | null;
};

export type DiscordChat = {
  id: string;
  name: string;
  kind: 'channel' | 'thread' | 'dm';
  /** Channel of a thread, person of a direct chat. */
  of: string | null;
  access: boolean;
};

export type DiscordChange =
  | { kind: 'created'; message: DiscordRecord }
  | { kind: 'edited'; message: DiscordRecord }
  /** Told as an update too, but nobody wrote anything. */
  | { kind: 'unfurled'; message: DiscordRecord }
  | { kind: 'deleted'; message: DiscordRecord }
  | { kind: 'bulk_deleted'; chat: string; messages: readonly DiscordRecord[] }
  | { kind: 'reacted'; message: DiscordRecord; emoji: string; user: string; added: boolean }
  | { kind: 'typing'; chat: string; user: string };
