/**
 * People who ask and chat in every place, in bursts and threads, and who edit and delete what they wrote. It keeps what
 * was asked for the judge.
 */
import { type Asked, discordPlace, slackPlace } from '../quiz/judge.ts';
import { question } from '../quiz/words.ts';
import type { Chance } from '../simulation/chance.ts';
import type { DiscordRecord } from '../world/discord/record.ts';
import type { SlackRecord } from '../world/slack/record.ts';
import type { Place, Town } from './town.ts';

type Written = {
  at: number;
  thread: string | null;
  asked: Asked | null;
  /** Another message hangs on it: it began a thread in which somebody went on. */
  isContinued: boolean;
} & ({ on: 'slack'; record: SlackRecord } | { on: 'discord'; record: DiscordRecord });

/** People correct themselves soon, milliseconds. */
const SECOND_THOUGHTS_MS = 20_000;
/** Messages and threads of a place that somebody may come back to. */
const REMEMBERED = 8;

export class Crowd {
  readonly asked: Asked[] = [];
  readonly counts = { messages: 0, edits: 0, deletions: 0 };
  #now = 0;
  readonly #recent = new Map<Place, Written[]>();

  constructor(
    readonly town: Town,
    readonly chance: Chance,
    /** Whether a platform tells its events in another order at that moment. */
    readonly isMixedUp: (platform: Place['platform'], at: number) => boolean,
  ) {}

  /** Somebody does something somewhere. @param at when, by the plan, milliseconds */
  act(at: number): void {
    const { chance } = this;
    this.#now = at;
    const place = chance.pick(this.town.places);
    const turn = chance.next();
    if (turn < 0.5) this.#ask(place);
    else if (turn < 0.9) this.#chat(place);
    else if (turn < 0.96) this.#correct(place);
    else this.#takeBack(place);
  }

  /** Talk in chats that are none of ours. */
  gossip(): void {
    for (const place of this.town.strangers) this.#write(place, 'did you hear?', null);
  }

  #ask(place: Place): void {
    const number = this.asked.length + 1;
    const thread = this.#threadToGoOn(place);
    const written = this.#write(place, this.#mention(place, question(number)), thread);
    written.asked = this.#note(written, { number, isUnordered: this.isMixedUp(place.platform, this.#now) });
  }

  #chat(place: Place): void {
    this.#write(place, `so it goes, says ${place.user}`, this.#threadToGoOn(place));
  }

  /** Adds words to what was said, or turns mere talk into a question. */
  #correct(place: Place): void {
    const written = this.#find(place);
    // In a direct chat everything asks, so an edit there asks nothing anew.
    if (written === undefined || (place.isDirect && written.asked === null)) return;
    this.counts.edits += 1;
    if (written.asked === null) {
      const number = this.asked.length + 1;
      written.asked = this.#note(written, { number, isUnordered: true });
    }
    const text = this.#mention(place, `${question(written.asked.number)}, please`);
    if (written.on === 'slack') this.town.slack.people.edit(written.record, text);
    else this.town.discord.people.edit(written.record, text);
  }

  #takeBack(place: Place): void {
    const written = this.#find(place);
    if (written === undefined || written.isContinued) return;
    this.counts.deletions += 1;
    if (written.asked !== null) written.asked.isWithdrawn = true;
    const kept = this.#recent.get(place)?.filter((one) => one !== written) ?? [];
    this.#recent.set(place, kept);
    if (written.on === 'slack') this.town.slack.people.remove(written.record);
    else this.town.discord.people.remove(written.record);
  }

  #note(written: Written, { number, isUnordered }: { number: number; isUnordered: boolean }): Asked {
    const { on, record, thread } = written;
    const isDirect = on === 'slack' && record.chat.startsWith('D');
    const inSlack = () => slackPlace(record.chat, isDirect ? thread : (thread ?? slackTs(written)));
    const where = on === 'slack' ? inSlack() : discordPlace(record.chat);
    const asked: Asked = { number, where, isUnordered };
    this.asked.push(asked);
    return asked;
  }

  #write(place: Place, text: string, thread: string | null): Written {
    this.counts.messages += 1;
    const { slack, discord } = this.town;
    const { chat, user } = place;
    const common = { at: this.#now, asked: null, isContinued: false, thread };
    const written: Written =
      place.platform === 'slack'
        ? {
            ...{ ...common, on: 'slack' },
            record: slack.people.write({
              chat: place.isDirect ? user : chat,
              user,
              text,
              ...(thread ? { thread } : {}),
            }),
          }
        : {
            ...{ ...common, on: 'discord' },
            record: discord.people.write({ chat: place.isDirect ? user : chat, user, text }),
          };
    this.#recent.set(place, [...(this.#recent.get(place) ?? []), written].slice(-REMEMBERED));
    return written;
  }

  /** On Slack, every other message in a channel goes on in one of its threads. */
  #threadToGoOn(place: Place): string | null {
    if (place.platform !== 'slack' || place.isDirect || this.chance.is(0.5)) return null;
    const starts = (this.#recent.get(place) ?? []).filter(({ thread }) => thread === null);
    if (starts.length === 0) return null;
    const start = this.chance.pick(starts);
    start.isContinued = true;
    return slackTs(start);
  }

  #find(place: Place): Written | undefined {
    const since = this.#now - SECOND_THOUGHTS_MS;
    const recent = (this.#recent.get(place) ?? []).filter(({ at }) => at >= since);
    return recent.length > 0 ? this.chance.pick(recent) : undefined;
  }

  #mention({ platform }: Place, text: string): string {
    const { slack, discord } = this.town;
    return platform === 'slack' ? slack.people.mention(text) : discord.people.mention(text);
  }
}

function slackTs(written: Written): string {
  return written.on === 'slack' ? written.record.ts : '';
}
