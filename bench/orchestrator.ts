/** The orchestrator alone, as a process, without a supervisor: `node dist/index.js` in a home of its own. */
import type { ChildProcess } from 'node:child_process';
import type { Installation } from '../tests/e2e/installation.ts';
import { endChild, startNode } from './child.ts';
import { answeredAt } from './http.ts';

export type Boot = { child: ChildProcess; pid: number; liveMs: number; readyMs: number };

/** Starts it and waits until it is ready; both times count from the spawn. */
export async function bootOrchestrator(installation: Installation, dist: string): Promise<Boot> {
  const began = performance.now();
  const child = startNode({ args: [`${dist}index.js`], env: installation.env });
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`the orchestrator ended with code ${code}`)));
  });
  ended.catch(() => undefined); // after the boot its end is nothing unexpected
  const url = `http://127.0.0.1:${installation.opsPort}`;
  const live = await Promise.race([answeredAt(`${url}/livez`), ended]);
  const ready = await Promise.race([answeredAt(`${url}/readyz`), ended]);
  return { child, pid: child.pid ?? 0, liveMs: live - began, readyMs: ready - began };
}

/** Boots it once and ends it. */
export async function timeBoot(installation: Installation, dist: string): Promise<Boot> {
  const boot = await bootOrchestrator(installation, dist);
  await endChild(boot.child);
  return boot;
}
