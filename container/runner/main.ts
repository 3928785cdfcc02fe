/**
 * The agent runner: the program inside each agent container. Reads the environment, puts the parts together,
 * and ends with exit code 0 after a `close` frame or a SIGTERM.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostWork, RunnerConfig } from '../../contracts/link.ts';
import { Activity } from './activity.ts';
import { archiveBeforeCompaction } from './archive.ts';
import { startBrokerShim } from './broker-shim.ts';
import { openClaude } from './claude.ts';
import { claudeOptions, DEBUG_FILE } from './claude-options.ts';
import { HostRequests } from './host-requests.ts';
import { hostToolServers } from './host-tools.ts';
import { LinkClient } from './link-client.ts';
import { jsonLog, systemTimers as timers } from './ports.ts';
import { Session } from './session.ts';
import { installSkills } from './skills.ts';

/** Time for the host to take the last frames before the runner ends, milliseconds. */
const FLUSH_LIMIT_MS = 5000;

const { HOME = '/home/node', PATH = '/usr/local/bin:/usr/bin:/bin', LANG = 'C.UTF-8', TZ } = process.env;
const runDir = process.env.NANOCLAW_RUN_DIR ?? '/run/nanoclaw';
const configDir = process.env.CLAUDE_CONFIG_DIR ?? join(HOME, '.claude');

const log = jsonLog(
  (line) => process.stdout.write(line),
  () => new Date(),
);

const shim = await startBrokerShim(join(runDir, 'broker.sock'));
await keepLastDebugLog(join(configDir, DEBUG_FILE));
const from = fileURLToPath(new URL('./skills', import.meta.url));
await installSkills({ from, to: join(configDir, 'skills'), path: PATH });

const setting = {
  groupDir: process.env.NANOCLAW_GROUP_DIR ?? '/workspace/group',
  globalDir: process.env.NANOCLAW_GLOBAL_DIR ?? '/workspace/global',
  configDir,
  brokerUrl: `http://127.0.0.1:${shim.port}`,
  inherited: { HOME, PATH, LANG, ...(TZ ? { TZ } : {}) },
};
const activity = new Activity(() => performance.now());
const requests = new HostRequests((frame) => link.send(frame), timers);
const session = new Session({
  open: openClaude({
    options: (config, resumed) => ({
      ...claudeOptions(setting, config, resumed),
      hooks: { PreCompact: [{ hooks: [archiveHook(config)] }] },
    }),
    mcpServers: ({ threads }) =>
      hostToolServers(threads, (call) => requests.call({ ...call, session: session.sessionId })),
    activity,
    timers,
  }),
  send: (frame) => link.send(frame),
  newId: randomUUID,
  timers,
  log,
});
const link = new LinkClient({
  dial: () => connect(join(runDir, 'link.sock')),
  epoch: randomUUID(),
  timers,
  log,
  onWelcome: (config) => session.configure(config),
  onWork: handle,
  currentTurn: () => session.currentTurn,
  activity: () => ({ quietMs: activity.quietMs, doing: activity.doing }),
});

function handle(work: HostWork): void {
  switch (work.type) {
    case 'turn':
      if (session.currentTurn === null) activity.begin();
      return session.run(work);
    case 'offer':
      return session.offer(work.turn, work.input);
    case 'interrupt':
      return session.interrupt(work.turn);
    case 'response':
      return requests.settle(work.id, work);
    case 'close':
      return session.close('gentle');
  }
}

function archiveHook({ assistantName }: RunnerConfig) {
  return archiveBeforeCompaction({ groupDir: setting.groupDir, assistantName, now: () => new Date(), log });
}

/** The last run's debug log stays beside this one's, and no more than that. */
async function keepLastDebugLog(file: string): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  await rename(file, `${file}.last`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error; // The group's first run has none.
  });
}

process.on('SIGTERM', () => session.close('force'));
log('start', { pid: process.pid });
link.start();
await session.closed;
await link.stop(FLUSH_LIMIT_MS);
log('exit');
process.exit(0);
