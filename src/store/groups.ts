/** Registered chats and the group (folder) each belongs to. Several chats may share one group. */
import type { BotPolicy } from '../../contracts/groups.ts';
import type { Db } from './open.ts';

export type Group = {
  jid: string;
  name: string;
  folder: string;
  triggerPattern: string | null;
  /** False: every message asks, as in the main group. */
  requiresTrigger: boolean;
  /** Platform ids of the people who may ask; null = everybody in the chat. */
  senders: readonly string[] | null;
  bots: BotPolicy;
  /** When it was registered, wall clock, milliseconds: what was said before is nobody's question to us. */
  addedAt: number;
};

/** The group that may do what others may not. */
export const MAIN_FOLDER = 'main';

/** `groups/global` holds what all groups share; no group may own it. */
const RESERVED = 'global';

/** A folder name becomes a path and part of a container's name, so it is letters, digits, `-` and `_` only. */
const FOLDER_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;

/** Registration refused; the message says why. */
export class GroupNameError extends Error {
  readonly code = 'GROUP_NAME';
}

type Row = {
  jid: string;
  name: string;
  folder: string;
  trigger_pattern: string | null;
  requires_trigger: number;
  allowed_senders: string | null;
  bots: BotPolicy;
  added_at: string;
};

export class Groups {
  readonly #all;
  readonly #register;
  readonly #remove;
  readonly #configs;
  readonly #configure;

  constructor(db: Db) {
    this.#all = db.prepare<[], Row>(
      `SELECT jid, name, folder, trigger_pattern, requires_trigger, allowed_senders, bots, added_at
       FROM registered_groups ORDER BY added_at, jid`,
    );
    this.#register = db.prepare(
      `INSERT INTO registered_groups (jid, name, folder, trigger_pattern, requires_trigger, allowed_senders, bots, added_at)
       VALUES (@jid, @name, @folder, @triggerPattern, @requiresTrigger, @senders, @bots, @addedAt)
       ON CONFLICT (jid) DO UPDATE SET name = excluded.name, folder = excluded.folder,
         trigger_pattern = excluded.trigger_pattern, requires_trigger = excluded.requires_trigger,
         allowed_senders = excluded.allowed_senders, bots = excluded.bots`,
    );
    this.#remove = db.prepare('DELETE FROM registered_groups WHERE jid = ?');
    this.#configs = db.prepare<[], { folder: string; text: string }>(
      `SELECT folder, container_config AS text FROM registered_groups
       WHERE container_config IS NOT NULL ORDER BY added_at DESC, jid DESC`,
    );
    this.#configure = db.prepare('UPDATE registered_groups SET container_config = ? WHERE folder = ?');
  }

  all(): Group[] {
    return this.#all.all().map((row) => ({
      jid: row.jid,
      name: row.name,
      folder: row.folder,
      triggerPattern: row.trigger_pattern,
      requiresTrigger: row.requires_trigger === 1,
      senders: sendersOf(row.allowed_senders),
      bots: row.bots,
      addedAt: Date.parse(row.added_at),
    }));
  }

  /**
   * To be called inside a write.
   * @throws GroupNameError when the folder is not a plain name
   */
  register(group: Group): void {
    if (!FOLDER_NAME.test(group.folder) || group.folder === RESERVED) {
      throw new GroupNameError(
        `a group's folder is 1–40 letters, digits, "-" or "_", beginning with a letter or digit; "global" is taken`,
      );
    }
    this.#register.run({
      ...group,
      requiresTrigger: group.requiresTrigger ? 1 : 0,
      senders: group.senders === null ? null : JSON.stringify(group.senders),
      addedAt: new Date(group.addedAt).toISOString(),
    });
  }

  /** Folder → its configuration as it is stored; what its oldest chat has counts. */
  configs(): Map<string, string> {
    return new Map(this.#configs.all().map(({ folder, text }) => [folder, text]));
  }

  /** Writes a configuration to all chats of a group. To be called inside a write. */
  configure(folder: string, text: string): void {
    this.#configure.run(text, folder);
  }

  /** Its messages stay, nobody answers them any more. To be called inside a write. */
  remove(jid: string): void {
    this.#remove.run(jid);
  }
}

/** A list that can't be read names nobody: one bad row must neither stop the others nor open its chat to everybody. */
function sendersOf(text: string | null): string[] | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
