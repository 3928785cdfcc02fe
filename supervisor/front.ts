/**
 * What people see of the supervisor: the status page with its streams, and the figures for a monitoring system. Told of
 * every change, it shows those that a person would notice, not every beat.
 */
import type { HomePaths } from '../contracts/paths.ts';
import { createRedact } from '../contracts/redact.ts';
import { readSessions } from '../contracts/session-files.ts';
import type { SystemStatus } from '../contracts/status.ts';
import { exportMetrics } from '../metrics/export.ts';
import { MetricsFollower } from '../metrics/follow.ts';
import type { MetricsWriter } from '../metrics/record.ts';
import type { State } from './decide/state.ts';
import { EventStream } from './http/event-stream.ts';
import { preparePage } from './http/page.ts';
import type { Backend } from './http/routes.ts';
import { PageServer } from './http/server.ts';
import type { Log } from './ports/records.ts';
import type { Report } from './ports/report.ts';
import type { Settings } from './settings.ts';
import { durableFile } from './store/durable.ts';
import type { IncidentFiles } from './store/incident-files.ts';

export type FrontParts = {
  paths: HomePaths;
  settings: () => Settings;
  pageHtml: string;
  token: string;
  incidents: IncidentFiles;
  metrics: MetricsWriter;
  log: Log;
};

/** What the front asks of the supervisor behind it. */
export type Behind = {
  status: () => SystemStatus;
  isOpen: (incident: string) => boolean;
  sessionWish: Backend['sessionWish'];
  upkeep: Backend['upkeep'];
  ignoredCommands: () => number;
  report: (event: Report) => void;
};

export class Front {
  readonly #stream: EventStream;
  readonly #tallies: MetricsFollower;
  readonly #server: PageServer;
  #shown = '';

  constructor(
    readonly parts: FrontParts,
    readonly behind: Behind,
  ) {
    const { paths, settings, pageHtml, token, incidents, log } = parts;
    const { status, isOpen, sessionWish, upkeep, report } = behind;
    const { bind, pagePort: port } = settings();
    this.#stream = new EventStream(status);
    this.#tallies = new MetricsFollower(paths.logs, durableFile(paths.metricsTally));
    const backend = {
      ...{ status, isOpen, sessionWish, upkeep, report, incidents },
      sessions: (id: string) => readSessions(paths, id, createRedact([...settings().secrets, token])),
      page: preparePage(pageHtml),
      metrics: () => this.#metricsText(),
      events: this.#stream,
      controlSocket: paths.controlSocket,
    };
    this.#server = new PageServer({ token, bind, port }, backend, log);
  }

  start(): void {
    this.#server.start();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Whether this is a change that a person would notice; from then on it is told. */
  notices(state: State, event: Report): boolean {
    const shown = outlineOf(state);
    const isTold = event.kind === 'page_result' || event.kind === 'operator';
    if (shown === this.#shown && !isTold) return false;
    this.#shown = shown;
    return true;
  }

  /** Tells every page that is open. */
  show(): void {
    this.#stream.push();
  }

  async #metricsText(): Promise<string> {
    const { status, ignoredCommands } = this.behind;
    const tally = await this.#tallies.look();
    const lostRecords = this.parts.metrics.lost;
    return exportMetrics({ tally, status: status(), ignoredCommands: ignoredCommands(), lostRecords });
  }
}

function outlineOf({ service, incidents, signals, pause }: State): string {
  const open = incidents.map(
    ({ id, tier, step, acknowledged }) => `${id} ${tier} ${step.kind} ${acknowledged}`,
  );
  const seen = signals.map(({ code, target, level }) => `${code} ${target} ${level}`);
  return [service.kind, service.since, pause?.until, ...open, ...seen].join(' ');
}
