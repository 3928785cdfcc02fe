/**
 * Answers slash commands. Discord waits three seconds for an answer: what takes longer is promised first and
 * brought later. A question (`ask`) is stored before it is shown, so what people see there is never lost.
 */
import type {
  APIChatInputApplicationCommandInteraction,
  APIUser,
  GatewayInteractionCreateDispatchData,
} from 'discord.js';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { InboundMessage } from '../../store/journal.ts';
import type { ChannelHost, Receipt } from '../channel.ts';
import { splitText } from '../text/split.ts';
import { CONTENT_LIMIT } from './compose.ts';
import type { InteractionApi } from './interaction-api.ts';
import { quote, textsFor } from './invocation-texts.ts';
import { readRefusal } from './outcome.ts';
import { ASK, isCommandName, QUESTION } from './slash-commands.ts';
import { type DiscordMessage, JID_PREFIX } from './translate.ts';

/** Of the three seconds one is left for the way, milliseconds. */
const ANSWER_WITHIN_MS = 2000;

/** Discord's reference: interaction type APPLICATION_COMMAND, command type CHAT_INPUT. */
const COMMAND_INTERACTION = 2;
const CHAT_INPUT = 1;

/** Interactions that are remembered: an event may come twice. */
const SEEN_KEPT = 100;

type Command = APIChatInputApplicationCommandInteraction;
/** The messages of an answer; nothing is ever pinged by them. */
type Reply = { parts: readonly string[]; isPrivate: boolean };

export type InvocationOptions = {
  api: Pick<InteractionApi, 'respond' | 'defer' | 'complete' | 'followUp'>;
  command: ChannelHost['command'];
  /** The question as a message of its chat; null while nobody knows who we are. */
  toMessage(question: DiscordMessage, guildId: string | undefined): InboundMessage | null;
  /** Resolves once the message is stored, in the order of its chat. */
  store(message: InboundMessage): Promise<Receipt>;
  clock: Pick<Clock, 'after'>;
  log: Logger;
  signal: AbortSignal;
};

export class Invocations {
  readonly #seen: string[] = [];

  constructor(readonly options: InvocationOptions) {}

  take(interaction: GatewayInteractionCreateDispatchData): void {
    if (!isCommand(interaction) || this.#seen.includes(interaction.id)) return;
    this.#seen.push(interaction.id);
    if (this.#seen.length > SEEN_KEPT) this.#seen.shift();
    this.#answer(interaction).catch((error: unknown) => {
      // Only the reason: the error itself holds the interaction's token.
      const { reason } = readRefusal(error);
      this.options.log.warn({ command: interaction.data.name, reason }, 'Slash command not answered');
    });
  }

  async #answer(command: Command): Promise<void> {
    const { api, signal } = this.options;
    const work = this.#carryOut(command);
    const isInTime = await this.#isInTime(work);
    if (!isInTime) await api.defer(command, command.data.name !== ASK, signal);
    const { parts, isPrivate } = await work;
    const [first = '', ...others] = parts;
    if (isInTime) await api.respond(command, { content: first, isPrivate }, signal);
    else await api.complete(command, { content: first, isPrivate }, signal);
    for (const content of others) await api.followUp(command, { content, isPrivate }, signal);
  }

  async #isInTime(work: Promise<unknown>): Promise<boolean> {
    let cancel = (): void => undefined;
    const late = new Promise<boolean>((resolve) => {
      cancel = this.options.clock.after(ANSWER_WITHIN_MS, () => resolve(false));
    });
    const isInTime = await Promise.race([work.then(() => true), late]);
    cancel();
    return isInTime;
  }

  /** Never rejects. */
  async #carryOut(command: Command): Promise<Reply> {
    try {
      return await (command.data.name === ASK ? this.#ask(command) : this.#command(command));
    } catch (error) {
      this.options.log.error({ err: error, command: command.data.name }, 'Slash command failed');
      return { parts: [textsFor(command.locale).failed], isPrivate: true };
    }
  }

  async #command(command: Command): Promise<Reply> {
    const { name } = command.data;
    if (!isCommandName(name)) throw new Error(`no such command: ${name}`);
    const jid = `${JID_PREFIX}${command.channel.id}`;
    const said = await this.options.command({ jid, channel: 'discord', sender: userOf(command).id, name });
    return { parts: splitText(said, { limit: CONTENT_LIMIT }), isPrivate: true };
  }

  async #ask(command: Command): Promise<Reply> {
    const question = questionOf(command);
    const message = this.options.toMessage(asMessage(command, question), command.guild_id);
    if (message === null) throw new Error('not connected to Discord yet');
    // No message of Discord: the search for missed ones begins at its time, and no history is asked whether it is there.
    const id = `${message.id}-${ASK}`;
    const receipt = await this.options.store({ ...message, id, mentioned: true });
    const { unregistered, refused } = textsFor(command.locale);
    switch (receipt.kind) {
      case 'stored':
        if (!receipt.asks && !receipt.isCommand) return { parts: [refused], isPrivate: true };
        return { parts: [quote(question, CONTENT_LIMIT)], isPrivate: false };
      case 'duplicate':
        return { parts: [quote(question, CONTENT_LIMIT)], isPrivate: false };
      case 'unregistered':
      case 'ignored':
        return { parts: [unregistered], isPrivate: true };
    }
  }
}

function isCommand(interaction: GatewayInteractionCreateDispatchData): interaction is Command {
  return interaction.type === COMMAND_INTERACTION && interaction.data.type === CHAT_INPUT;
}

function userOf({ member, user }: Command): APIUser {
  const found = member?.user ?? user;
  if (found === undefined) throw new Error('an interaction without a person');
  return found;
}

function questionOf({ data }: Command): string {
  const option = data.options?.find(({ name }) => name === QUESTION);
  return option !== undefined && 'value' in option ? String(option.value).trim() : '';
}

function asMessage(command: Command, content: string): DiscordMessage {
  return {
    ...{ id: command.id, channel_id: command.channel.id, type: 0, content, edited_timestamp: null },
    ...{ author: userOf(command), member: { nick: command.member?.nick ?? null } },
    mentions: Object.values(command.data.resolved?.users ?? {}),
    ...{ mention_roles: [], attachments: [] },
  };
}
