/** Puts tier 3 together: the desk on this machine, with the credential forwarder as its way to the model. */
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '../broker/broker.ts';
import { costUsd } from '../broker/prices.ts';
import { findEngine } from '../contracts/docker-host.ts';
import type { HomePaths } from '../contracts/paths.ts';
import { EmergencyDesk } from '../recovery/emergency/desk.ts';
import type { Limits } from '../recovery/emergency/parts.ts';
import { SocketContainerEngine } from './container-engine.ts';
import type { Clock } from './ports/clock.ts';
import type {
  DeskSurroundings,
  EmergencyUnit,
  ForwarderOrder,
  LiveDesk,
  StartForwarder,
} from './ports/emergency.ts';
import type { Log } from './ports/records.ts';
import { birthOf, isAlive } from './process/birth.ts';
import type { Settings } from './settings.ts';
import { durableFile } from './store/durable.ts';

export type EmergencyParts = {
  paths: HomePaths;
  installation: string;
  environment: NodeJS.ProcessEnv;
  settings: () => Settings;
  policy: Limits;
  manager: 'child' | 'systemd';
  unit: EmergencyUnit | null;
  clock: Clock;
  log: Log;
};

export function buildEmergency(parts: EmergencyParts, around: DeskSurroundings): LiveDesk {
  const { paths, installation, environment, policy, manager, clock, log } = parts;
  const uid = process.getuid?.() ?? 0;
  // One behind TCP is on another machine and sees none of our folders: its socket is not there.
  const socket = findEngine(environment, uid).socketPath ?? '';
  return new EmergencyDesk({
    ...{ paths, installation, clock, log, around, uid, unit: parts.unit },
    engine: new SocketContainerEngine(socket),
    bundle: process.argv[1] ?? import.meta.filename,
    node: process.execPath,
    searchPath: environment.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    limits: policy,
    // In a terminal, ending the supervisor ends everything; under systemd the next one goes on.
    endsWithUs: manager === 'child',
    settings: () => ({
      ...parts.settings(),
      credentialsFile: join(environment.HOME ?? homedir(), '.claude', '.credentials.json'),
    }),
    fileAt: durableFile,
    newToken: () => randomBytes(16).toString('hex'),
    process: { birthOf, isAlive },
    startForwarder: forwarder(log),
  });
}

/** Claude Code keeps to a budget of its own; this one holds whatever asks from inside the sandbox. */
export function forwarder(log: Log): StartForwarder {
  return ({ socketPath, placeholder, baseUrl, credential, ...money }) => {
    const purse = new Purse(money, log);
    return startBroker({
      ...{ socketPath, placeholder, group: 'emergency' },
      upstream: async () => ({ kind: 'http', baseUrl, credential }),
      spent: () => purse.refusal(),
      onRequest: ({ outcome, status, tokens, model }) => {
        if (tokens !== null) purse.pay(costUsd(tokens, model));
        if (outcome !== 'answered') log.warn(`emergency session: a model request was ${outcome} (${status})`);
      },
    });
  };
}

/** What is paid is written down at once; where that fails, no more is paid. */
class Purse {
  #spentUsd: number;
  #isRecorded = true;

  constructor(
    readonly money: Pick<ForwarderOrder, 'limitUsd' | 'spentUsd' | 'onSpent'>,
    readonly log: Log,
  ) {
    this.#spentUsd = money.spentUsd;
  }

  pay(usd: number): void {
    this.#spentUsd += usd;
    try {
      this.money.onSpent(this.#spentUsd);
    } catch (error) {
      this.#isRecorded = false;
      this.log.error(`emergency session: what it costs cannot be written down: ${String(error)}`);
    }
  }

  /** Null while more may be asked. */
  refusal(): string | null {
    if (!this.#isRecorded) return 'What this session costs cannot be written down.';
    const { limitUsd } = this.money;
    return limitUsd !== null && this.#spentUsd >= limitUsd ? 'The money of this session is used up.' : null;
  }
}
