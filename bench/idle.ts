/**
 * What both processes use when nothing happens: supervisor with the status page open, orchestrator with 100 groups.
 * CPU is counted over a real minute after two of settling; a shorter one (--quick) is scaled up and says so.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { createInstallation, type Installation } from '../tests/e2e/installation.ts';
import type { Bench, BenchContext, Row } from './bench.ts';
import { cpuMsOf, endChild, rssOf, startNode } from './child.ts';
import { placeDatabase } from './database.ts';
import { spreadOf } from './spread.ts';

/** The first minutes compile code and collect what the start left behind: that is not idling. */
const SETTLE_MS = 120_000;
const QUICK_SETTLE_MS = 5000;
const MINUTE_MS = 60_000;
const QUICK_MS = 10_000;

export const idle: Bench = {
  name: 'idle',
  about: 'memory and CPU of supervisor (page open) and orchestrator (100 groups), idle',
  async run(context) {
    const installation = await createInstallation();
    placeDatabase(context, 1000, installation.paths.database);
    installation.start();
    try {
      const { service } = await installation.up();
      const page = await openPage(installation);
      await pause(context.quick ? QUICK_SETTLE_MS : SETTLE_MS);
      const use = await watch([installation.supervisor?.pid ?? 0, service.pid ?? 0], context);
      page.abort();
      return toRows(use, await bareParentRss(), context);
    } finally {
      await installation.stop();
    }
  },
};

type Use = { rss: number; cpuMs: number };

/** Loads the page and holds its stream of events open, as a browser does. */
async function openPage(installation: Installation): Promise<AbortController> {
  const address = `http://127.0.0.1:${installation.pagePort}`;
  await (await fetch(address)).text();
  const abort = new AbortController();
  const events = await fetch(`${address}/api/events`, { signal: abort.signal });
  const reading = events.body?.pipeTo(new WritableStream(), { signal: abort.signal });
  reading?.catch(() => undefined); // ends by our own abort
  return abort;
}

/** Milliseconds of CPU a minute, and resident memory at its end. */
async function watch(pids: readonly number[], { quick }: BenchContext): Promise<Use[]> {
  const span = quick ? QUICK_MS : MINUTE_MS;
  const before = pids.map(cpuMsOf);
  await pause(span);
  return pids.map((pid, index) => ({
    rss: rssOf(pid),
    cpuMs: ((cpuMsOf(pid) - (before[index] ?? 0)) * MINUTE_MS) / span,
  }));
}

/** A Node process that does nothing but hold a child. */
async function bareParentRss(): Promise<number> {
  const source = "require('node:child_process').spawn('sleep', ['20']); setInterval(() => undefined, 500)";
  const child = startNode({ args: ['-e', source], env: process.env });
  await pause(2000);
  const rss = rssOf(child.pid ?? 0);
  await endChild(child);
  return rss;
}

function toRows([supervisor, orchestrator]: Use[], bareRss: number, { quick }: BenchContext): Row[] {
  const minute = quick ? `CPU a minute (of ${QUICK_MS / 1000} s)` : 'CPU a minute';
  const row = (what: string, unit: string, value: number | undefined, most: number): Row => ({
    what,
    unit,
    figure: spreadOf([value ?? Number.NaN]),
    limits: [{ at: 'p50', most }],
    baseline: null,
  });
  const bare = { what: 'bare Node parent', unit: 'MiB', figure: spreadOf([bareRss]) };
  return [
    { ...row('supervisor, page open, RSS', 'MiB', supervisor?.rss, 80), baseline: bare },
    row(`supervisor, page open, ${minute}`, 'ms', supervisor?.cpuMs, 100),
    row('orchestrator, 100 groups, RSS', 'MiB', orchestrator?.rss, 160),
    row(`orchestrator, 100 groups, ${minute}`, 'ms', orchestrator?.cpuMs, 200),
  ];
}
