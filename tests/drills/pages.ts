/** Whether people hear of what only they can cure, whatever befalls the way to them. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { check, type Drill, type Expected } from './drill.ts';
import type { SceneOptions } from './open-scene.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';

const ONE_RESTART: SceneOptions = {
  policy: { restart: { backoffSeconds: [0], budget: 1, windowSeconds: 60 } },
};
const PAGED: Expected = { causes: ['crash'], tier: 4, pages: 1 };
type Fault = Parameters<Scene['world']['webhook']['misbehave']>[0];

/** No start succeeds any more: only a person can help. */
async function callForHelp(scene: Scene): Promise<void> {
  scene.spoilStarts('crash', 99);
  await scene.kill();
  await scene.state('held');
}

async function mend(scene: Scene): Promise<void> {
  rmSync(join(scene.home, 'inject-start'), { force: true });
  check((await scene.installation.cli('restart')).code === 0, 'the restart was refused');
  await scene.state('up');
  await scene.healed();
}

const paged = (scene: Scene) =>
  scene.status(({ incidents }) => incidents[0]?.pages === 1, 'nobody was paged');

/** The page and the word that it is over: two messages, however often they had to be tried. */
async function hearsBoth(scene: Scene): Promise<void> {
  await paged(scene);
  await mend(scene);
  await scene.until(() => scene.told().length >= 2, 'nobody was told that it is well again');
  await scene.quiet(2);
  check(scene.told().length === 2, `${scene.told().length} messages, expected were the page and its end`);
}

async function throughWebhook(scene: Scene, ...faults: Fault[]): Promise<void> {
  for (const fault of faults) await scene.world.webhook.misbehave(fault);
  await callForHelp(scene);
  await hearsBoth(scene);
}

export const PAGE_DRILLS: readonly Drill[] = [
  {
    name: 'webhook-busy',
    rows: [77, 81],
    about: 'the webhook answers 429, then 500: the page comes all the same, once, and later its end',
    scene: ONE_RESTART,
    expected: PAGED,
    run: (scene) =>
      throughWebhook(
        scene,
        { kind: 'rate_limit', retryAfterSeconds: 1, times: 2 },
        { kind: 'status', status: 500, times: 2 },
      ),
  },
  {
    name: 'webhook-silent',
    rows: [77],
    about: 'the webhook takes a request and never answers: tried again',
    scene: ONE_RESTART,
    expected: PAGED,
    run: (scene) => throughWebhook(scene, { kind: 'hang', taken: false, times: 1 }),
  },
  {
    name: 'webhook-unreachable',
    rows: [77, 35],
    about: 'there is no network to the webhook: the page waits on disk and goes out when there is',
    scene: ONE_RESTART,
    expected: PAGED,
    async run(scene) {
      await scene.world.webhook.misbehave({ kind: 'refuse' });
      await callForHelp(scene);
      await scene.killSupervisor();
      scene.installation.start();
      await scene.quiet(3);
      await scene.world.webhook.misbehave({ kind: 'none' });
      await hearsBoth(scene);
    },
  },
  {
    name: 'webhook-deleted',
    rows: [77],
    about: 'somebody deleted the webhook: the second one takes the page',
    scene: ONE_RESTART,
    expected: PAGED,
    async run(scene) {
      const second = scene.world.addresses.webhook.replace('/webhooks/1/', '/webhooks/2/');
      scene.rewrite(
        scene.installation.paths.env,
        (text) => `${text}DISCORD_WEBHOOK_URL_FALLBACK=${second}\n`,
      );
      await scene.world.webhook.misbehave({ kind: 'unknown_webhook', times: 1 });
      await callForHelp(scene);
      await hearsBoth(scene);
      const took = scene.world.webhook.deliveries.map(({ webhookId }) => webhookId);
      check(took[0] === '2', `the page went to webhook ${took[0]}`);
    },
  },
  {
    name: 'hostile-text',
    rows: [78],
    about:
      'what is told holds quotes, newlines, emoji, ten thousand letters and @everyone: it is valid and rings nobody',
    scene: { policy: { restart: { backoffSeconds: [0], budget: 2, windowSeconds: 60 } } },
    expected: { causes: ['crash'], tier: 4, pages: 1 },
    async run(scene) {
      const hostile = `"quoted" \\\\ \`\`\` @everyone <@&1> 🔥 ${'x'.repeat(10_000)}`;
      scene.rewrite(scene.installation.paths.env, (text) => `${text}@everyone ${hostile}\n`);
      await scene.kill();
      await paged(scene);
      const [page = ''] = scene.told();
      check(page.includes('"allowed_mentions":{"parse":[]'), 'mentions in the text would ring');
      scene.rewrite(scene.installation.paths.env, (text) => text.replace(/^@everyone.*\n/m, ''));
      await scene.state('up');
      await scene.healed();
      check(
        scene.world.webhook.attempts.every(({ status }) => status < 400),
        'a message was refused',
      );
    },
  },
  {
    name: 'flapping',
    rows: [79, 80],
    about:
      'one fault again and again: healed each time, one page, and one incident that stays open until it is calm',
    scene: {
      policy: {
        restart: { backoffSeconds: [0], budget: 20, windowSeconds: 60 },
        flap: { count: 2, windowSeconds: 600, calmSeconds: 10, digestSeconds: 600 },
      },
    },
    expected: { causes: ['crash', 'crash', 'crash'], tier: 1, pages: 1 },
    async run(scene) {
      for (let kill = 0; kill < 5; kill += 1) {
        const pid = scene.installation.pid();
        await scene.kill();
        scene.ask();
        await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
        if (kill < 2) await scene.healed(kill + 1);
      }
      await scene.healed(3);
    },
  },
  {
    name: 'acknowledged',
    rows: [82],
    about: 'somebody acknowledges: no more pages, and one word when it is over',
    scene: { policy: { ...ONE_RESTART.policy, page: { repeatSeconds: [10] } } },
    expected: PAGED,
    async run(scene) {
      await callForHelp(scene);
      await paged(scene);
      const { code } = await scene.installation.cli('incidents', 'ack', '1', '--by', 'drill');
      check(code === 0, 'it could not be acknowledged');
      const before = scene.told().length;
      await scene.quiet(13);
      check(scene.told().length === before, 'it rang again after it was acknowledged');
      await mend(scene);
      await scene.until(() => scene.told().length > before, 'nobody was told that it is well again');
    },
  },
];
