/** What the Slack stand-in knows of a message: the truth that judges compare with. */

export type SlackFile = {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  bytes: Buffer;
  /** User id of who brought it. */
  owner: string;
  /** Where its content really is, when not here: a download is sent on to it. */
  location?: string;
  isDeleted?: boolean;
};

/** Another app, and how it writes: as a bot user of today, or as a webhook, without any user. */
export type OtherApp = { botId: string; userId: string; name: string; style: 'bot_user' | 'webhook' };

export type SlackMetadata = { event_type: string; event_payload: Record<string, unknown> };

export type SlackRecord = {
  chat: string;
  /** Unique in its chat, and rising. */
  ts: string;
  /** The `ts` of the message that started the thread; null outside of one, also for the start itself. */
  thread: string | null;
  user: string;
  /** `bot`: ours; `app`: another one. */
  by: 'person' | 'bot' | 'app';
  app: OtherApp | null;
  text: string;
  metadata: SlackMetadata | null;
  clientMsgId: string | null;
  files: SlackFile[];
  reactions: { name: string; user: string }[];
  /** Wall clock, milliseconds. */
  receivedAt: number;
  editedAt: number | null;
  /** Deleted messages stay on record. */
  deletedAt: number | null;
  /** Shown in the channel as well, though it is in a thread. */
  broadcast: boolean;
};

export type SlackChat = {
  id: string;
  name: string;
  kind: 'channel' | 'im';
  members: Set<string>;
  isArchived: boolean;
  isPrivate: boolean;
};

/** What befell a message; everything that clients are told about comes from here. */
export type SlackChange =
  | { kind: 'posted'; message: SlackRecord }
  | { kind: 'edited'; message: SlackRecord; before: SlackRecord; again: boolean }
  /** The preview of a link was attached: told like an edit, though nobody edited anything. */
  | { kind: 'unfurled'; message: SlackRecord }
  | { kind: 'deleted'; message: SlackRecord };
