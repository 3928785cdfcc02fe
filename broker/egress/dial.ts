/**
 * From a target to an open connection. Invariant: the socket is connected to the very address that was judged; the
 * name is never looked up a second time, so an answer that changes in between changes nothing.
 */
import { isIP, type Socket } from 'node:net';
import { connect } from './connect.ts';
import { judgeAddress, judgeTarget } from './judge.ts';
import { EgressRefused } from './refusal.ts';
import type { Target } from './target.ts';
import type { EgressOptions } from './types.ts';

/** Addresses tried of one name. */
const MOST_TRIES = 4;

export type Dialled = { socket: Socket; address: string };

/** @throws EgressRefused; the signal ends it with its reason */
export async function dial(target: Target, options: EgressOptions, signal: AbortSignal): Promise<Dialled> {
  const config = options.config();
  const refusal = judgeTarget(target, config);
  if (refusal !== null) throw refusal;
  const addresses = await addressesOf(target.host, options);
  const own = options.ownAddresses();
  const verdicts = addresses.map((address) => ({
    address,
    refusal: judgeAddress(address, target, config, own),
  }));
  const allowed = verdicts.filter((verdict) => verdict.refusal === null);
  const [first] = verdicts;
  if (allowed.length === 0) throw first?.refusal ?? unknown(target.host);
  const open = options.connect ?? connect;
  let last: unknown;
  for (const { address } of allowed.slice(0, MOST_TRIES)) {
    signal.throwIfAborted();
    try {
      return { socket: await open(address, target.port, signal), address };
    } catch (error) {
      last = error; // the next address may answer
    }
  }
  throw new EgressRefused('unreachable', `${target.host} does not answer on port ${target.port}.`, {
    cause: last,
  });
}

async function addressesOf(host: string, { lookup }: EgressOptions): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    return await lookup(host);
  } catch (cause) {
    throw unknown(host, cause);
  }
}

function unknown(host: string, cause?: unknown): EgressRefused {
  return new EgressRefused('unknown_host', `The name ${host} does not resolve.`, { cause });
}
