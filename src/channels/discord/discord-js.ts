/** What is used of discord.js, name by name: a CommonJS package bundled into a piece of its own has no names by itself. */
export {
  Client,
  Events,
  GatewayDispatchEvents,
  GatewayIntentBits,
  Options,
  REST,
  Routes,
  SimpleIdentifyThrottler,
} from 'discord.js';
