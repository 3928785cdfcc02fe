/** The orchestrator's own part of a message's way: control socket → store → link, and link → store → platform. */
import type { Bench } from './bench.ts';
import { type Samples, startInProcess } from './in-process.ts';
import { spreadOf } from './spread.ts';

const WARM_UP = 20;

export const way: Bench = {
  name: 'way',
  about:
    "mention → turn frame; output and tool call → the platform's send call (in one process, stand-in agent)",
  async run({ quick }) {
    const service = await startInProcess();
    const samples: Samples = { frame: [], output: [], tool: [] };
    try {
      for (let turn = 0; turn < WARM_UP; turn += 1) await service.turn({ frame: [], output: [], tool: [] });
      for (let turn = quick ? 100 : 300; turn > 0; turn -= 1) await service.turn(samples);
    } finally {
      await service.stop();
    }
    const row = { unit: 'ms', baseline: null };
    const within = [{ at: 'p50' as const, most: 5 }];
    return [
      {
        what: 'mention at the control socket → stored → turn frame at a warm agent',
        ...row,
        figure: spreadOf(samples.frame),
        limits: [...within, { at: 'p99', most: 25 }],
      },
      { what: 'output frame → send call', ...row, figure: spreadOf(samples.output), limits: within },
      { what: 'agent tool call → send call', ...row, figure: spreadOf(samples.tool), limits: within },
    ];
  },
};
