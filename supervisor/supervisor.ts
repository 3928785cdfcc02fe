/**
 * One supervisor, put together: probes feed the engine, the engine's actions go to the executors, and the page
 * server shows the state. Starts in the order that brings the orchestrator up first.
 */
import { unwatchFile, watchFile } from 'node:fs';
import type { Action } from '../contracts/action.ts';
import type { Readiness } from '../contracts/health.ts';
import { rings } from '../contracts/incident.ts';
import type { HomePaths } from '../contracts/paths.ts';
import { createRedact } from '../contracts/redact.ts';
import { readSessions } from '../contracts/session-files.ts';
import type { SystemStatus } from '../contracts/status.ts';
import { exportMetrics } from '../metrics/export.ts';
import { MetricsFollower } from '../metrics/follow.ts';
import type { MetricsWriter } from '../metrics/record.ts';
import { decide } from './decide/decide.ts';
import { acceptsPeer } from './decide/on-link.ts';
import { sessionWish } from './decide/person-session.ts';
import { freshState, type Process, processOf, type State } from './decide/state.ts';
import { Engine } from './engine.ts';
import { Housekeeping } from './housekeeping.ts';
import { EventStream } from './http/event-stream.ts';
import { preparePage } from './http/page.ts';
import { PageServer } from './http/server.ts';
import type { HealingPolicy } from './policy.ts';
import type { Clock } from './ports/clock.ts';
import type { DeskSurroundings, LiveDesk } from './ports/emergency.ts';
import type { HealthProbe } from './ports/health-probe.ts';
import type { LiveOwner } from './ports/process-owner.ts';
import type { Log, MetricsSink } from './ports/records.ts';
import type { Report } from './ports/report.ts';
import type { Execute, Paging } from './ports/tools.ts';
import type { Companion, SupervisorView } from './ports/view.ts';
import { readDeployWindow } from './probes/deploy-window.ts';
import { HeartbeatServer } from './probes/heartbeat-server.ts';
import { describeHealth, ReadyzProbe } from './probes/readyz.ts';
import { staysDown } from './process/stays-down.ts';
import { hasWebhook, type Settings } from './settings.ts';
import { toStatus } from './status.ts';
import { durableFile } from './store/durable.ts';
import type { IncidentFiles } from './store/incident-files.ts';
import type { StateFile } from './store/state-file.ts';
import type { Surroundings } from './surroundings.ts';

/** A deadline this late is no busy machine any more: the loop has lost its timer. */
const OVERDUE_MS = 5000;

