/**
 * One supervisor, put together: probes feed the engine, the engine's actions go to the executors, and the page
 * server shows the state. Starts in the order that brings the orchestrator up first.
 */
import { existsSync } from 'node:fs';
import type { Action } from '../contracts/action.ts';
import { rings } from '../contracts/incident.ts';
import type { HomePaths } from '../contracts/paths.ts';
import type { SystemStatus } from '../contracts/status.ts';
import { holdsRecord } from '../metrics/find.ts';
import type { MetricsWriter } from '../metrics/record.ts';
import { decide } from './decide/decide.ts';
import { acceptsPeer } from './decide/on-link.ts';
import { sessionWish } from './decide/person-session.ts';
import { type Process, processOf } from './decide/service.ts';
import { freshState, type State } from './decide/state.ts';
import { Engine } from './engine.ts';
import { Front } from './front.ts';
import { Housekeeping } from './housekeeping.ts';
import type { HealingPolicy } from './policy.ts';
import type { Clock } from './ports/clock.ts';
import type { DeskSurroundings, LiveDesk } from './ports/emergency.ts';
import type { LiveOwner } from './ports/process-owner.ts';
import type { Log, MetricsSink } from './ports/records.ts';
import type { Report } from './ports/report.ts';
import type { Execute, Paging } from './ports/tools.ts';
import type { Companion, SupervisorView } from './ports/view.ts';
import { HeartbeatServer } from './probes/heartbeat-server.ts';
import { ReadyzProbe } from './probes/readyz.ts';
import { staysDown } from './process/stays-down.ts';
import { RememberedHealth } from './remembered-health.ts';
import { hasWebhook, type Settings } from './settings.ts';
import { toStatus } from './status.ts';
import type { IncidentFiles } from './store/incident-files.ts';
import type { StateFile } from './store/state-file.ts';
import type { Surroundings, SurroundingsView } from './surroundings.ts';
import { watchedFiles } from './watched-files.ts';

/** A deadline this late is no busy machine any more: the loop has lost its timer. */
const OVERDUE_MS = 5000;

export type SupervisorParts = {
  paths: HomePaths;
  settings: () => Settings;
  policy: HealingPolicy;
  clock: Clock;
  log: Log;
  store: StateFile;
  saved: State | null;
  incidents: IncidentFiles;
  metrics: MetricsWriter;
  createOwner: (report: (event: Report) => void) => LiveOwner;
  pageHtml: string;
  token: string;
  identity: SystemStatus['supervisor'];
  execute: Execute;
  createSurroundings: (view: SurroundingsView, report: (event: Report) => void) => Surroundings;
  createEmergency: (around: DeskSurroundings) => LiveDesk;
  createPaging: (view: SupervisorView, report: (event: Report) => void) => Paging;
  exit: (code: number) => void;
};

export class Supervisor {
  readonly #engine: Engine;
  readonly #owner: LiveOwner;
  readonly #heartbeats: HeartbeatServer;
  readonly #paging: Paging;
  readonly #surroundings: Surroundings;
  readonly #emergency: LiveDesk;
  readonly #companions: Companion[];
  readonly #health: RememberedHealth;
  readonly #front: Front;

