/**
 * People who ask numbered questions in many places, and a judge who reads the platforms' own records: was each
 * question answered once, where it was asked, in the order it was asked?
 */
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import type { Installation, World } from '../installation.ts';
import { until } from '../until.ts';

export type Place = { platform: 'local' | 'slack' | 'discord'; chat: string };

export type Verdict = {
  asked: number;
  lost: number[];
  twice: number[];
  misplaced: number[];
  disordered: number;
};

type Asked = { number: number; where: string };
type Said = { where: string; text: string };

/** A full disk or a process that hangs takes nothing until it is healed. */
const TAKEN_WITHIN_SECONDS = 240;

const MINJI = { slack: 'U0000MINJI', discord: '1000000000000000011' };

export class Quiz {
  readonly #asked: Asked[] = [];
  readonly #threads = new Map<string, string>();
  readonly #posts: Promise<void>[] = [];

  constructor(
    readonly world: World,
    readonly installation: Installation,
  ) {}

  /** Asks the next question. On Slack every other one goes into the chat's standing thread. */
  ask(place: Place): number {
    const number = this.#asked.length + 1;
    const text = `question ${number}`;
    this.#asked.push({ number, where: this.#write(place, text) });
    return number;
  }

  /** Waits until every question has an answer somewhere, and the local ones have been taken. */
  async settled(seconds: number): Promise<void> {
    await Promise.all(this.#posts.splice(0));
    const open = () => {
      const heard = new Set(this.#said().flatMap(({ text }) => answered(text)));
      return this.#asked.filter(({ number }) => !heard.has(number));
    };
    const show = () => `${JSON.stringify(open().slice(0, 5))}\n${this.installation.output.slice(-3000)}`;
    await until(
      () => open().length === 0 || null,
      seconds,
      () => `not answered: ${show()}`,
    );
  }

  judge(): Verdict {
    const said = this.#said().flatMap(({ where, text }) =>
      answered(text).map((number) => ({ where, number })),
    );
    const places = new Map(this.#asked.map(({ number, where }) => [number, where]));
    const times = (number: number) => said.filter((one) => one.number === number).length;
    const last = new Map<string, number>();
    let disordered = 0;
    for (const { where, number } of said) {
      if (number < (last.get(where) ?? 0)) disordered += 1;
      last.set(where, number);
    }
    const all = this.#asked.map(({ number }) => number);
    return {
      asked: all.length,
      lost: all.filter((number) => times(number) === 0),
      twice: all.filter((number) => times(number) > 1),
      misplaced: said.filter(({ where, number }) => places.get(number) !== where).map(({ number }) => number),
      disordered,
    };
  }

  /** @returns the reply address */
  #write({ platform, chat }: Place, text: string): string {
    const { slack, discord } = this.world;
    switch (platform) {
      case 'local':
        this.#post(chat, `@폴 ${text}`);
        return `local ${chat}`;
      case 'discord':
        discord.people.write({ chat, user: MINJI.discord, text: discord.people.mention(text) });
        return `discord ${chat}`;
      case 'slack': {
        const thread = this.#threads.get(chat);
        const inThread = thread !== undefined && this.#asked.length % 2 === 0;
        const said = slack.people.mention(text);
        const place = { chat, user: MINJI.slack, text: said, ...(inThread ? { thread } : {}) };
        const { ts } = slack.people.write(place);
        if (thread === undefined) this.#threads.set(chat, ts);
        return `slack ${chat} ${inThread ? thread : ts}`;
      }
    }
  }

  #post(chat: string, text: string): void {
    const posted = this.#postUntilTaken(chat, text);
    posted.catch(() => undefined); // told by `settled`, if anybody still asks
    this.#posts.push(posted);
  }

  /** As a careful client does: the same message until somebody says that it is stored. */
  async #postUntilTaken(chat: string, text: string): Promise<void> {
    const message = { id: randomUUID(), chat, sender: 'minji', text };
    const post = () => this.installation.order('POST', '/local/messages', message).catch(() => undefined);
    await until(
      async () => [200, 202].includes((await post()) ?? 0) || null,
      TAKEN_WITHIN_SECONDS,
      () => `${text} was not taken`,
    );
  }

  #said(): Said[] {
    const { slack, discord } = this.world;
    return [
      ...this.#saidLocally(),
      ...slack.botMessages().map(({ chat, thread, text }) => ({ where: `slack ${chat} ${thread}`, text })),
      ...discord.botMessages().map(({ chat, content }) => ({ where: `discord ${chat}`, text: content })),
    ];
  }

  #saidLocally(): Said[] {
    const db = new Database(this.installation.paths.database, { readonly: true });
    const rows = db
      .prepare("SELECT chat, text FROM local_messages WHERE direction = 'out' ORDER BY seq")
      .all();
    db.close();
    return (rows as { chat: string; text: string }[]).map(({ chat, text }) => ({
      where: `local ${chat}`,
      text,
    }));
  }
}

function answered(text: string): number[] {
  return [...text.matchAll(/answer to (\d+)/gu)].map(([, number]) => Number(number));
}
