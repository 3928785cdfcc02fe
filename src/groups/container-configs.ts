/**
 * What each group's agents may do and use, kept in memory: every connection to the internet asks for it. A stored
 * configuration that can't be read stops the agents of that group, says so in the health, and touches no other.
 */
import {
  type ContainerConfig,
  DEFAULT_CONFIG,
  type ReadConfig,
  readContainerConfig,
} from '../../contracts/container-config.ts';
import type { ComponentHealth } from '../../contracts/health.ts';
import type { Store } from '../store/store.ts';

/** The group's stored configuration can't be used. */
export class ContainerConfigError extends Error {
  readonly code = 'CONTAINER_CONFIG';
}

const NO_WAY_OUT = { ...DEFAULT_CONFIG.egress, policy: 'none' as const };

export class ContainerConfigs {
  readonly #texts: Map<string, string>;
  readonly #read: Map<string, ReadConfig>;

  constructor(readonly store: Store) {
    this.#texts = store.groups.configs();
    this.#read = new Map([...this.#texts].map(([folder, text]) => [folder, readContainerConfig(text)]));
  }

  /** @throws ContainerConfigError */
  of(folder: string): ContainerConfig {
    const read = this.read(folder);
    if (read.ok) return read.config;
    const mend = 'mend it with: nanoclaw groups add CHAT --config FILE.json';
    throw new ContainerConfigError(
      `the configuration of the group "${folder}" is wrong (${read.problem}); ${mend}`,
    );
  }

  read(folder: string): ReadConfig {
    return this.#read.get(folder) ?? { ok: true, config: DEFAULT_CONFIG };
  }

  /** Whatever is stored: one that can't be read opens nothing. */
  egressOf(folder: string): ContainerConfig['egress'] {
    const read = this.read(folder);
    return read.ok ? read.config.egress : NO_WAY_OUT;
  }

  /** Also for chats that joined the group since; `undefined` keeps what the group has. */
  async set(folder: string, config: ContainerConfig | undefined): Promise<void> {
    const text = config === undefined ? this.#texts.get(folder) : JSON.stringify(config);
    if (text === undefined) return;
    await this.store.write(() => this.store.groups.configure(folder, text));
    this.#texts.set(folder, text);
    this.#read.set(folder, readContainerConfig(text));
  }

  health(): ComponentHealth {
    const wrong = [...this.#read].flatMap(([folder, read]) =>
      read.ok ? [] : [`${folder}: ${read.problem}`],
    );
    const reason = `container_config can't be used, agents are not started: ${wrong.join(' | ')}`;
    return wrong.length === 0
      ? { name: 'groups', state: 'ok', reason: 'every configuration can be used', required: false }
      : { name: 'groups', state: 'degraded', code: 'container_config', reason, required: false };
  }
}
