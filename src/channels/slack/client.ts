/** One Socket Mode client for one connection: made, opened and closed. Bolt's own reconnecting is off. */
import type { App, ReceiverEvent, SocketModeReceiver } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { boltLogger } from './bolt-logger.ts';
import { type Bolt, clientOptions } from './calls.ts';

export type Client = SocketModeReceiver['client'];

export type ClientOptions = {
  bolt: Bolt;
  appToken: string;
  apiUrl: string | undefined;
  /** How soon a silent connection counts as dead, milliseconds. */
  pingTimeoutMs: number;
  log: Logger;
};

/** Slack answers a close at once; after this it is cut, milliseconds. */
const CLOSE_DEADLINE_MS = 1000;

/** @param take deals with an envelope and acknowledges it; when it rejects, the envelope is not acknowledged */
export function newClient(options: ClientOptions, take: (event: ReceiverEvent) => Promise<void>): Client {
  const { bolt, appToken, apiUrl, pingTimeoutMs, log } = options;
  const logger = boltLogger(log);
  const receiver = new bolt.SocketModeReceiver({
    ...{ appToken, logger, autoReconnectEnabled: false, clientPingTimeout: pingTimeoutMs },
    installerOptions: { clientOptions: clientOptions(apiUrl, logger) },
    // An event that failed is not acknowledged: Slack sends it again.
    processEventErrorHandler: async () => false,
  });
  // Bolt's own App acknowledges before anything else runs; this takes its place.
  receiver.init({ processEvent: take } as App);
  return receiver.client;
}

/** @throws the client's own error; one of ours when the connection ended before the hello */
export async function open(client: Client): Promise<void> {
  try {
    await client.start();
  } catch (error) {
    throw error ?? new Error('closed before the hello'); // the client rejects with nothing then
  }
}

/** Ends a connection whatever its state. */
export async function close(client: Client, clock: Clock): Promise<void> {
  if (!client.websocket) {
    // Its address may still be on the way; then it ends as soon as it is open.
    client.once('connected', () => void client.disconnect());
    return;
  }
  // A dead peer would be waited for half a minute; asked a second time, the client cuts the connection.
  const cancel = clock.after(CLOSE_DEADLINE_MS, () => void client.disconnect());
  await client.disconnect();
  cancel();
}
