/**
 * The supervisor itself, loaded by `entry.ts`: reads the environment, takes the home's lock, builds the adapters, and hands
 * them to the supervisor. Starts with nothing but Node and this one file.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import pageHtml from 'virtual:status-page';
import { EXIT } from '../contracts/exit-codes.ts';
import { AlreadyRunningError, lockHome } from '../contracts/home-lock.ts';
import { homePaths } from '../contracts/paths.ts';
import { MetricsWriter } from '../metrics/record.ts';
import { execute } from '../recovery/executors.ts';
import { buildPaging } from '../recovery/page/build.ts';
import { readBoot, steadyStart } from './boot-anchor.ts';
import { buildEmergency } from './emergency.ts';
import { apiToken } from './http/token.ts';
import { createLog } from './log.ts';
import { loadPolicy } from './policy.ts';
import type { LiveOwner } from './ports/process-owner.ts';
import type { Log } from './ports/records.ts';
import type { Report } from './ports/report.ts';
import { ChildOwner } from './process/child-owner.ts';
import { HelperUnit } from './process/emergency-unit.ts';
import { HELPER_SOCKET, helperAt } from './process/helper-client.ts';
import { HelperPrivileged } from './process/privileged-helper.ts';
import { sdNotify } from './process/sd-notify.ts';
import { SystemdOwner } from './process/systemd-owner.ts';
import { lookAtUnit } from './process/unit-state.ts';
import { followSettings, isLoopback, readSettings, type Settings } from './settings.ts';
import { steadyClock } from './steady-clock.ts';
import { durableFile } from './store/durable.ts';
import { IncidentFiles } from './store/incident-files.ts';
import { StateFile } from './store/state-file.ts';
import { Supervisor, type SupervisorParts } from './supervisor.ts';
import { buildSurroundings } from './surroundings.ts';
import { Watchdog, watchdogLimit } from './watchdog.ts';

const UNIT = 'nanoclaw.service';

const bundleFolder = import.meta.dirname;

async function main(): Promise<void> {
  const home = resolve(process.env.NANOCLAW_HOME ?? dirname(bundleFolder));
  mkdirSync(home, { recursive: true });
  const settings = readSettings(home, process.env);
  process.env.TZ = settings.timeZone;
  const log = createLog(settings.logLevel, process.stdout.isTTY === true);
  try {
    const lock = await lockHome(home, 'supervisor');
    const exit = async (code: number) => {
      await supervisor.stop();
      lock.close();
      process.exit(code);
    };
    const supervisor = build(home, settings, log, exit);
    if (settings.manager === 'child') obeySignals(supervisor);
    else leaveOnSignals(exit);
    await supervisor.start();
    if (process.env.NOTIFY_SOCKET) await letSystemdWatch(supervisor, log);
  } catch (error) {
    log.error(
      error instanceof AlreadyRunningError ? error.message : `the supervisor cannot start: ${String(error)}`,
    );
    process.exit(error instanceof AlreadyRunningError ? EXIT.alreadyRunning : EXIT.failure);
  }
}

function build(home: string, first: Settings, log: Log, exit: SupervisorParts['exit']): Supervisor {
  const paths = homePaths(home);
  const store = new StateFile(paths.supervisorState);
  const { state: saved, problem } = store.load();
  const { policy, problems } = loadPolicy(first.policyPath);
  const { token, problem: tokenProblem } = apiToken(first.token, paths.apiToken);
  const bind = allowedBind(first);
  for (const text of [...first.problems, problem, ...problems, tokenProblem, bind.problem]) {
    if (text !== null) log.warn(text);
  }
  // Followed: a webhook put into .env while the supervisor runs counts at once.
  const followed = followSettings(home, process.env);
  const settings = () => ({ ...followed(), bind: bind.address });
  const anchor = { file: durableFile(paths.clockAnchor), boot: readBoot(), wall: Date.now(), log };
  const clock = steadyClock(steadyStart({ ...anchor, notBefore: saved?.savedAt ?? 0 }));
  const programs = dirname(orchestratorBundle(home));
  const doctor = {
    command: [process.execPath, join(programs, 'cli.js'), 'doctor'],
    environment: { ...process.env, NANOCLAW_HOME: home },
  };
  const around = {
    ...{ paths, settings, clock, log, environment: { ...process.env, NANOCLAW_HOME: home } },
    installation: dirname(programs),
    probePace: policy.probePace,
    privileged: new HelperPrivileged(helperAt(HELPER_SOCKET)),
  };
  const unit = first.manager === 'systemd' ? new HelperUnit(helperAt(HELPER_SOCKET), lookAtUnit) : null;
  const paging = { settings, apiToken: token, paths, clock, log, fileAt: durableFile, doctor };
  return new Supervisor({
    paths,
    settings,
    policy,
    clock,
    log,
    store,
    saved,
    incidents: new IncidentFiles(paths.incidents),
    metrics: new MetricsWriter(paths.logs),
    createOwner: (report) =>
      first.manager === 'systemd'
        ? new SystemdOwner({ look: () => lookAtUnit(UNIT), ask: helperAt(HELPER_SOCKET), report, log })
        : childOwner(home, policy.supervisedCommand, report),
    pageHtml,
    token,
    execute,
    createSurroundings: (view, report) => buildSurroundings(around, view, report),
    createEmergency: (desk) =>
      buildEmergency({ ...around, policy: policy.emergency, manager: first.manager, unit }, desk),
    createPaging: (view, report) => buildPaging({ ...paging, view, report }),
    identity: {
      pid: process.pid,
      version: process.env.NANOCLAW_VERSION ?? 'dev',
      startedAt: Date.now(),
      manager: first.manager,
    },
    exit,
  });
}

function childOwner(
  home: string,
  given: readonly string[] | null,
  report: (event: Report) => void,
): LiveOwner {
  const command = given ?? [process.execPath, orchestratorBundle(home)];
  return new ChildOwner({ command, cwd: home, env: { ...process.env, NANOCLAW_HOME: home } }, report);
}

/** Anything but loopback is open to others and needs a token that somebody chose. */
function allowedBind({ bind, token }: Settings): { address: string; problem: string | null } {
  if (isLoopback(bind) || token !== null) return { address: bind, problem: null };
  const problem = `NANOCLAW_BIND ${bind} needs NANOCLAW_TOKEN to be set; the page stays on 127.0.0.1`;
  return { address: '127.0.0.1', problem };
}

/** Beside this bundle; a supervisor installed elsewhere is told, or finds it in the home. */
function orchestratorBundle(home: string): string {
  const { NANOCLAW_CHECKOUT: checkout } = process.env;
  if (checkout) return join(checkout, 'dist', 'index.js');
  const beside = join(bundleFolder, 'index.js');
  return existsSync(beside) ? beside : join(home, 'dist', 'index.js');
}

function obeySignals(supervisor: Supervisor): void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals) => {
    supervisor.handle({ kind: 'operator', verb: asked ? 'shutdown_now' : 'shutdown', by: signal });
    asked = true;
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
}

/** The orchestrator is systemd's: it runs on, and the next supervisor adopts it. */
function leaveOnSignals(exit: (code: number) => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void exit(EXIT.ok));
}

/** Lives as long as the process; its timer ends with it. */
function letSystemdWatch(supervisor: Supervisor, log: Log): Promise<void> {
  const ownTrouble = () => supervisor.ownTrouble();
  const limitMs = watchdogLimit(process.env);
  return new Watchdog({ notify: sdNotify, limitMs, ownTrouble, clock: steadyClock(0), log }).start();
}

await main();
