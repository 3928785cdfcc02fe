/** How questions and answers are told apart from everything else that is said. */

export const question = (number: number) => `question ${number}`;
export const answer = (number: number) => `answer to ${number}`;

export function questionsIn(text: string): number[] {
  return [...text.matchAll(/question (\d+)/gu)].map(([, number]) => Number(number));
}

export function answersIn(text: string): number[] {
  return [...text.matchAll(/answer to (\d+)/gu)].map(([, number]) => Number(number));
}

/** Questions of a text that none of its answers belongs to, in their order. */
export function openIn(text: string): number[] {
  const answered = new Set(answersIn(text));
  return [...new Set(questionsIn(text))].filter((number) => !answered.has(number));
}