  constructor(readonly parts: SupervisorParts) {
    const { paths, policy, clock, log, saved } = parts;
    const report = (event: Report) => this.handle(event);
    this.#owner = parts.createOwner(report);
    this.#health = new RememberedHealth(this.#readyz());
    this.#paging = parts.createPaging(this.#view(), report);
    const open = () => this.#engine.state.incidents.map(({ id }) => id);
    const housekeeping = new Housekeeping({ paths, open, metrics: parts.metrics, clock, log });
    const around = { pid: () => this.#process()?.pid ?? null, signals: () => this.#engine.state.signals };
    this.#surroundings = parts.createSurroundings(around, report);
    this.#emergency = parts.createEmergency(this.#deskSurroundings());
    const files = watchedFiles(paths, clock, report);
    this.#companions = [...this.#paging.companions, ...this.#surroundings.companions, housekeeping, files];
    this.#engine = new Engine(saved ?? freshState(clock.now().mono), {
      clock,
      policy,
      chance: Math.random,
      decide,
      execute: this.#executor(),
      onChange: (state, event) => this.#onChange(state, event),
    });
    const accepts = (pid: number) => acceptsPeer(this.#engine.state, pid);
    this.#heartbeats = new HeartbeatServer({ path: paths.supervisorSocket, accepts, report, log });
    this.#front = new Front(parts, {
      status: () => this.status(),
      isOpen: (id) => this.#engine.state.incidents.some((incident) => incident.id === id),
      sessionWish: () => sessionWish(this.#engine.state),
      ignoredCommands: () => this.#paging.ignored(),
      upkeep: () => [housekeeping.view()],
      report,
    });
  }

  async start(): Promise<void> {
    const { saved } = this.parts;
    await this.#heartbeats.listen();
    const known = saved && processOf(saved.service);
    const processAlive = known !== null && this.#owner.isAlive(known);
    this.#engine.boot({ resumed: saved !== null, processAlive, meant: this.#isEndMeant(known) });
    this.#paging.pager.start();
    this.#front.start();
    this.#emergency.lookAround();
    for (const companion of this.#companions) companion.start();
  }

  handle(event: Report): void {
    // An adopted process has no exit event: its closed connection says when to look closely.
    if (event.kind === 'connection_closed') this.#owner.expectEnd(event.pid);
    const isEnd = event.kind === 'child_exited' && event.pid === this.#process()?.pid;
    this.#engine.handle(isEnd ? { ...event, meant: this.#isEndMeant(this.#process()) } : event);
  }

  /** What is wrong with the supervisor itself; null when it can do its work. */
  ownTrouble(): string | null {
    const overdue = this.#engine.overdueMs();
    if (overdue > OVERDUE_MS) return `a deadline passed ${Math.round(overdue / 1000)} s ago`;
    return this.#heartbeats.isReachable() ? null : 'its heartbeat socket is gone';
  }

  status(): SystemStatus {
    const { policy, clock, identity, incidents, settings } = this.parts;
    return toStatus({
      state: this.#engine.state,
      now: clock.now(),
      policy,
      supervisor: identity,
      readiness: this.#health.readiness,
      incidents: incidents.list(),
      emergencySandbox: this.#emergency.sandbox(),
      pagerConfigured: hasWebhook(settings()),
    });
  }

  /** Lets go of everything but the orchestrator. May be called twice. */
  async stop(): Promise<void> {
    this.#engine.stop();
    this.#paging.pager.stop();
    for (const companion of this.#companions) companion.stop();
    this.#owner.close();
    await Promise.all([this.#heartbeats.stop(), this.#front.stop(), this.#emergency.stop()]);
    this.parts.metrics.close();
  }

  #view(): SupervisorView {
    const { incidents } = this.parts;
    const openIncidents = () => incidents.list().filter(({ state }) => state === 'open');
    const hasPaged = (id: string) =>
      (incidents.read(id) ?? []).some((event) => event.type === 'paged' && rings(event.kind));
    return {
      status: () => this.status(),
      openIncidents,
      sessionWish: () => sessionWish(this.#engine.state),
      health: () => this.#health.text,
      isPageWaiting: () =>
        openIncidents().some(({ id, acknowledgedBy }) => acknowledgedBy === null && hasPaged(id)),
    };
  }

  #readyz(): ReadyzProbe {
    const { policy, settings } = this.parts;
    return new ReadyzProbe(() => settings().opsPort, policy.health.timeoutSeconds * 1000);
  }

  #deskSurroundings(): DeskSurroundings {
    const { incidents } = this.parts;
    return {
      view: this.#view(),
      probe: this.#readyz(),
      remedies: this.#surroundings.remedies,
      incident: (id) => incidents.read(id) ?? [],
    };
  }

  #executor(): (action: Action) => void {
    const { store, incidents, metrics, log, exit } = this.parts;
    const report = (event: Report) => this.handle(event);
    const sink: MetricsSink = {
      record: ({ labels, ...entry }) => metrics.record({ ...entry, ...labels }),
      holds: ({ metric, labels }, since) =>
        holdsRecord(metrics.folder, metric, String(labels.incident), since),
    };
    const tools = {
      processes: this.#owner,
      probe: this.#health,
      store,
      incidents,
      metrics: sink,
      pager: this.#paging.pager,
      remedies: this.#surroundings.remedies,
      emergency: this.#emergency,
      log,
      report,
      exit,
    };
    return (action) => this.parts.execute(action, tools);
  }

  /** Whether it has put down that its end is meant: its last word, which no supervisor need have heard. */
  #isEndMeant(process: Process | null): boolean {
    const startId = process?.startId ?? null;
    return startId !== null && existsSync(this.parts.paths.meantEnd(startId));
  }

  #process(): Process | null {
    return processOf(this.#engine.state.service);
  }

  #healthyLife(): { pid: number; startedAt: number } | null {
    const { service } = this.#engine.state;
    if (service.kind !== 'up') return null;
    const { wall, mono } = this.parts.clock.now();
    return { pid: service.process.pid, startedAt: wall - (mono - service.process.since) };
  }

  #onChange(state: State, event: Report): void {
    if (!this.#front.notices(state, event)) return;
    this.#surroundings.see(this.#healthyLife());
    if (staysDown(state.service, this.parts.clock.now().mono)) this.#owner.hold();
    this.#front.show();
  }
}