/** Each look wakes an idle process; a person who has edited a file waits this long at most. */
const FILE_WATCH_MS = 5000;

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
  createSurroundings: (pid: () => number | null, report: (event: Report) => void) => Surroundings;
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
  readonly #tallies: MetricsFollower;
  readonly #stream: EventStream;
  readonly #page: PageServer;
  #readiness: Readiness | null = null;
  #health: string | null = null;
  #shown = '';

  constructor(readonly parts: SupervisorParts) {
    const { paths, policy, clock, log, saved } = parts;
    const report = (event: Report) => this.handle(event);
    this.#owner = parts.createOwner(report);
    this.#paging = parts.createPaging(this.#view(), report);
    const housekeeping = new Housekeeping({ folder: paths.logs, clock, log });
    this.#surroundings = parts.createSurroundings(() => this.#process()?.pid ?? null, report);
    this.#emergency = parts.createEmergency(this.#deskSurroundings());
    this.#companions = [...this.#paging.companions, ...this.#surroundings.companions, housekeeping];
    this.#tallies = new MetricsFollower(paths.logs, durableFile(paths.metricsTally));
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
    this.#stream = new EventStream(() => this.status());
    this.#page = this.#pageServer();
  }

  async start(): Promise<void> {
    const { saved } = this.parts;
    await this.#heartbeats.listen();
    const known = saved && processOf(saved.service);
    this.#engine.boot(saved !== null, known !== null && this.#owner.isAlive(known));
    this.#paging.pager.start();
    this.#page.start();
    for (const companion of this.#companions) companion.start();
    this.#watchFiles();
  }

  #watchFiles(): void {
    const { env, deployWindow } = this.parts.paths;
    watchFile(env, { interval: FILE_WATCH_MS }, (now, before) => {
      if (now.mtimeMs !== before.mtimeMs) this.handle({ kind: 'env_changed' });
    });
    const tellWindow = () => this.handle({ kind: 'deploy_window', until: readDeployWindow(deployWindow) });
    watchFile(deployWindow, { interval: FILE_WATCH_MS }, tellWindow);
    tellWindow();
  }

  handle(event: Report): void {
    // An adopted process has no exit event: its closed connection says when to look closely.
    if (event.kind === 'connection_closed') this.#owner.expectEnd(event.pid);
    this.#engine.handle(event);
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
      readiness: this.#readiness,
      incidents: incidents.list(),
      pagerConfigured: hasWebhook(settings()),
    });
  }

  /** Lets go of everything but the orchestrator. May be called twice. */
  async stop(): Promise<void> {
    this.#engine.stop();
    this.#paging.pager.stop();
    for (const companion of this.#companions) companion.stop();
    this.#owner.close();
    unwatchFile(this.parts.paths.env);
    unwatchFile(this.parts.paths.deployWindow);
    await Promise.all([this.#heartbeats.stop(), this.#page.stop(), this.#emergency.stop()]);
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
      health: () => this.#health,
      isPageWaiting: () =>
        openIncidents().some(({ id, acknowledgedBy }) => acknowledgedBy === null && hasPaged(id)),
    };
  }

  async #metricsText(): Promise<string> {
    const tally = await this.#tallies.look();
    return exportMetrics({
      tally,
      status: this.status(),
      ignoredCommands: this.#paging.ignored(),
      lostRecords: this.parts.metrics.lost,
    });
  }

  #readyz(): HealthProbe {
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
    const readyz = this.#readyz();
    const probe = {
      check: async (expected: { pid: number; startId: string | null }) => {
        const answer = await readyz.check(expected);
        this.#readiness = answer.readiness;
        this.#health = describeHealth(answer);
        return answer;
      },
    };
    const report = (event: Report) => this.handle(event);
    const sink: MetricsSink = { record: ({ labels, ...entry }) => metrics.record({ ...entry, ...labels }) };
    const tools = {
      processes: this.#owner,
      probe,
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

  #pageServer(): PageServer {
    const { settings, token, pageHtml, incidents, paths, log } = this.parts;
    const { bind, pagePort } = settings();
    const backend = {
      page: preparePage(pageHtml),
      status: () => this.status(),
      metrics: () => this.#metricsText(),
      events: this.#stream,
      incidents,
      isOpen: (id: string) => this.#engine.state.incidents.some((incident) => incident.id === id),
      sessionWish: () => sessionWish(this.#engine.state),
      sessions: (id: string) => readSessions(paths, id, createRedact([...settings().secrets, token])),
      controlSocket: paths.controlSocket,
      report: (event: Report) => this.handle(event),
    };
    return new PageServer({ token, bind, port: pagePort }, backend, log);
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

  /** Pages hear of every change a person would notice, not of every beat. */
  #onChange(state: State, event: Report): void {
    const { service, incidents, signals, pause } = state;
    const told = event.kind === 'page_result' || event.kind === 'operator';
    const open = incidents.map(
      ({ id, tier, step, acknowledged }) => `${id} ${tier} ${step.kind} ${acknowledged}`,
    );
    const seen = signals.map(({ code, target, level }) => `${code} ${target} ${level}`);
    const shown = [service.kind, service.since, pause?.until, ...open, ...seen].join(' ');
    if (shown === this.#shown && !told) return;
    this.#shown = shown;
    this.#surroundings.see(this.#healthyLife());
    if (staysDown(service, this.parts.clock.now().mono)) this.#owner.hold();
    this.#stream.push();
  }
}
