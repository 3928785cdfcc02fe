/**
 * The machine of the systemd tests with the service installed on it, and what all of them ask of it. They share one
 * machine and follow each other.
 */
import { expect } from 'vitest';
import type { IncidentSummary } from '../../../contracts/incident.ts';
import { PROJECT, SystemdMachine } from '../systemd-machine.ts';
import { until } from '../until.ts';

/** As in an installation: above what a busy machine keeps a healthy process from its heartbeat. */
export const HANG_SECONDS = 5;
export const WATCHDOG_SECONDS = 5;
/** `RestartSec` of the unit: whoever is quicker was not systemd. */
export const BACKSTOP_SECONDS = 5;
/** systemd's own rule: StartLimitBurst. More starts than this in 10 s would latch a unit that has the limit. */
const USUAL_START_LIMIT = 5;
/** Short waits, and a budget that only the crash loop uses up. */
export const RESTARTS = { backoffSeconds: [0, 0.05], budget: USUAL_START_LIMIT + 1, windowSeconds: 10 };
export const POLICY = {
  hang: { limitSeconds: HANG_SECONDS },
  health: { intervalSeconds: 1 },
  restart: RESTARTS,
  stop: { killAfterSeconds: 1 },
  stableSeconds: 1,
  // Every test brings a fault of its own: together they would look like one that comes back and back.
  flap: { count: 100 },
};
/** A program that ends at once, and the right one again. */
export const BREAK = `mv ${PROJECT}/dist/index.js /tmp/; echo 'process.exit(1)' >${PROJECT}/dist/index.js`;
export const MEND = `mv /tmp/index.js ${PROJECT}/dist/`;
export const INSTALL = `${PROJECT}/scripts/install.sh --user ubuntu`;
/** No wait takes longer, seconds: each ends on its event. */
const PATIENCE_SECONDS = 60;

export class Site {
  readonly machine = new SystemdMachine();

  /** Waits until the orchestrator is up as a process other than `not`. @returns its pid */
  up = async (not = 0): Promise<number> => {
    const isUp = async () => {
      const service = (await this.machine.status())?.service;
      return service?.state === 'up' && service.pid !== not ? service.pid : null;
    };
    const pid = await this.until(isUp, 'the service is not up');
    expect(await this.machine.pidOf('nanoclaw')).toBe(pid);
    return pid;
  };

  stateIs = (state: string) =>
    this.until(async () => (await this.machine.status())?.service.state === state, `never ${state}`);

  incidents = async (): Promise<IncidentSummary[]> =>
    (await this.until(() => this.machine.status(), 'the supervisor does not answer')).incidents;

  /** Waits until no restart of an earlier test counts any more. */
  restartsAreForgotten = () =>
    this.until(
      async () =>
        (await this.machine.status())?.budgets.some(({ name, used }) => name === 'restarts' && used === 0),
      'restarts still count',
    );

  /** Waits until tiers 1 to 3 have nothing left to try. */
  calledPerson = () =>
    this.until(async () => (await this.machine.status())?.activeTier === 4, 'nobody was called');

  /** The incidents that a disturbance brought, once all are closed. */
  incidentsOf = async (disturb: () => Promise<unknown>): Promise<IncidentSummary[]> => {
    const before = new Set((await this.incidents()).map(({ id }) => id));
    await disturb();
    const fresh = async () => {
      const found = (await this.incidents()).filter(({ id }) => !before.has(id));
      return found.every(({ state }) => state === 'closed') ? found : null;
    };
    return this.until(fresh, 'an incident stays open');
  };

  /** Seconds from the moment the command ran to the start of the unit's present process. */
  secondsToStart = async (command: string, not: number): Promise<number> => {
    const began = Number(await this.machine.ok(`cut -d' ' -f1 /proc/uptime; ${command}`));
    const isNew = async () => ![0, not].includes(await this.machine.pidOf('nanoclaw'));
    await this.until(isNew, 'no new process');
    return Number(await this.machine.show('nanoclaw', 'ExecMainStartTimestampMonotonic')) / 1e6 - began;
  };

  /** systemd has let go of the unit: it will not start it by itself. */
  isLeftDown = () =>
    this.until(
      async () => (await this.machine.show('nanoclaw', 'SubState')) === 'dead',
      'systemd would start it again',
    );

  /** Lets the orchestrator be broken from within, by what the drills load into it (tests/drills/inject.mjs). */
  makeBreakable = async () => {
    this.machine.copyProject('tests/drills/inject.mjs');
    await this.machine.ok(`mv ${PROJECT}/tests /srv/`);
    await this.dropIn(
      'breakable',
      '[Service]\\nEnvironment=NODE_OPTIONS=--import=/srv/tests/drills/inject.mjs NANOCLAW_PORT=8787',
    );
  };

  strike = (fault: string) =>
    this.machine.ok(`echo ${fault} >/tmp/fault; chown ubuntu: /tmp/fault; mv /tmp/fault ${PROJECT}/inject`);

  /** Adds lines to the orchestrator's unit for its next starts; null takes them away. */
  dropIn = (name: string, lines: string | null) => {
    const folder = '/etc/systemd/system/nanoclaw.service.d';
    const file = `${folder}/${name}.conf`;
    const change = lines === null ? `rm ${file}` : `mkdir -p ${folder}; printf '${lines}\\n' >${file}`;
    return this.machine.ok(`${change}; systemctl daemon-reload`);
  };

  /** Puts a policy in force. */
  obey = (policy: object) =>
    this.machine.ok(
      `echo '${JSON.stringify(policy)}' >${PROJECT}/policy.json; systemctl restart nanoclaw-supervisor`,
    );

  story = (incident: IncidentSummary | undefined) =>
    this.machine.ok(`runuser -u ubuntu -- nanoclaw incidents show ${incident?.id}`);

  /** One line to the root helper, as the install user. */
  askHelper = async (line: string, user = 'ubuntu'): Promise<string> => {
    const ask = `const s = require("net").connect("/run/nanoclaw/helper.sock", () => s.write(process.argv[1] + "\\n"));
s.pipe(process.stdout); s.on("error", (e) => console.log(e.code))`;
    const quoted = `'${line.replaceAll("'", `'\\''`)}'`;
    return (await this.machine.sh(`runuser -u ${user} -- node -e '${ask}' -- ${quoted}`)).output;
  };

  until = <T>(look: () => Promise<T | null | false>, what: string): Promise<T> =>
    until(look, PATIENCE_SECONDS, () => what);
}
