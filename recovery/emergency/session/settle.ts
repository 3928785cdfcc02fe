/** The end of a session: what it tried is put back unless it was proved, the outcome is durable, learned and told. */
import { writeFileSync } from 'node:fs';
import type { Redact } from '../../../contracts/redact.ts';
import type { SessionEnd } from '../../../contracts/session-record.ts';
import { undoTrial } from '../trial/try-fix.ts';
import { type HandsParts, trialOf } from './hands.ts';
import { addLearning } from './learnings.ts';
import { outcomeOf } from './outcome.ts';
import { placesOf } from './places.ts';
import type { Order } from './prepare.ts';
import type { RunEnd } from './way-run.ts';

/** Longest text an incident should hold, characters. */
const DETAIL_LIMIT = 600;

export type SettleParts = HandsParts & { order: Order; redact: Redact };

/** @throws when the disk refuses */
export async function settleSession(parts: SettleParts, last: RunEnd): Promise<void> {
  const { desk, memory, order, redact, report } = parts;
  await undoTrial(trialOf(parts), new AbortController().signal, true);
  const { outcome, detail: whole } = outcomeOf(memory.state, last);
  const detail = redact(whole).slice(0, DETAIL_LIMIT);
  memory.save({ process: null, over: { outcome, detail } });
  if (memory.state.kept > 0) learn(parts);
  const { tries, spent, openedAt } = memory.state;
  const seconds = (desk.clock.now().wall - openedAt) / 1000;
  const figures = { seconds, costUsd: spent.costUsd, turns: spent.turns, tries };
  const end: SessionEnd = { outcome, detail, ...figures };
  writeFileSync(placesOf(desk.paths, memory.state).record, JSON.stringify(end), { mode: 0o600 });
  report({ kind: 'emergency_result', incident: order.incident, outcome, detail, figures });
}

function learn({ desk, memory, order, redact }: SettleParts): void {
  const { fix, fixId, proof, symptom } = memory.state;
  addLearning(desk.paths.learnings, {
    at: desk.clock.now().wall,
    incident: order.incident,
    symptom: redact(symptom),
    cause: order.cause,
    fix: `changed ${fix.join(', ')}`,
    proof: redact(proof),
    fixId,
  });
}
