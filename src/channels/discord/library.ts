/** discord.js, loaded when it is first needed: a service without Discord does not pay for it. */

export type DiscordLibrary = typeof import('./discord-js.ts');

/** Loads it once; further calls give the same. */
export function loadDiscord(): Promise<DiscordLibrary> {
  return import('./discord-js.ts');
}
