/** The registered chats, kept in memory: every inbound message asks which group it belongs to. */
import type { Clock } from '../clock.ts';
import { type Group, MAIN_FOLDER } from '../store/groups.ts';
import type { Store } from '../store/store.ts';

/** The chat that is there from the first start. */
const LOCAL_MAIN: Omit<Group, 'addedAt'> = {
  jid: 'local:main',
  name: 'main',
  folder: MAIN_FOLDER,
  triggerPattern: null,
  requiresTrigger: false,
  senders: null,
  bots: 'ignore',
};

/** A registered chat can't be moved to another group. */
export class GroupMoveError extends Error {
  readonly code = 'GROUP_MOVE';
  constructor(jid: string, folder: string) {
    super(`${jid} belongs to the group "${folder}"`);
  }
}

/** The chat that is there from the first start stays. */
export class GroupKeptError extends Error {
  readonly code = 'GROUP_KEPT';
  constructor() {
    super(`${LOCAL_MAIN.jid} is where the operator reaches the assistant and stays`);
  }
}

export class GroupDirectory {
  #byJid: Map<string, Group>;

  constructor(
    readonly store: Store,
    readonly clock: Clock,
  ) {
    this.#byJid = new Map(store.groups.all().map((group) => [group.jid, group]));
  }

  async ensureMain(): Promise<void> {
    if (!this.#byJid.has(LOCAL_MAIN.jid)) await this.register(LOCAL_MAIN);
  }

  /**
   * @throws GroupNameError when the folder is not a plain name
   * @throws GroupMoveError when the chat belongs to another group: its unanswered messages would belong to both
   */
  async register(wanted: Omit<Group, 'addedAt'>): Promise<Group> {
    const known = this.#byJid.get(wanted.jid);
    if (known && known.folder !== wanted.folder) throw new GroupMoveError(wanted.jid, known.folder);
    const group = { ...wanted, addedAt: known?.addedAt ?? this.clock.now() };
    await this.store.write(() => this.store.groups.register(group));
    this.#byJid.set(group.jid, group);
    return group;
  }

  /**
   * Nobody answers in this chat any more. Its messages and its group's memory stay.
   * @param inWrite what ends with it
   * @returns false when it was not registered
   * @throws GroupKeptError for the local main chat
   */
  async remove(jid: string, inWrite: () => void = () => undefined): Promise<boolean> {
    if (jid === LOCAL_MAIN.jid) throw new GroupKeptError();
    if (!this.#byJid.has(jid)) return false;
    await this.store.write(() => {
      this.store.groups.remove(jid);
      inWrite();
    });
    return this.#byJid.delete(jid);
  }

  find(jid: string): Group | undefined {
    return this.#byJid.get(jid);
  }

  all(): Group[] {
    return [...this.#byJid.values()];
  }

  inFolder(folder: string): Group[] {
    return this.all().filter((group) => group.folder === folder);
  }

  /** As whom a group's agents work for a chat. */
  workerFor(folder: string, jid: string): Group | undefined {
    return findWorker(this.all(), folder, jid);
  }

  get count(): number {
    return new Set(this.all().map((group) => group.folder)).size;
  }
}

/**
 * As whom a group's agents work for a chat: in its own as themselves, in the main group's at what that has handed over
 * to them. Undefined when the chat is not for them.
 */
export function findWorker(groups: readonly Group[], folder: string, jid: string): Group | undefined {
  const owner = groups.find((group) => group.jid === jid);
  if (owner?.folder === folder) return owner;
  return owner?.folder === MAIN_FOLDER ? groups.find((group) => group.folder === folder) : undefined;
}
