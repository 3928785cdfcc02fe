import { describe, expect, it } from 'vitest';
import type { EngineGuard } from '../contracts/sandbox-row.ts';
import { caveatsOf, explainKill, limitsOn, nameEngine, UNKNOWN_ENGINE, userInside } from './engine-kinds.ts';
import { exampleSpec } from './example-spec.ts';

const spec = exampleSpec();
const lacking = (...lacks: EngineGuard[]) => ({ ...UNKNOWN_ENGINE, lacks });
const rootless = { ...UNKNOWN_ENGINE, version: '20.10', rootless: true };
const remapped = { ...UNKNOWN_ENGINE, remapped: true };
const fsize = { Name: 'fsize', Soft: 2 ** 30, Hard: 2 ** 30 };

it('an agent is the owner of the host’s files, which is root where the engine runs without', () => {
  expect(userInside(spec, UNKNOWN_ENGINE)).toEqual({ uid: 1001, gid: 1002 });
  expect(userInside(spec, rootless)).toEqual({ uid: 0, gid: 0 });
});

it('an engine without root is called so', () => {
  expect(nameEngine(rootless)).toBe('Docker 20.10 without root');
});

describe('the limits', () => {
  it('of an engine that has them all are the spec’s', () => {
    expect(limitsOn(spec, UNKNOWN_ENGINE)).toEqual({
      PidsLimit: 256,
      Memory: 2 ** 31,
      MemorySwap: 2 ** 31,
      NanoCpus: 1_500_000_000,
      Ulimits: [fsize],
    });
  });

  it('leave out one of CPU that the engine would refuse', () => {
    expect(limitsOn(spec, lacking('cpu'))).not.toHaveProperty('NanoCpus');
  });

  it('have one number for all agents where processes are not counted', () => {
    const shared = { Name: 'nproc', Soft: 4096, Hard: 4096 };
    expect(limitsOn(spec, lacking('processes')).Ulimits).toEqual([fsize, shared]);
  });

  it('offer the agent to the kernel first where memory is not limited', () => {
    expect(limitsOn(spec, lacking('memory'))).toMatchObject({ OomScoreAdj: 500 });
    expect(limitsOn(spec, lacking('seccomp'))).not.toHaveProperty('OomScoreAdj');
  });

  it('ask an engine that remaps users for the host’s', () => {
    expect(limitsOn(spec, remapped)).toMatchObject({ UsernsMode: 'host' });
    expect(limitsOn(spec, UNKNOWN_ENGINE)).not.toHaveProperty('UsernsMode');
  });
});

it('each guard that is lacking is a sentence; an engine without root alone is none', () => {
  expect(caveatsOf(lacking('cpu', 'memory', 'processes', 'seccomp'))).toHaveLength(4);
  expect(caveatsOf(rootless)).toEqual([]);
});

it('a kill is put down to memory by an engine that sees it, else left open in words', () => {
  expect(explainKill(lacking('memory'))).toMatch(/perhaps for memory/);
  expect(explainKill(UNKNOWN_ENGINE)).toBe('');
});
