/**
 * Whether the outside can be reached at all. Nobody is asked while nothing hints at it; then one connection to each
 * address tells a network that is gone, which explains every symptom at once, from one place that is.
 */
import { connect } from 'node:net';
import type { Probe, Sighting } from './codes.ts';
import { within } from './within.ts';

/** Well below the time after which a channel that is away counts, so that what explains it is suspected before. */
const INTERVAL_MS = 10_000;
const CONNECT_LIMIT_MS = 3000;

export type NetworkParts = {
  /** Whether a symptom is there that no network would explain, or no network is on record. */
  isSuspected(): boolean;
  /** Base addresses of what we talk to. */
  addresses(): readonly string[];
  /** @throws when nobody answers there in time */
  reach(address: string, signal: AbortSignal): Promise<void>;
};

export function networkProbe({ isSuspected, addresses, reach }: NetworkParts): Probe {
  return {
    name: 'network',
    intervalMs: INTERVAL_MS,
    async look(signal) {
      if (!isSuspected()) return [sighting('good', 'nothing hints at the network')];
      const all = addresses();
      const failures = await Promise.all(all.map((address) => failureOf(reach(address, signal), address)));
      return failures.includes(null)
        ? [sighting('good', 'the outside can be reached')]
        : [sighting('bad', `nobody can be reached: ${failures.join(', ')}`)];
    },
  };
}

function sighting(state: Sighting['state'], detail: string): Sighting {
  return { code: 'network_down', target: null, state, detail };
}

/** Null when it was reached. */
function failureOf(reached: Promise<void>, address: string): Promise<string | null> {
  return reached.then(
    () => null,
    (error: NodeJS.ErrnoException) => `${new URL(address).host} (${error.code ?? error.name})`,
  );
}

/** Finds the host by name and connects to its port; nothing is sent. */
export function reachByTcp(address: string, signal: AbortSignal): Promise<void> {
  const { hostname, port, protocol } = new URL(address);
  const at = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (protocol === 'http:' ? 80 : 443)),
  };
  const dial = (limit: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ ...at, signal: limit });
      socket.once('error', reject).once('connect', () => {
        socket.destroy();
        resolve();
      });
    });
  return within(CONNECT_LIMIT_MS, dial, signal);
}
