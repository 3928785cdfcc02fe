/** A machine that runs systemd, the service installed on it, and a scripted model for its emergency sessions. */
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { WORLD_API_KEY } from '../../world/anthropic.ts';
import { PROJECT } from '../systemd-machine.ts';
import { until } from '../until.ts';
import type { ModelStep } from './model-step.ts';
import { INSTALL, POLICY, Site } from './site.ts';

const MODEL_PORT = 18_101;
const MODEL = '/srv/model.mjs';
const STEPS = '/srv/steps.json';
const HEARD = '/srv/heard.jsonl';
const ENTRY = `${PROJECT}/dist/index.js`;
/** In `.env`, and to be seen by no session. */
export const SECRET = 'planted-secret-value';
/** Longer than any session's limit. */
const SESSION_SECONDS = 1000;
const LINE = "throw new Error('a bad edit');";

export const WARD_POLICY = {
  ...POLICY,
  restart: { budget: 0 },
  // Sessions are tried here, and a busy machine is no hang.
  hang: { limitSeconds: 120 },
  emergency: {
    ...{ limitSeconds: 900, perDay: 20, apartSeconds: 0, maxTurns: 100, silentSeconds: 800 },
    ...{ goodLooks: 2, lookSeconds: 0.3, proveSeconds: 400, canarySeconds: 0 },
  },
};

export class Ward extends Site {
  /** Sessions that were over when the present one was planned. */
  #ended = 0;

  /** What the present session's tools told its model, in order. */
  heard = async (): Promise<string[]> => {
    const text = await this.machine.ok(`cat ${HEARD}`);
    return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as string);
  };

  /** Names of the processes that the doctor's user has. */
  doctorsProcesses = async () => (await this.machine.sh('pgrep -u nanoclaw-doctor -a')).output;

  /** @param image of the machine */
  open = async (image: string) => {
    await this.machine.boot(image);
    this.machine.copyProject(
      'package.json',
      'scripts',
      'systemd',
      'docs',
      'container/runner/package.json',
      'dist',
    );
    await this.machine.ok(
      `ln -s /deps/node_modules ${PROJECT}/node_modules; ln -s /deps/runner ${PROJECT}/container/runner/node_modules`,
    );
    // A busy machine is no hang of the supervisor either.
    const patience = '[Service]\\nTimeoutStartSec=10min\\nWatchdogSec=10min\\n';
    const folder = '/etc/systemd/system/nanoclaw-supervisor.service.d';
    await this.machine.ok(`mkdir ${folder}; printf '${patience}' >${folder}/test.conf`);
    this.machine.write(MODEL, await bundleModel());
    await this.plan();
    await this.machine.ok(`systemd-run --unit model $(command -v node) ${MODEL} ${MODEL_PORT} ${STEPS} ${HEARD}
printf 'HEALING_POLICY=policy.json\\nANTHROPIC_BASE_URL=http://127.0.0.1:${MODEL_PORT}\\nANTHROPIC_API_KEY_FALLBACK=${WORLD_API_KEY}\\nTHREADS_APP_SECRET=${SECRET}\\n' >${PROJECT}/.env
echo '${JSON.stringify(WARD_POLICY)}' >${PROJECT}/policy.json
chown ubuntu: ${PROJECT}/.env ${PROJECT}/policy.json; chmod 600 ${PROJECT}/.env; ${INSTALL}`);
  };

  /** What the model will answer from the next session on. */
  plan = async (...steps: ModelStep[]) => {
    this.machine.write(STEPS, JSON.stringify(steps));
    await this.machine.ok(`: >${HEARD}`);
    this.#ended = (await this.#records()).length;
  };

  /** A fault that no restart cures. */
  breakIt = () => this.machine.ok(`sed -i "1i ${LINE}" ${ENTRY}; systemctl kill -s KILL nanoclaw`);

  /** What a person would do about it. */
  mendByHand = async () => {
    await this.machine.ok(`sed -i '/a bad edit/d' ${ENTRY}; systemctl restart nanoclaw`);
    await this.up();
    await this.until(
      async () => (await this.incidents()).every(({ state }) => state === 'closed'),
      'an incident stays open',
    );
  };

  isBroken = async () => (await this.machine.sh(`grep -q 'a bad edit' ${ENTRY}`)).code === 0;

  /** The state by which a later supervisor knows the session. */
  sessionState = async (): Promise<{ process: { pid: number } | null; leg: number; over: unknown }> =>
    JSON.parse(await this.machine.ok(`cat ${PROJECT}/supervisor/state-emergency.json`));

  /** The session's time is up when the supervisor is back. */
  spendTime = () =>
    this.machine.ok(`systemctl stop nanoclaw-supervisor
sed -Ei 's/"deadline":[0-9]+/"deadline":'"$(date +%s)"'000/' ${PROJECT}/supervisor/state-emergency.json
systemctl start nanoclaw-supervisor`);

  /** Waits until Claude Code runs. @returns its pid and the state that a later supervisor finds */
  sessionRuns = async () => {
    const look = async () => {
      const { code, output } = await this.machine.sh("pgrep -u nanoclaw-doctor -f '^/opt/doctor/claude'");
      return code === 0 && output;
    };
    const claude = await until(look, SESSION_SECONDS, () => 'no session began');
    return { claude, state: await this.sessionState() };
  };

  /** Waits for the end of the session that was planned last. @returns its record */
  sessionEnds = () =>
    until(
      async () => (await this.#records())[this.#ended] ?? null,
      SESSION_SECONDS,
      () => 'the session does not end',
    );

  #records = async (): Promise<Record<string, unknown>[]> => {
    const { output } = await this.machine.sh(`grep -h '"emergency_recovery"' ${PROJECT}/logs/metrics.jsonl`);
    return output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
}

async function bundleModel(): Promise<string> {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(import.meta.dirname, 'scripted-model.ts')],
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', write: false },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return outputFiles[0]?.text ?? '';
}
