/** Slash commands as Slack sends them, and what they mean. Pure. */
import * as z from 'zod';
import { type CommandName, parseCommand } from '../../commands/parse.ts';

export type SlashCommand = {
  jid: string;
  user: string;
  /** In Slack's markup. */
  text: string;
  /** Names this one use of the command. */
  triggerId: string;
  /** Takes further answers for half an hour. */
  responseUrl: string;
};

export type Meaning = { kind: 'command'; name: CommandName } | { kind: 'question'; text: string };

const schema = z.object({
  command: z.string(),
  text: z.string().default(''),
  channel_id: z.string(),
  user_id: z.string(),
  trigger_id: z.string(),
  response_url: z.string(),
});

/** Null for any other envelope. What the command is called is the workspace's choice. */
export function slashCommandOf(body: unknown): SlashCommand | null {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return null;
  const { text, channel_id: jid, user_id: user, trigger_id, response_url } = parsed.data;
  return { jid, user, text: text.trim(), triggerId: trigger_id, responseUrl: response_url };
}

/** `ask` says that a question follows, for questions that look like a command; everything unknown is one anyway. */
export function meaningOf(text: string): Meaning {
  const asked = /^(?:ask|질문)\s+(\S[\s\S]*)$/i.exec(text)?.[1];
  if (asked !== undefined) return { kind: 'question', text: asked };
  const name = parseCommand(text === '' ? 'help' : text);
  return name === null ? { kind: 'question', text } : { kind: 'command', name };
}

/** A question as everybody in the chat sees it: no text of a person calls the whole channel through us. */
export function echoOf(text: string): string {
  return text.replaceAll('<!', '&lt;!');
}
