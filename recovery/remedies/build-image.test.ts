import { expect, it } from 'vitest';
import { rebuildImage } from './build-image.ts';
import type { RemedyParts } from './parts.ts';
import type { ChildOrder, ChildResult } from './run-child.ts';

const NEVER = new AbortController().signal;

function parts(result: ChildResult) {
  const orders: ChildOrder[] = [];
  const some: Pick<RemedyParts, 'installation' | 'environment' | 'settings' | 'runChild'> = {
    installation: '/srv/claw',
    environment: { PATH: '/bin' },
    settings: () => ({ opsPort: 1, image: 'agent:1', copilotUrl: null }),
    runChild: async (order) => {
      orders.push(order);
      return result;
    },
  };
  return { some, orders };
}

it('an image that is there is built anew by force, the program in it too', async () => {
  const { some, orders } = parts({ kind: 'ended', code: 0, output: '' });
  const outcome = await rebuildImage(some).run(null, NEVER);
  expect(outcome).toEqual({ kind: 'done', detail: 'agent:1 was built anew' });
  expect(orders).toMatchObject([
    { program: 'bash', args: ['/srv/claw/container/build.sh', '--force'], cwd: '/srv/claw' },
  ]);
  expect(orders[0]?.environment).toEqual({ PATH: '/bin', CONTAINER_IMAGE: 'agent:1' });
});

it('why that failed is said with the last line of the build', async () => {
  const { some } = parts({ kind: 'ended', code: 3, output: 'no network\n' });
  const detail = 'container/build.sh failed with code 3: no network';
  expect(await rebuildImage(some).run(null, NEVER)).toEqual({ kind: 'failed', detail });
});
