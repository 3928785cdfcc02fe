/** What the Slack stand-in knows of a message: the truth that judges compare with. */

export type SlackFile = {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  bytes: Buffer;
  /** User id of who brought it. */
  owner: string;
};

export type SlackMetadata = { event_type: string; event_payload: Record<string, unknown> };

export type SlackRecord = {
  chat: string;
  /** Unique in its chat, and rising. */
  ts: string;
  /** The `ts` of the message that started the thread; null outside of one, also for the start itself. */
  thread: string | null;
  user: string;
  by: 'person' | 'bot';
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
};

/** What befell a message; everything that clients are told about comes from here. */
export type SlackChange =
  | { kind: 'posted'; message: SlackRecord }
  | { kind: 'edited'; message: SlackRecord; before: SlackRecord; again: boolean }
  | { kind: 'deleted'; message: SlackRecord };
