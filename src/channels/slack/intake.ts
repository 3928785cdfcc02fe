/** Brings Slack's messages to the orchestrator, each once it has been made readable. */
import type { Logger } from 'pino';
import type { ChannelHost } from '../channel.ts';
import { isDirect, type SlackMessage } from './message.ts';
import type { Names } from './names.ts';
import { mentionedUsers, namelessChats, toPlainText } from './plain.ts';
import { microsOf } from './time.ts';
import type { WorkingSign } from './working-sign.ts';

export type IntakeOptions = {
  host: ChannelHost;
  names: Names;
  sign: WorkingSign;
  botUserId: string;
  assistantName: string;
  log: Logger;
};

export class Intake {
  constructor(readonly options: IntakeOptions) {}

  /**
   * Resolves when the message is durable, also when it was so before.
   * @throws what the store throws
   */
  async store(message: SlackMessage): Promise<void> {
    const { host, names, sign, botUserId } = this.options;
    const { jid, ts, thread, user } = message;
    if (user === botUserId) return;
    const [chatName, senderName, text] = await Promise.all([
      names.chat(jid),
      names.user(user),
      this.#read(message),
    ]);
    const receipt = await host.inbound({
      ...{ jid, channel: 'slack', chatName, isGroup: !isDirect(jid), id: ts, thread },
      ...{ sender: user, senderName, text, at: Math.floor(microsOf(ts) / 1000) },
    });
    if (receipt.kind === 'stored' && receipt.asks) sign.asked({ jid, thread }, ts);
  }

  /** Plain text; files are named, so that a message of files alone says something. */
  async #read({ text, files }: SlackMessage): Promise<string> {
    const { names, botUserId, assistantName } = this.options;
    const called = new Map<string, string>();
    await Promise.all([
      ...mentionedUsers(text, botUserId).map(async (id) => called.set(id, await names.user(id))),
      ...namelessChats(text).map(async (id) => called.set(id, await names.chat(id))),
    ]);
    const nameOf = (id: string) => called.get(id) ?? id;
    const plain = toPlainText(text, { botUserId, assistantName, user: nameOf, chat: nameOf });
    return [plain, ...files.map((name) => `[file: ${name}]`)].filter((line) => line !== '').join('\n');
  }
}
