/**
 * The orchestrator's entry. Order matters: the supervisor's connection and the ops endpoint come first, so that a
 * slow start is seen as a start; what refuses to run says why in one line a problem and ends with a code of its own.
 */
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Sandbox } from '../container/sandbox.ts';
import { findEngine } from '../contracts/docker-host.ts';
import { parseEnvFile, whereSet } from '../contracts/env-file.ts';
import { EXIT } from '../contracts/exit-codes.ts';
import { lockHome } from '../contracts/home-lock.ts';
import { homePaths } from '../contracts/paths.ts';
import { secretsIn } from '../contracts/redact.ts';
import { createSandbox } from './agents/create-sandbox.ts';
import { loadInstallation } from './agents/installation.ts';
import { chooseSandbox } from './agents/sandbox-choice.ts';
import { systemClock } from './clock.ts';
import { Heartbeat } from './lifecycle/heartbeat.ts';
import { Life } from './lifecycle/life.ts';
import { markMeantEnd } from './lifecycle/meant-end.ts';
import { Teardown } from './lifecycle/teardown.ts';
import { closeServer, healthRoutes, listenControl, listenOps } from './ops/endpoint.ts';
import type { Route } from './ops/router.ts';
import { readSettings, type Settings, SettingsError } from './settings/settings.ts';

const VERSION = process.env.NANOCLAW_VERSION ?? 'development';
const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));
const HEARTBEAT_MS = 1000;

const home = resolve(process.env.NANOCLAW_HOME ?? CHECKOUT);
const paths = homePaths(home);
const life = new Life(VERSION);
const heartbeat = new Heartbeat({
  socketPath: paths.supervisorSocket,
  identity: { startId: life.identity.startId, version: VERSION, startedAt: life.startedAt },
  intervalMs: HEARTBEAT_MS,
  state: () => ({
    phase: life.phase(),
    progress: life.progress(),
  }),
});
const teardown = new Teardown();

heartbeat.start();
stopOnSignal();
run().catch(refuse);

async function run(): Promise<void> {
  const text = envText();
  const settings = readSettings(envValues(text), process.env, home, (name) => whereSet(text, name));
  prepareHome();
  const lock = await lockHome(home, 'orchestrator');
  teardown.add(() => lock.close());
  process.env.TZ = settings.TZ;
  const log = await openLog(settings);
  const onError = (error: Error) => log.error({ err: error }, 'a request failed');
  const ops = await listenOps(settings.NANOCLAW_PORT, healthRoutes(life), onError);
  teardown.add(() => closeServer(ops));
  writeFileSync(paths.hostPid, `${process.pid}\n`);
  life.step();
  await startService(settings, log, onError);
  life.enter('ready');
  heartbeat.beatNow();
  log.info({ groupCount: life.groupCount(), bootSeconds: life.uptimeSeconds() }, 'NanoClaw running');
}

async function startService(settings: Settings, log: Logger, onError: (error: Error) => void): Promise<void> {
  const service = await import('./service.ts');
  const { MetricsWriter } = await import('../metrics/record.ts');
  const installation = loadInstallation(paths.data);
  const sandbox = await openSandbox(settings, installation.id);
  const metrics = new MetricsWriter(paths.logs);
  const parts = {
    checkout: CHECKOUT,
    userHome: homedir(),
    settings,
    paths,
    installation,
    sandbox,
    metrics,
    life,
    clock: systemClock,
    log,
  };
  const running = await service.startService(parts);
  teardown.add(() => running.stop());
  const routes: readonly Route[] = running.routes;
  const control = await listenControl(paths.controlSocket, () => routes, onError);
  teardown.add(() => closeServer(control));
}

function envText(): string {
  try {
    return readFileSync(paths.env, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new SettingsError([`.env can't be read: ${(error as Error).message}`]);
  }
}

function envValues(text: string): Record<string, string> {
  const { values, problems } = parseEnvFile(text);
  if (problems.length > 0) throw new SettingsError(problems.map((problem) => `.env: ${problem}`));
  return values;
}

/** The folders that nothing works without; one clear line when the home can't hold them. */
function prepareHome(): void {
  try {
    for (const folder of [home, paths.data, paths.run]) {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
    }
  } catch (error) {
    throw new SettingsError([`NANOCLAW_HOME ${home} can't be written to: ${(error as Error).message}`]);
  }
}

async function openLog(settings: Settings): Promise<Logger> {
  const { createLogger } = await import('./logging.ts');
  const color = process.stdout.isTTY === true;
  const secrets = secretsIn({ ...process.env, ...envValues(envText()) });
  const log = await createLogger({
    ...{ name: 'nanoclaw', level: settings.LOG_LEVEL, folder: paths.logs },
    ...{ color, secrets },
  });
  crashOnUnexpected(log);
  teardown.announce = (line) => log.info(line);
  log.info({ home, pid: process.pid, version: VERSION }, 'Starting nanoclaw');
  return log;
}

async function openSandbox(settings: Settings, installation: string): Promise<Sandbox> {
  const { isThere, host, socketPath } = findEngine(process.env, process.getuid?.() ?? 0);
  if (isThere) process.env.DOCKER_HOST = host; // the engine's library reads it
  const kind = chooseSandbox(settings.NANOCLAW_SANDBOX, isThere);
  const image = settings.CONTAINER_IMAGE;
  const { agentsRun } = paths;
  const logLimitBytes = settings.CONTAINER_MAX_OUTPUT_SIZE;
  return createSandbox(kind, {
    ...{ installation, image, socketPath, checkout: CHECKOUT, agentsRun, logLimitBytes },
  });
}

/** An error nobody awaited leaves the process in a state nobody knows: end, and be started afresh. */
function crashOnUnexpected(log: Logger): void {
  const crash = (error: unknown) => {
    log.fatal({ err: error }, 'unexpected error');
    process.exit(exitCodeFor((error as { code?: string } | null)?.code));
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

/** From the first moment on: a stop that somebody asked for is never taken for a crash. */
function stopOnSignal(): void {
  let asked = false;
  const onSignal = async (signal: NodeJS.Signals) => {
    if (asked) return;
    asked = true;
    teardown.announce(`stopping on ${signal}: running turns are drained`);
    life.enter('draining');
    heartbeat.beatNow();
    await teardown.run();
    putDownEnd();
    await heartbeat.sayBye('operator_stop', signal);
    process.exit(EXIT.ok);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/** All is closed by now, so a kill that comes before this has cut work off, and one that comes after has not. */
function putDownEnd(): void {
  try {
    markMeantEnd(paths.meantEnd(life.identity.startId));
  } catch (error) {
    teardown.announce(
      `a supervisor that is away will take this end for a crash: ${(error as Error).message}`,
    );
  }
}

async function refuse(error: Error & { code?: string }): Promise<void> {
  const lines = error instanceof SettingsError ? error.problems : [error.message];
  for (const line of lines) process.stderr.write(`nanoclaw: ${line}\n`);
  await heartbeat.sayBye('refused', lines.join('; '));
  process.exit(exitCodeFor(error.code));
}

/** What SQLite says of a damaged page may come at any read, long after the start. */
function exitCodeFor(code: string | undefined): number {
  switch (code) {
    case 'BAD_SETTINGS':
      return EXIT.config;
    case 'STORE_OPEN':
    case 'STORE_COMMIT':
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return EXIT.database;
    case 'ALREADY_RUNNING':
      return EXIT.alreadyRunning;
    case 'PORT_IN_USE':
      return EXIT.portInUse;
    default:
      return EXIT.failure;
  }
}
