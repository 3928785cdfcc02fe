/** What a Slack workspace of the test world holds at the start. Every part has a sensible default. */

export type SlackUser = { id: string; name: string; realName: string; isBot?: boolean };
export type SlackChannel = {
  id: string;
  name: string;
  /** User ids; everyone when left out. Without the bot's, its posts meet `not_in_channel`. */
  members?: readonly string[];
  isArchived?: boolean;
  isPrivate?: boolean;
};
export type SlackToken = { token: string; kind: 'bot' | 'app'; scopes: readonly string[] };
export type SlackDescription = {
  team: { id: string; name: string };
  bot: { userId: string; botId: string; appId: string; name: string };
  users: readonly SlackUser[];
  channels: readonly SlackChannel[];
  tokens: readonly SlackToken[];
  /** Larger files are refused when they are announced; any size when left out. */
  uploadLimitBytes?: number;
  /** Slack answers that a file is shared before its message is there: so much before, milliseconds. */
  shareDelayMs?: number;
};

/** Shaped like real ones; worthless anywhere else. */
export const WORLD_SLACK_BOT_TOKEN = 'xoxb-test-world';
export const WORLD_SLACK_APP_TOKEN = 'xapp-test-world';

/** The scopes an installation must have at least. */
export const SLACK_SCOPE_FLOOR = [
  'chat:write',
  'app_mentions:read',
  'channels:history',
  'users:read',
] as const;

export const SLACK_SCOPES: readonly string[] = [
  ...SLACK_SCOPE_FLOOR,
  ...['channels:read', 'groups:read', 'im:read', 'im:write', 'im:history', 'groups:history', 'commands'],
  ...['reactions:write', 'files:read', 'files:write', 'assistant:write'],
];

export function describeSlack(given: Partial<SlackDescription> = {}): SlackDescription {
  return {
    team: { id: 'T0000WORLD', name: 'world' },
    bot: { userId: 'U00000POL0', botId: 'B00000POL0', appId: 'A00000POL0', name: '폴' },
    users: [
      { id: 'U0000MINJI', name: 'minji', realName: '김민지' },
      { id: 'U00000ALEX', name: 'alex', realName: 'Alex Doe' },
    ],
    channels: [{ id: 'C00GENERAL', name: 'general' }],
    tokens: [
      { token: WORLD_SLACK_BOT_TOKEN, kind: 'bot', scopes: SLACK_SCOPES },
      { token: WORLD_SLACK_APP_TOKEN, kind: 'app', scopes: ['connections:write'] },
    ],
    ...given,
  };
}
