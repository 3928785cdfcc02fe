/** Faults of the chat platforms. What people see there is the judge. */
import { check, type Drill } from './drill.ts';
import type { SceneOptions } from './open-scene.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';

const BOTH = ['slack', 'discord'] as const;
const PLATFORMS: SceneOptions = { platforms: BOTH };
const UNNOTICED = { causes: [], tier: null, pages: 0 } as const;
/** What a fault does with all that is on its way. */
type Fault = Parameters<Scene['world']['slack']['misbehave']>[0];

async function onBoth(scene: Scene, fault: Fault): Promise<void> {
  scene.injectedAt ??= Date.now();
  for (const platform of BOTH) await scene.world[platform].misbehave(fault);
}

/** One question after the other on both; each is answered before the next fault. */
async function askThrough(
  scene: Scene,
  faults: readonly (Fault | readonly Fault[])[],
  platforms: readonly ('slack' | 'discord')[],
) {
  for (const fault of faults) {
    for (const platform of platforms) {
      for (const one of [fault].flat()) await scene.inject(() => scene.world[platform].misbehave(one));
      scene.ask(platform);
    }
    await scene.quiz.settled(PATIENCE_SECONDS);
  }
}

export const PLATFORM_DRILLS: readonly Drill[] = [
  {
    name: 'deaf-channels',
    rows: [25],
    about:
      'connections stay open and nothing passes any more: found by their missing pongs, missed questions answered',
    scene: PLATFORMS,
    expected: UNNOTICED,
    async run(scene) {
      await onBoth(scene, { kind: 'half_open' });
      for (const platform of BOTH) scene.ask(platform);
      await scene.quiz.settled(PATIENCE_SECONDS);
    },
  },
  {
    name: 'slack-disconnect-storm',
    rows: [27],
    about: 'Slack ends the connection again and again, politely and not; every question is answered once',
    scene: { platforms: ['slack'] },
    expected: UNNOTICED,
    run: (scene) =>
      askThrough(
        scene,
        [
          { kind: 'disconnect', reason: 'warning' },
          { kind: 'disconnect', reason: 'refresh_requested' },
          { kind: 'drop' },
          { kind: 'disconnect', reason: 'refresh_requested' },
          { kind: 'drop' },
        ],
        ['slack'],
      ),
  },
  {
    name: 'discord-sessions',
    rows: [28],
    about: 'invalid sessions, closes, resumes that fail: every question is answered once',
    scene: { platforms: ['discord'] },
    expected: UNNOTICED,
    run: (scene) =>
      askThrough(
        scene,
        [
          { kind: 'invalid_session', resumable: false },
          { kind: 'reconnect' },
          { kind: 'close', code: 4009 },
          [{ kind: 'forget_sessions' }, { kind: 'drop' }],
          [{ kind: 'resume_loop', times: 2 }, { kind: 'reconnect' }],
        ],
        ['discord'],
      ),
  },
  {
    name: 'rate-limits',
    rows: [30],
    about: 'the platforms answer 429 with Retry-After for a while: sent later, once, in order',
    scene: PLATFORMS,
    expected: UNNOTICED,
    async run(scene) {
      await onBoth(scene, { kind: 'rate_limit', retryAfterSeconds: 1, times: 4, on: 'essage' });
      for (let round = 0; round < 3; round += 1) for (const platform of BOTH) scene.ask(platform);
      await scene.quiz.settled(PATIENCE_SECONDS);
    },
  },
  {
    name: 'platforms-down',
    rows: [31, 35],
    about: 'both platforms are gone for a while and people go on writing: all is answered once, in order',
    scene: PLATFORMS,
    expected: UNNOTICED,
    async run(scene) {
      await onBoth(scene, { kind: 'outage' });
      for (let round = 0; round < 3; round += 1) for (const platform of BOTH) scene.ask(platform);
      await scene.quiet(8);
      scene.ask();
      await onBoth(scene, { kind: 'none' });
      await scene.quiz.settled(PATIENCE_SECONDS);
    },
  },
  {
    name: 'duplicate-events',
    rows: [32],
    about: 'every event comes twice: nothing is answered twice',
    scene: PLATFORMS,
    expected: UNNOTICED,
    async run(scene) {
      await onBoth(scene, { kind: 'event_duplicate', times: 6 });
      for (let round = 0; round < 3; round += 1) for (const platform of BOTH) scene.ask(platform);
      await scene.quiz.settled(PATIENCE_SECONDS);
      await scene.quiet(3);
    },
  },
  {
    name: 'out-of-order',
    rows: [33],
    about: 'messages of one instant, and events in the wrong order: each is answered once',
    scene: PLATFORMS,
    expected: { ...UNNOTICED, anyOrder: true },
    async run(scene) {
      await onBoth(scene, { kind: 'equal_timestamps', times: 4 });
      await onBoth(scene, { kind: 'event_reorder', times: 2 });
      for (let round = 0; round < 2; round += 1) for (const platform of BOTH) scene.ask(platform);
      await scene.quiz.settled(PATIENCE_SECONDS);
    },
  },
  {
    name: 'edits-and-deletes',
    rows: [34],
    about: 'people edit and delete what was answered: nothing is answered again',
    scene: PLATFORMS,
    expected: UNNOTICED,
    async run(scene) {
      const { slack, discord } = scene.world;
      await scene.askEverywhere();
      const [inSlack, inDiscord] = [slack.messages(), discord.messages()].map((all) =>
        all.filter(({ by }) => by === 'person'),
      );
      scene.injectedAt = Date.now();
      for (const message of slack.messages().filter(({ by }) => by === 'person')) {
        slack.people.edit(message, `${message.text} (edited)`);
      }
      for (const message of discord.messages().filter(({ by }) => by === 'person')) {
        discord.people.edit(message, `${message.content} (edited)`);
      }
      await scene.quiet(4);
      check((inSlack?.length ?? 0) > 0 && (inDiscord?.length ?? 0) > 0, 'nobody had written');
      // The first one of a chat is the start of its thread, in which people go on writing.
      for (const message of slack
        .messages()
        .filter(({ by }) => by === 'person')
        .slice(1))
        slack.people.remove(message);
      await scene.askEverywhere();
    },
  },
  {
    name: 'token-refused',
    rows: [29],
    about: 'Slack refuses the token: one page that says so, and Discord and the local chat answer on',
    scene: PLATFORMS,
    expected: { causes: ['channel_refused'], tier: null, pages: 1 },
    async run(scene) {
      await scene.inject(() => scene.world.slack.misbehave({ kind: 'auth_revoked' }));
      scene.ask('discord');
      scene.ask('local');
      await scene.quiz.settled(PATIENCE_SECONDS);
      await scene.status(({ incidents }) => incidents[0]?.pages === 1, 'no page');
      await scene.world.slack.misbehave({ kind: 'none' });
      await scene.installation.cli('restart');
      await scene.healed();
    },
  },
];
