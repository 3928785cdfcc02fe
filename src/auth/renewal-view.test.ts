import { expect, it } from 'vitest';
import { viewRenewals } from './renewal-view.ts';

it('shows when each sign-in is renewed next, and none that has nothing to renew', () => {
  const jobs = viewRenewals({
    'claude-sign-in': { nextAt: () => 0 },
    'threads-token': { nextAt: () => null },
  });
  expect(jobs).toEqual([
    expect.objectContaining({ name: 'claude-sign-in', nextRun: '1970-01-01T00:00:00.000Z' }),
  ]);
});
