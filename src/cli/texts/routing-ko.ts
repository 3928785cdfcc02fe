/** Korean texts of the routing part of `nanoclaw metrics`. */
import type { routingEn } from './routing-en.ts';

export const routingKo: typeof routingEn = {
  light: '가벼운 모델 답변',
  agent: '에이전트 답변',
  turns: (turns, share) => `${turns}건 (${share})`,
  spent: (tokens, cost) => `토큰 ${tokens} · $${cost}`,
  handovers: '에이전트로 넘김',
  unanswered: '답하지 못함',
};
