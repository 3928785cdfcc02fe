/**
 * Carries slash commands out. Slack wants each answered within three seconds and never sends it again: what takes longer
 * is answered later through the command's own address. A question is acknowledged only when it is durable.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Language } from '../../turns/notices.ts';
import type { ChannelHost, Receipt } from '../channel.ts';
import { echoOf, meaningOf, type SlashCommand } from './command.ts';
import type { CommandAnswer } from './connection.ts';
import type { Gates } from './gates.ts';
import type { Intake } from './intake.ts';
import { isDirect } from './message.ts';
import { toMrkdwn } from './mrkdwn.ts';
import type { Names } from './names.ts';
import { tsOfMs } from './time.ts';
import type { SlackWeb } from './web.ts';

export type CommandsOptions = {
  host: ChannelHost;
  gates: Gates;
  intake: Intake;
  names: Names;
  web: SlackWeb;
  language: Language;
  clock: Clock;
  log: Logger;
};

/** Of Slack's three seconds some belong to the way there and back, milliseconds. */
const ANSWER_WITHIN_MS = 2500;

/** Commands of which a second delivery is recognized; Slack promises none, transports may. */
const MOST_SEEN = 1000;

const TEXTS: Readonly<Record<Language, { unregistered: string; refused: string }>> = {
  en: {
    unregistered: 'I am not at home in this chat yet. My operator can register it.',
    refused: 'You may not ask me here.',
  },
  ko: {
    unregistered: '이 대화방은 아직 등록되지 않았습니다. 운영자에게 등록을 요청해 주세요.',
    refused: '여기서는 질문할 수 없습니다.',
  },
};

export class Commands {
  readonly #seen = new Map<string, Promise<CommandAnswer>>();

  constructor(readonly options: CommandsOptions) {}

  /**
   * @returns what the acknowledgement tells the person; null when that follows later
   * @throws what the host or the store throws: then it is not acknowledged, and Slack says that it failed
   */
  async take(command: SlashCommand): Promise<CommandAnswer | null> {
    const meaning = meaningOf(command.text);
    const answer = this.#once(command, () =>
      meaning.kind === 'command' ? this.#carryOut(command, meaning.name) : this.#ask(command, meaning.text),
    );
    const inTime = await this.#inTime(answer);
    if (inTime !== null) return inTime;
    const late = answer.then((message) => this.#respond(command, message));
    // A question that is not durable yet must not count as taken.
    if (meaning.kind === 'question') await late;
    else late.catch((err: unknown) => this.options.log.warn({ err }, 'a Slack command failed'));
    return null;
  }

  #once({ triggerId }: SlashCommand, run: () => Promise<CommandAnswer>): Promise<CommandAnswer> {
    const answer = this.#seen.get(triggerId) ?? run();
    this.#seen.set(triggerId, answer);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MOST_SEEN && oldest !== undefined) this.#seen.delete(oldest);
    return answer;
  }

  async #carryOut({ jid, user: sender }: SlashCommand, name: Parameters<ChannelHost['command']>[0]['name']) {
    const text = await this.options.host.command({ jid, channel: 'slack', sender, name });
    return { response_type: 'ephemeral' as const, text: toMrkdwn(text) };
  }

  /** Through the gate of its chat, like any message: none may overtake an older one that is still looked for. */
  async #ask(command: SlashCommand, text: string): Promise<CommandAnswer> {
    const { gates, language } = this.options;
    const receipt = await gates.enter(command.jid, () => this.#store(command, text));
    const { unregistered, refused } = TEXTS[language];
    if (receipt.kind === 'unregistered') return { response_type: 'ephemeral', text: unregistered };
    const isHeard = receipt.kind !== 'stored' || receipt.asks || receipt.isCommand;
    if (!isHeard) return { response_type: 'ephemeral', text: refused };
    return { response_type: 'in_channel', text: echoOf(text) };
  }

  async #store({ jid, user: sender, triggerId }: SlashCommand, text: string): Promise<Receipt> {
    const { host, intake, names, clock } = this.options;
    const at = clock.now();
    const [chatName, senderName, read] = await Promise.all([
      names.chat(jid),
      names.user(sender),
      intake.read({ jid, text }),
    ]);
    return host.inbound({
      ...{ jid, channel: 'slack', chatName, isGroup: !isDirect(jid), thread: null, sender, senderName },
      // Begins like the id of any message, as the search for missed ones begins at the newest id on record.
      ...{
        id: `${tsOfMs(at)}-${triggerId}`,
        text: read.text,
        mentioned: true,
        fromBot: false,
        files: [],
        at,
      },
    });
  }

  async #inTime(answer: Promise<CommandAnswer>): Promise<CommandAnswer | null> {
    let cancel: () => void = () => undefined;
    const late = new Promise<null>((resolve) => {
      cancel = this.options.clock.after(ANSWER_WITHIN_MS, () => resolve(null));
    });
    return Promise.race([answer, late]).finally(() => cancel());
  }

  async #respond({ jid, responseUrl }: SlashCommand, message: CommandAnswer): Promise<void> {
    const { web, log } = this.options;
    try {
      const status = await web.respond(responseUrl, message);
      if (status !== 200) log.warn({ jid, status }, 'the late answer to a Slack command was not taken');
    } catch (err) {
      // The command itself is done; only its person does not read it.
      log.warn({ err, jid }, 'the late answer to a Slack command was not delivered');
    }
  }
}
