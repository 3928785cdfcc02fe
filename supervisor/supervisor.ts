/**
 * One supervisor, put together: probes feed the engine, the engine's actions go to the executors, and the page
 * server shows the state. Starts in the order that brings the orchestrator up first.
 */
import { unwatchFile, watchFile } from 'node:fs';
import type { Action } from '../contracts/action.ts';
import type { Readiness } from '../contracts/health.ts';
import type { HomePaths } from '../contracts/paths.ts';
import type { SystemStatus } from '../contracts/status.ts';
import type { MetricsWriter } from '../metrics/record.ts';
import { acceptsPeer } from './decide/on-link.ts';
import { freshState, processOf, type State } from './decide/state.ts';
import { Engine } from './engine.ts';
import { EventStream } from './http/event-stream.ts';
import { preparePage } from './http/page.ts';
import { PageServer } from './http/server.ts';
import type { HealingPolicy } from './policy.ts';
import type { Clock } from './ports/clock.ts';
import type { LiveOwner } from './ports/process-owner.ts';
import type { Log, MetricsSink } from './ports/records.ts';
import type { Report } from './ports/report.ts';
import type { Execute, LivePager } from './ports/tools.ts';
import { HeartbeatServer } from './probes/heartbeat-server.ts';
import { ReadyzProbe } from './probes/readyz.ts';
import { staysDown } from './process/stays-down.ts';
import type { Settings } from './settings.ts';
import { toStatus } from './status.ts';
import type { IncidentFiles } from './store/incident-files.ts';
import type { StateFile } from './store/state-file.ts';

/** A deadline this late is no busy machine any more: the loop has lost its timer. */
const OVERDUE_MS = 5000;

/** Looking at one file's date costs microseconds. */
const ENV_WATCH_MS = 2000;

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
  createPager: (report: (event: Report) => void) => LivePager;
  exit: (code: number) => void;
};

export class Supervisor {
  readonly #engine: Engine;
  readonly #owner: LiveOwner;
  readonly #heartbeats: HeartbeatServer;
  readonly #pager: LivePager;
  readonly #stream: EventStream;
  readonly #page: PageServer;
  #readiness: Readiness | null = null;
  #shown = '';

  constructor(readonly parts: SupervisorParts) {
    const { paths, policy, clock, log, saved } = parts;
    const report = (event: Report) => this.handle(event);
    this.#owner = parts.createOwner(report);
    this.#pager = parts.createPager(report);
    this.#engine = new Engine(saved ?? freshState(clock.now().mono), {
      clock,
      policy,
      chance: Math.random,
      execute: this.#executor(),
      onChange: (state, event) => this.#onChange(state, event),
    });
    const accepts = (pid: number) => acceptsPeer(this.#engine.state, pid);
    this.#heartbeats = new HeartbeatServer({ path: paths.supervisorSocket, accepts, report, log });
    this.#stream = new EventStream(() => this.status());
    this.#page = this.#pageServer();
  }

  async start(): Promise<void> {
    const { paths, saved } = this.parts;
    await this.#heartbeats.listen();
    const known = saved && processOf(saved.service);
    this.#engine.boot(saved !== null, known !== null && this.#owner.isAlive(known));
    this.#pager.start();
    this.#page.start();
    watchFile(paths.env, { interval: ENV_WATCH_MS }, (now, before) => {
      if (now.mtimeMs !== before.mtimeMs) this.handle({ kind: 'env_changed' });
    });
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
      pagerConfigured: settings().webhook !== null,
    });
  }

  /** Lets go of everything but the orchestrator. May be called twice. */
  async stop(): Promise<void> {
    this.#engine.stop();
    this.#pager.stop();
    this.#owner.close();
    unwatchFile(this.parts.paths.env);
    await Promise.all([this.#heartbeats.stop(), this.#page.stop()]);
    this.parts.metrics.close();
  }

  #executor(): (action: Action) => void {
    const { store, incidents, metrics, log, exit, policy, settings } = this.parts;
    const readyz = new ReadyzProbe(() => settings().opsPort, policy.health.timeoutSeconds * 1000);
    const probe = {
      check: async (expected: { pid: number; startId: string | null }) => {
        const answer = await readyz.check(expected);
        this.#readiness = answer.readiness;
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
      pager: this.#pager,
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
      events: this.#stream,
      incidents,
      openIncident: () => this.#engine.state.incident?.id ?? null,
      controlSocket: paths.controlSocket,
      report: (event: Report) => this.handle(event),
    };
    return new PageServer({ token, bind, port: pagePort }, backend, log);
  }

  /** Pages hear of every change a person would notice, not of every beat. */
  #onChange(state: State, event: Report): void {
    const { service, incident } = state;
    const told = event.kind === 'page_result' || event.kind === 'operator';
    const shown = `${service.kind} ${service.since} ${incident?.id} ${incident?.tier} ${incident?.acknowledged}`;
    if (shown === this.#shown && !told) return;
    this.#shown = shown;
    if (staysDown(service, this.parts.clock.now().mono)) this.#owner.hold();
    this.#stream.push();
  }
}
