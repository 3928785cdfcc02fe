/**
 * Judges by the platforms' own records: was each question answered once, where it was asked, in the order in which the
 * questions of its place were asked? Pure.
 */
import type { World } from '../world/world.ts';
import { answersIn } from './words.ts';

export type Asked = {
  number: number;
  /** Platform, chat and thread to which the answer belongs. */
  where: string;
  /** Taken back by its asker: to be answered once or not at all. */
  isWithdrawn?: boolean;
  /** Its place in the order is nobody's to know: asked by an edit, or while the platform mixed events up. */
  isUnordered?: boolean;
};

export type Said = { where: string; text: string };

export type Verdict = {
  asked: number;
  lost: number[];
  twice: number[];
  /** With where they were asked and answered. */
  misplaced: string[];
  disordered: number;
};

export function judge(asked: readonly Asked[], said: readonly Said[]): Verdict {
  const questions = new Map(asked.map((one) => [one.number, one]));
  const answers = said.flatMap(({ where, text }) => answersIn(text).map((number) => ({ number, where })));
  const times = new Map<number, number>();
  for (const { number } of answers) times.set(number, (times.get(number) ?? 0) + 1);
  return {
    asked: asked.length,
    lost: openQuestions(asked, times),
    twice: [...times].filter(([, count]) => count > 1).map(([number]) => number),
    misplaced: answers
      .filter(({ number, where }) => questions.get(number)?.where !== where)
      .map(({ number, where }) => `${number} asked in ${questions.get(number)?.where}, answered in ${where}`),
    disordered: countDisordered(answers.filter(({ number }) => !questions.get(number)?.isUnordered)),
  };
}

/** Questions that still wait for an answer. @param answered by number, such as the keys of a map */
export function openQuestions(asked: readonly Asked[], answered: { has(number: number): boolean }): number[] {
  return asked
    .filter(({ number, isWithdrawn }) => !isWithdrawn && !answered.has(number))
    .map(({ number }) => number);
}

/** What the assistant said on the platforms, oldest first. */
export function saidOn({ slack, discord }: Pick<World, 'slack' | 'discord'>): Said[] {
  return [
    ...slack.botMessages().map(({ chat, thread, text }) => ({ where: slackPlace(chat, thread), text })),
    ...discord.botMessages().map(({ chat, content }) => ({ where: discordPlace(chat), text: content })),
  ];
}

export function slackPlace(chat: string, thread: string | null): string {
  return `slack ${chat} ${thread}`;
}

export function discordPlace(chat: string): string {
  return `discord ${chat}`;
}

function countDisordered(answers: readonly { number: number; where: string }[]): number {
  const last = new Map<string, number>();
  let disordered = 0;
  for (const { where, number } of answers) {
    if (number < (last.get(where) ?? 0)) disordered += 1;
    last.set(where, number);
  }
  return disordered;
}
