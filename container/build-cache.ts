/** Frees what image builds left behind in the Docker engine: what `docker builder prune -af` does. */
import Docker from 'dockerode';
import { callsTo } from './engine-call.ts';

/** Removing many gigabytes takes its time, milliseconds. */
const PRUNE_LIMIT_MS = 20 * 60_000;

/** @throws SandboxError @returns what was freed, in a few words */
export async function pruneBuildCache(signal: AbortSignal): Promise<string> {
  const { modem } = new Docker();
  const socketPath: unknown = Reflect.get(modem, 'socketPath'); // its types leave that out
  const call = callsTo(typeof socketPath === 'string' ? socketPath : null);
  const asking = { doing: 'pruning the build cache', deadlineMs: PRUNE_LIMIT_MS, signal };
  const answer = await call(asking, (abortSignal) => askToPrune(modem, abortSignal));
  const freed = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'SpaceReclaimed') : 0;
  return `${Math.round(Number(freed ?? 0) / 1e6)} MB freed`;
}

/** The client's own `pruneBuilder` can't ask for all of it (dockerode 5.0). */
function askToPrune(modem: Docker['modem'], abortSignal: AbortSignal): Promise<unknown> {
  const statusCodes = { 200: true, 500: 'server error' };
  return new Promise((resolve, reject) => {
    modem.dial(
      { path: '/build/prune?all=true', method: 'POST', statusCodes, abortSignal },
      (error, answer) => (error ? reject(error) : resolve(answer)),
    );
  });
}
