/**
 * The places of a chaos run: both platforms' stand-ins, a home with registered groups, and the service on it. A third
 * of the groups live in Slack channels, a third in Discord channels, some in direct chats, some in two chats at once.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homePaths } from '../../contracts/paths.ts';
import { createStore } from '../../src/store/store.ts';
import { type InProcessService, openService } from '../in-process/service.ts';
import { WORLD_DISCORD_BOT_TOKEN } from '../world/discord/description.ts';
import { type Discord, startDiscord } from '../world/discord/discord.ts';
import { WORLD_SLACK_APP_TOKEN, WORLD_SLACK_BOT_TOKEN } from '../world/slack/description.ts';
import { type Slack, startSlack } from '../world/slack/slack.ts';
import type { InProcessAgents } from './agents.ts';
import type { FastClock } from './fast-clock.ts';

export type Place = { platform: 'slack' | 'discord'; chat: string; user: string; isDirect: boolean };

/** Turns that may run at once: enough for the crowd, and still fewer than groups. */
const SLOTS = 20;
/** Slack waits three seconds for an acknowledgement, and those are seconds of a real socket. */
const SLACK_ACK_SECONDS = 3;
/** Two of these without a sign of life, on the fast clock, and the gateway counts as dead: events come far more often. */
const DISCORD_HEARTBEAT_MS = 100_000;

export class Town {
  readonly paths = homePaths(mkdtempSync(join(tmpdir(), 'nc-')));
  readonly places: Place[] = [];
  /** Chats in which people talk and nobody is registered. */
  readonly strangers: Place[] = [];
  #service: InProcessService | null = null;

  private constructor(
    readonly slack: Slack,
    readonly discord: Discord,
    readonly agents: InProcessAgents,
    readonly clock: FastClock,
  ) {}

  static async build(groups: number, agents: InProcessAgents, clock: FastClock): Promise<Town> {
    const slack = await startSlack({
      ...{ clock, describe: describeSlack(groups), ackTimeoutMs: SLACK_ACK_SECONDS * 1000 * clock.rate },
    });
    const discord = await startDiscord({
      ...{ clock, describe: describeDiscord(groups), heartbeatIntervalMs: DISCORD_HEARTBEAT_MS },
    });
    const town = new Town(slack, discord, agents, clock);
    await town.#settleIn(groups);
    return town;
  }

  get service(): InProcessService | null {
    return this.#service;
  }

  async open(): Promise<void> {
    this.#service = await openService({
      ...{ paths: this.paths, sandbox: this.agents, clock: this.clock, logLevel: 'warn' },
      settings: {
        ...{ SLACK_API_URL: this.slack.apiUrl, SLACK_BOT_TOKEN: WORLD_SLACK_BOT_TOKEN },
        ...{ SLACK_APP_TOKEN: WORLD_SLACK_APP_TOKEN, DISCORD_BOT_TOKEN: WORLD_DISCORD_BOT_TOKEN },
        ...{ DISCORD_API_URL: this.discord.apiUrl, MAX_CONCURRENT_CONTAINERS: String(SLOTS) },
      },
    });
  }

  /** As SIGTERM would: running turns are drained, then all ends. */
  async close(): Promise<void> {
    await this.#service?.stop();
    this.#service = null;
  }

  /** @param keepHome for a person to look into */
  async leave(keepHome: boolean): Promise<void> {
    await this.close();
    await Promise.all([this.slack.stop(), this.discord.stop()]);
    if (!keepHome) rmSync(this.paths.home, { recursive: true, force: true });
  }

  async #settleIn(groups: number): Promise<void> {
    const store = createStore(this.paths.database);
    for (let index = 0; index < groups; index += 1) {
      for (const place of this.#placesOf(index)) {
        const jid = place.platform === 'slack' ? place.chat : `dc:${place.chat}`;
        const rules = { triggerPattern: null, requiresTrigger: true, senders: null, bots: 'ignore' } as const;
        const group = { jid, name: `group ${index}`, folder: `group-${index}`, ...rules };
        await store.write(() => store.groups.register({ ...group, addedAt: this.clock.now() }));
        this.places.push(place);
      }
    }
    store.close();
    this.strangers.push({ platform: 'slack', chat: SLACK_STRANGERS, user: slackUser(0), isDirect: false });
    this.strangers.push({
      ...{ platform: 'discord', chat: DISCORD_STRANGERS, user: discordUser(0), isDirect: false },
    });
  }

  #placesOf(index: number): Place[] {
    const slack: Place = {
      ...{ platform: 'slack', chat: slackChannel(index), user: slackUser(index), isDirect: false },
    };
    const discord: Place = {
      ...{ platform: 'discord', chat: discordChannel(index), user: discordUser(index), isDirect: false },
    };
    switch (index % 10) {
      case 0:
        return [slack, discord];
      case 1:
        return [{ ...slack, chat: `D${slack.user.slice(1)}`, isDirect: true }];
      case 2:
        return [{ ...discord, chat: this.#directChat(discord.user), isDirect: true }];
      default:
        return index % 2 === 0 ? [slack] : [discord];
    }
  }

  /** Discord's direct chats have ids of their own, known once something was said there. */
  #directChat(user: string): string {
    return this.discord.people.write({ chat: user, user, text: 'hello' }).chat;
  }
}

const SLACK_STRANGERS = 'C00STRANGE';
const DISCORD_STRANGERS = '1000000000000000999';

const padded = (index: number) => String(index).padStart(4, '0');
const slackChannel = (index: number) => `C0CHAOS${padded(index)}`;
const slackUser = (index: number) => `U0CHAOS${padded(index)}`;
const discordChannel = (index: number) => String(1_000_000_000_000_010_000n + BigInt(index));
const discordUser = (index: number) => String(1_000_000_000_000_020_000n + BigInt(index));

function describeSlack(groups: number) {
  const all = Array.from({ length: groups }, (_, index) => index);
  const channels = all.map((index) => ({ id: slackChannel(index), name: `chaos-${index}` }));
  const users = all.map((index) => ({
    id: slackUser(index),
    name: `p${index}`,
    realName: `Person ${index}`,
  }));
  return { users, channels: [...channels, { id: SLACK_STRANGERS, name: 'strangers' }] };
}

function describeDiscord(groups: number) {
  const all = Array.from({ length: groups }, (_, index) => index);
  const channels = all.map((index) => ({ id: discordChannel(index), name: `chaos-${index}` }));
  const users = all.map((index) => ({ id: discordUser(index), username: `p${index}` }));
  return { users, channels: [...channels, { id: DISCORD_STRANGERS, name: 'strangers' }] };
}
