/** What is used of Bolt, name by name: a CommonJS package bundled into a piece of its own has no names by itself. */
export { SocketModeReceiver, webApi } from '@slack/bolt';
