/**
 * The orchestrator's resident memory, whoever holds it: heap, buffers, native libraries. It is a leak when it
 * is near its limit, or has grown for a while and would reach it soon.
 */
import { readFileSync } from 'node:fs';
import type { Probe, Sighting } from './codes.ts';

const INTERVAL_MS = 30_000;
/** A leak shows over half an hour; caches fill within minutes. */
const WINDOW_MS = 30 * 60_000;
/** Growth that would reach the limit later than this may still be the work of a busy hour. */
const SOON_MS = 60 * 60_000;
/** Below this share of the limit growth is no threat yet. */
const WORTH_WATCHING = 0.5;
const HIGH_SHARE = 0.9;

export type MemorySample = { at: number; bytes: number };
export type MemoryTrend = { high: boolean; growing: boolean; bytesPerHour: number };

export type MemoryParts = {
  /** The present orchestrator; null while there is none. */
  pid(): number | null;
  /** Null when it is gone. */
  residentBytes(pid: number): Promise<number | null>;
  /** What it may take at most. */
  limitBytes: number;
  /** Steady clock, milliseconds. */
  now(): number;
};

export function memoryProbe({ pid, residentBytes, limitBytes, now }: MemoryParts): Probe {
  let samples: MemorySample[] = [];
  let last: number | null = null;
  return {
    name: 'memory',
    intervalMs: INTERVAL_MS,
    async look() {
      const present = pid();
      const bytes = present === null ? null : await residentBytes(present);
      if (present !== last) samples = []; // another process begins small
      last = present;
      if (bytes === null) return [];
      samples = [...samples.filter(({ at }) => now() - at <= WINDOW_MS), { at: now(), bytes }];
      return [tell(judgeMemory(samples, limitBytes), bytes, limitBytes)];
    },
  };
}

/** @param samples of one process, oldest first */
export function judgeMemory(samples: readonly MemorySample[], limitBytes: number): MemoryTrend {
  const newest = samples.at(-1);
  const oldest = samples[0];
  if (!newest || !oldest) return { high: false, growing: false, bytesPerHour: 0 };
  const perMs = slope(samples);
  const isLongEnough = newest.at - oldest.at >= WINDOW_MS / 2;
  const leftMs = perMs > 0 ? (limitBytes - newest.bytes) / perMs : Number.POSITIVE_INFINITY;
  return {
    high: newest.bytes >= limitBytes * HIGH_SHARE,
    growing: isLongEnough && newest.bytes >= limitBytes * WORTH_WATCHING && leftMs <= SOON_MS,
    bytesPerHour: perMs * 3_600_000,
  };
}

/** Least squares: one garbage collection more or less does not turn it. Bytes a millisecond. */
function slope(samples: readonly MemorySample[]): number {
  const mean = (of: (sample: MemorySample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const middle = mean(({ at }) => at);
  const level = mean(({ bytes }) => bytes);
  const spread = mean(({ at }) => (at - middle) ** 2);
  return spread === 0 ? 0 : mean(({ at, bytes }) => (at - middle) * (bytes - level)) / spread;
}

function tell({ high, growing, bytesPerHour }: MemoryTrend, bytes: number, limit: number): Sighting {
  const mib = (value: number) => `${Math.round(value / 2 ** 20)} MiB`;
  return {
    code: 'memory_leak',
    target: null,
    state: high || growing ? 'bad' : 'good',
    detail: `${mib(bytes)} of ${mib(limit)}, ${mib(bytesPerHour)} more an hour`,
  };
}

/** From /proc/<pid>/status, in KiB there; the size of a page need not be known. No disk lies behind it to wait for. */
export async function residentBytesOf(pid: number): Promise<number | null> {
  try {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match ? Number(match[1]) * 1024 : null;
  } catch {
    return null; // gone, or a system without /proc
  }
}
