/** Names to addresses, without the system's resolver: that one works in few threads, which a slow name would fill. */
import { Resolver } from 'node:dns/promises';
import type { Lookup } from './types.ts';

/** For each server, milliseconds; with two tries a dead resolver is known after some 4 s. */
const ANSWER_LIMIT_MS = 1500;
const TRIES = 2;

/** @param servers `address` or `address:port`; empty = the ones of the host */
export function createLookup(servers: readonly string[]): Lookup {
  const resolver = new Resolver({ timeout: ANSWER_LIMIT_MS, tries: TRIES });
  if (servers.length > 0) resolver.setServers(servers);
  return async (host) => {
    const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = [four, six].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (found.length === 0) throw four.status === 'rejected' ? four.reason : new Error('it has no address');
    return found;
  };
}
