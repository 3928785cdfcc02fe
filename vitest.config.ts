import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './tests/slowest-first.ts';

// `unit` needs nothing but Node; `integration` starts real processes; `e2e` needs what scripts/test.sh starts; `chaos`
// takes its time from a seed and its depth from NANOCLAW_PROOF.
export default defineConfig({
  test: {
    // One a core of the smallest machine; left alone, vitest keeps one core for itself.
    maxWorkers: 2,
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [
            '**/node_modules/**',
            'dist/**',
            'tests/integration/**',
            'tests/e2e/**',
            'tests/chaos/**',
          ],
          // No module keeps state, so files can share a worker and what it has loaded: a third of the CPU time.
          isolate: false,
          // None waits for time: this only ends one that hangs, and must be out of reach for a busy machine.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'chaos',
          include: ['tests/chaos/**/*.test.ts'],
          testTimeout: 1_200_000,
        },
      },
    ],
  },
});
