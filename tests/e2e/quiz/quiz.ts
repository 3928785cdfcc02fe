/**
 * People who ask numbered questions in many places, and a judge who reads the platforms' own records: was each
 * question answered once, where it was asked, in the order it was asked?
 */
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import {
  type Asked,
  discordPlace,
  judge,
  openQuestions,
  type Said,
  saidOn,
  slackPlace,
  type Verdict,
} from '../../quiz/judge.ts';
import { answersIn, question } from '../../quiz/words.ts';
import type { Installation, World } from '../installation.ts';
import { until } from '../until.ts';

export type Place = { platform: 'local' | 'slack' | 'discord'; chat: string };

/** What matters of a conversation with the model. */
const SAID = /question \d+|answer to \d+|replies-sent=[\\"]+\d+|while you were working/gu;

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
    /** How the question of a number is put. */
    readonly phrase: (number: number) => string = question,
  ) {}

  /** Asks the next question. On Slack every other one goes into the chat's standing thread. */
  ask(place: Place): number {
    const number = this.#asked.length + 1;
    const text = this.phrase(number);
    this.#asked.push({ number, where: this.#write(place, text) });
    return number;
  }

  /** Waits until every question has an answer somewhere, and the local ones have been taken. */
  async settled(seconds: number): Promise<void> {
    await Promise.all(this.#posts.splice(0));
    const show = () => `${this.#openPlaces()}\n${this.installation.output.slice(-3000)}`;
    await until(
      () => this.open().length === 0 || null,
      seconds,
      () => `not answered: ${show()}`,
    );
  }

  /** Questions that nobody has answered yet. */
  open(): number[] {
    return openQuestions(this.#asked, new Set(this.#said().flatMap(({ text }) => answersIn(text))));
  }

  #openPlaces(): string {
    const open = new Set(this.open());
    return this.#asked
      .flatMap(({ number, where }) => (open.has(number) ? `${number} in ${where}` : []))
      .join(', ');
  }

  judge(): Verdict {
    return judge(this.#asked, this.#said());
  }

  /** Every turn and every reply on record: what a failure is understood from. */
  story(): string {
    const db = new Database(this.installation.paths.database, { readonly: true });
    const rows = [
      ...db
        .prepare(
          'SELECT id, chat_jid, thread, state, stop, from_seq, upto_seq, attempts, error_code FROM turns',
        )
        .all(),
      ...db.prepare('SELECT seq, key, chat_jid, thread, body, state, attempts, reason FROM outbox').all(),
      ...db.prepare('SELECT seq, id, chat_jid, thread, content, asks FROM messages').all(),
    ];
    db.close();
    const asked = this.world.anthropic.requests.map(({ body }) =>
      body?.messages.map(({ role, content }) => `${role}: ${JSON.stringify(content).match(SAID)}`),
    );
    return [...rows, ...asked].map((row) => JSON.stringify(row)).join('\n');
  }

  /** @returns the reply address */
  #write({ platform, chat }: Place, text: string): string {
    const { slack, discord } = this.world;
    switch (platform) {
      case 'local':
        this.#post(this.#postUntilTaken(chat, `@폴 ${text}`));
        return `local ${chat}`;
      case 'discord':
        discord.people.write({ chat, user: MINJI.discord, text: discord.people.mention(text) });
        return discordPlace(chat);
      case 'slack': {
        const thread = this.#threads.get(chat);
        const inThread = thread !== undefined && this.#asked.length % 2 === 0;
        const said = slack.people.mention(text);
        const place = { chat, user: MINJI.slack, text: said, ...(inThread ? { thread } : {}) };
        const { ts } = slack.people.write(place);
        if (thread === undefined) this.#threads.set(chat, ts);
        return slackPlace(chat, inThread ? thread : ts);
      }
    }
  }

  #post(posting: Promise<void>): void {
    posting.catch(() => undefined); // it is told when the quiz is settled
    this.#posts.push(posting);
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
    return [...this.#saidLocally(), ...saidOn(this.world)];
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
