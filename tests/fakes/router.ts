/** A router whose light model is played by the test, or that has none. */
import { pino } from 'pino';
import type { LightResult } from '../../src/router/light/outcome.ts';
import type { Question } from '../../src/router/light/request.ts';
import { Router, type RouterOptions } from '../../src/router/router.ts';
import type { RoutingJournal } from '../../src/router/routing-journal.ts';
import type { RoutingRecord } from '../../src/router/routing-record.ts';
import { FakeClock } from './clock.ts';

export type FakeRouter = {
  router: Router;
  routing: Pick<RoutingJournal, 'note' | 'noteInWrite' | 'write'>;
  personaOf(folder: string): Promise<string>;
  asked: Question[];
  written: RoutingRecord[];
};

/** @param answer null: there is no light model */
export function fakeRouter(
  answer: ((question: Question, signal: AbortSignal) => Promise<LightResult>) | null = null,
  clock: RouterOptions['clock'] = new FakeClock(),
): FakeRouter {
  const asked: Question[] = [];
  const written: RoutingRecord[] = [];
  const light = answer && {
    model: 'gpt-4o-mini',
    ask(question: Question, signal: AbortSignal) {
      asked.push(question);
      return answer(question, signal);
    },
    check: async () => undefined,
    health: () => ({ name: 'router', state: 'ok' as const, reason: 'fine', required: false }),
    stop: async () => undefined,
  };
  const router = new Router({
    light,
    offReason: 'ROUTER_MODE=claude-only',
    assistantName: '폴',
    agentModel: 'claude',
    records: { close: () => undefined },
    clock,
    log: pino({ level: 'silent' }),
  });
  const routing = {
    note: () => undefined,
    noteInWrite: () => undefined,
    write: (record: RoutingRecord) => void written.push(record),
  };
  return { router, routing, personaOf: async () => '', asked, written };
}

export function lightAnswer(text: string): LightResult {
  return { kind: 'answer', text, model: 'gpt-4o-mini-2024', usage: { inputTokens: 50, outputTokens: 10 } };
}
