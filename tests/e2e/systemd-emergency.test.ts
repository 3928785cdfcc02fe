/**
 * An emergency session on a machine that runs systemd: it outlives the supervisor's restarts and is never doubled, what
 * it took of the day's budget stays taken, and uninstalling leaves nothing of it.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WORLD_API_KEY } from '../world/anthropic.ts';
import { buildImage, PROJECT, SystemdMachine } from './systemd-machine.ts';
import { until } from './until.ts';

const LIMIT_MS = 300_000;
const WORLD_PORT = 18_100;
const POLICY = { restart: { budget: 0 }, stop: { killAfterSeconds: 1 }, emergency: { perDay: 1 } };
const SESSION_STATE = `${PROJECT}/supervisor/state-emergency.json`;
/** Claude Code in its sandbox. */
const CLAUDE = "pgrep -f '^/opt/doctor/claude'";

let machine: SystemdMachine;

beforeAll(async () => {
  machine = new SystemdMachine();
  await machine.boot(buildImage());
  machine.copyProject(
    'package.json',
    'scripts/install.sh',
    'systemd',
    'docs',
    'container/runner/package.json',
    'dist',
  );
  // The model takes a question and says no word.
  await machine.ok(`ln -s /deps/node_modules ${PROJECT}/node_modules; ln -s /deps/runner ${PROJECT}/container/runner/node_modules
cp ${PROJECT}/dist/world.js /tmp/world.mjs; node /tmp/world.mjs --port ${WORLD_PORT} >/tmp/world.log 2>&1 &`);
  await until(
    async () => (await machine.sh(misbehave({ kind: 'hang', afterEvents: 0 }))).code === 0,
    60,
    () => 'the world does not start',
  );
  await machine.ok(`echo '${JSON.stringify(POLICY)}' >${PROJECT}/policy.json
printf 'HEALING_POLICY=policy.json\\nANTHROPIC_BASE_URL=http://127.0.0.1:${WORLD_PORT + 1}\\nANTHROPIC_API_KEY_FALLBACK=${WORLD_API_KEY}\\n' >${PROJECT}/.env
chown ubuntu: ${PROJECT}/.env ${PROJECT}/policy.json; chmod 600 ${PROJECT}/.env; ${PROJECT}/scripts/install.sh --user ubuntu`);
}, LIMIT_MS);
afterAll(() => machine?.remove());

function misbehave(fault: object): string {
  const url = `http://127.0.0.1:${WORLD_PORT}/world/anthropic/misbehave`;
  return `curl --silent --fail ${url} -d '${JSON.stringify(fault)}'`;
}

const sessionsUsed = async () =>
  (await machine.status())?.budgets.find(({ name }) => name === 'emergency sessions')?.used;

/** Waits until Claude Code runs. @returns its pid and the state that a later supervisor finds */
async function running(): Promise<{
  claude: string;
  state: { process: { pid: number } | null; leg: number };
}> {
  const claude = await until(
    async () => {
      const { code, output } = await machine.sh(CLAUDE);
      return code === 0 && output;
    },
    120,
    () => 'no session began',
  );
  return { claude, state: JSON.parse(await machine.ok(`cat ${SESSION_STATE}`)) };
}

it(
  'a session goes on through restarts and a kill of the supervisor, alone',
  async () => {
    const entry = `${PROJECT}/dist/index.js`;
    await machine.ok(`sed -i "1i throw new Error('a bad edit');" ${entry}; systemctl kill -s KILL nanoclaw`);
    const before = await running();
    expect(await sessionsUsed()).toBe(1);
    for (const end of [
      'systemctl restart nanoclaw-supervisor',
      'systemctl kill -s KILL --kill-who=main nanoclaw-supervisor',
    ]) {
      const pid = await machine.pidOf('nanoclaw-supervisor');
      await machine.ok(end);
      const isBack = async () =>
        (await machine.status()) !== null && (await machine.pidOf('nanoclaw-supervisor')) !== pid;
      await until(isBack, 60, () => 'the supervisor did not come back');
      const again = await machine.sh('runuser -u ubuntu -- nanoclaw doctor-session --now --json');
      expect([again.code, again.output]).toEqual([1, '{"code":"session_running"}']);
      expect(await running()).toMatchObject({
        claude: before.claude,
        state: { process: before.state.process, leg: 1 },
      });
      expect(await sessionsUsed()).toBe(1);
    }
  },
  LIMIT_MS,
);

it(
  'uninstalling leaves no process of it',
  async () => {
    await machine.ok(`${PROJECT}/scripts/install.sh --uninstall`);
    expect((await machine.sh('pgrep -u ubuntu -a')).output).toBe('');
  },
  LIMIT_MS,
);
