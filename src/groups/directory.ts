/** The registered chats, kept in memory: every inbound message asks which group it belongs to. */
import type { Clock } from '../clock.ts';
import { type Group, MAIN_FOLDER } from '../store/groups.ts';
import type { Store } from '../store/store.ts';

/** The chat that is there from the first start. */
const LOCAL_MAIN: Group = {
  jid: 'local:main',
  name: 'main',
  folder: MAIN_FOLDER,
  triggerPattern: null,
  requiresTrigger: false,
};

/** A registered chat can't be moved to another group. */
export class GroupMoveError extends Error {
  readonly code = 'GROUP_MOVE';
  constructor(jid: string, folder: string) {
    super(`${jid} belongs to the group "${folder}"`);
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
  async register(group: Group): Promise<void> {
    const known = this.#byJid.get(group.jid);
    if (known && known.folder !== group.folder) throw new GroupMoveError(group.jid, known.folder);
    await this.store.write(() => this.store.groups.register(group, this.clock.now()));
    this.#byJid.set(group.jid, group);
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

  get count(): number {
    return new Set(this.all().map((group) => group.folder)).size;
  }
}
