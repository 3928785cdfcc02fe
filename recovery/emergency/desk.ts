/**
 * Tier 3: one emergency session at a time. Its word counts for nothing: the outcome is `done` only when a fix or a
 * remedy of its was looked at and found to help, and even then the core looks again before it closes anything.
 *
 * Invariants: what runs is on disk before and after it is started, so a later supervisor follows it and never starts
 * a second one; whatever way a session ends, its processes are gone and a fix that was being tried is put back.
 */

import type { EmergencySandbox } from '../../contracts/emergency-sandbox.ts';
import { createRedact } from '../../contracts/redact.ts';
import type { LiveDesk } from '../../supervisor/ports/emergency.ts';
import type { EventOf, Report } from '../../supervisor/ports/report.ts';
import type { DeskParts } from './parts.ts';
import { findSandbox } from './sandbox/find.ts';
import type { SandboxFound } from './sandbox/session-sandbox.ts';
import { KnownFixRun } from './session/known-fix.ts';
import { SessionMemory } from './session/memory.ts';
import type { Order } from './session/prepare.ts';
import { Session } from './session/session.ts';
import { freshSession, readSession, type SandboxKind, type SessionState } from './session/state.ts';
import { symptomOf } from './session/symptom.ts';
import { waysToModel } from './session/ways.ts';
import { newestError, serviceLog } from './verbs/evidence.ts';

type Tell = (event: Report) => void;
type Result = EventOf<'emergency_result'>;

/** What tiers 1 and 2 take before a session begins. */
const RECENT_MS = 900_000;

const NO_WAY = 'there is no sign-in, no prepaid key and no proxy to reach a model';

export class EmergencyDesk implements LiveDesk {
  #work: { letGo(ends: boolean): void } | null = null;
  #task: Promise<void> = Promise.resolve();
  #sandbox: EmergencySandbox | null = null;

  constructor(readonly parts: DeskParts) {}

  lookAround(): void {
    const { log } = this.parts;
    const fail = (error: unknown) => log.warn(`emergency sessions: ${wordsOf(error)}`);
    const found = this.#find();
    found.catch(fail);
    // In turn with the sessions: none is taken for left over that has just begun.
    this.#task = this.#task.then(() => found.then((sandbox) => this.#clear(sandbox))).catch(fail);
  }

  sandbox(): EmergencySandbox | null {
    return this.#sandbox;
  }

  open(order: Order, report: Tell): void {
    this.#task = this.#task
      .then(() => this.#run(order, report))
      .catch((error: unknown) => report(resultOf(order, 'failed', `the session broke: ${wordsOf(error)}`)));
  }

  /** What runs goes on for the next supervisor, unless it is to end with this one. */
  async stop(): Promise<void> {
    this.#work?.letGo(this.parts.endsWithUs);
    await this.#task;
  }

  async #run(order: Order, report: Tell): Promise<void> {
    const { paths, fileAt } = this.parts;
    const known = readSession(fileAt(paths.emergencyState));
    const own = known?.incident === order.incident && known.number === order.number ? known : null;
    if (own?.over) return report(resultOf(order, own.over.outcome, own.over.detail));
    if (known !== null && own === null && known.over === null) await this.#abandon(known, order, report);
    const found = await this.#find(own?.process ? own.sandbox : undefined);
    const memory = this.#memoryOf(own ?? this.#freshSession(order));
    if ((await this.#tryKnownFix(order, memory, report)) !== 'not_cured') return;
    if (!found.ok) return report(resultOf(order, 'unavailable', found.reason));
    if (own === null && !this.#hasWay()) return report(resultOf(order, 'unavailable', NO_WAY));
    const session = new Session({ desk: this.parts, sandbox: found.sandbox, order, memory, report });
    await this.#follow(session, () => runOrAbandon(session));
  }

  async #find(kind?: SandboxKind): Promise<SandboxFound> {
    const found = await findSandbox(this.parts, kind);
    this.#sandbox = found.ok
      ? { kind: found.sandbox.kind, reason: found.sandbox.caveat }
      : { kind: 'none', reason: found.reason };
    return found;
  }

  /** What ran under a supervisor that is gone, and is of no incident that is open. */
  async #clear(found: SandboxFound): Promise<void> {
    const { paths, fileAt, around } = this.parts;
    const known = readSession(fileAt(paths.emergencyState));
    const isOpen = around.view.openIncidents().some(({ id }) => id === known?.incident);
    if (found.ok) await found.sandbox.clear(known?.over === null && isOpen ? known.process : null);
  }

  /** Of an incident that is not asked for any more. */
  async #abandon(known: SessionState, order: Order, report: Tell): Promise<void> {
    const found = await findSandbox(this.parts, known.sandbox);
    if (!found.ok) return;
    await new Session({
      ...{ desk: this.parts, sandbox: found.sandbox, report },
      order: { ...order, ...placeIn(known) },
      memory: this.#memoryOf(known),
    }).abandon();
  }

  /** What has cured alike cases is tried before a model is asked; a session that runs already is past that. */
  async #tryKnownFix(order: Order, memory: SessionMemory, report: Tell) {
    if (memory.state.process !== null) return 'not_cured';
    const redact = createRedact(this.parts.settings().secrets);
    const known = new KnownFixRun({ desk: this.parts, memory, order, redact, report });
    return this.#follow(known, () => known.run());
  }

  async #follow<R>(work: { letGo(ends: boolean): void }, run: () => Promise<R>): Promise<R> {
    this.#work = work;
    try {
      return await run();
    } finally {
      this.#work = null;
    }
  }

  #freshSession(order: Order): SessionState {
    const { clock, paths } = this.parts;
    const { wall } = clock.now();
    return freshSession(order, wall, symptomOf(order, newestError(serviceLog(paths), wall - RECENT_MS)));
  }

  #memoryOf(state: SessionState): SessionMemory {
    return new SessionMemory(this.parts.fileAt(this.parts.paths.emergencyState), state);
  }

  #hasWay(): boolean {
    return waysToModel(this.parts.settings(), this.parts.clock.now().wall).length > 0;
  }
}

function resultOf({ incident }: Order, outcome: Result['outcome'], detail: string): Result {
  return { kind: 'emergency_result', incident, outcome, detail };
}

/** One that breaks leaves nothing of itself. */
async function runOrAbandon(session: Session): Promise<void> {
  try {
    await session.run();
  } catch (error) {
    await session.abandon();
    throw error;
  }
}

function placeIn({ incident, number }: SessionState): Pick<Order, 'incident' | 'number'> {
  return { incident, number };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
