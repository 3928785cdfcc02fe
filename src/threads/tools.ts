/** The tools with which the agents of a Threads group draft and publish; what is refused is told to the agent. */
import type * as z from 'zod';
import type { hostToolArgs } from '../../contracts/host-tools.ts';
import type { Publishing } from './publishing.ts';

type DraftArgs = z.infer<typeof hostToolArgs.threads_draft>;
type PublishArgs = z.infer<typeof hostToolArgs.threads_publish>;

export function createThreadsTools<Call extends { folder: string; jid: string }>(
  publishing: Publishing,
  /** Sends a message to the chat of the call, inside a write. */
  send: (call: Call, body: string) => void,
) {
  return {
    async threads_draft({ text, reply_to }: DraftArgs, call: Call) {
      publishing.assertAllowed(call.folder);
      return () => {
        const draft = { jid: call.jid, text, replyTo: reply_to ?? null };
        const { number, shown, goAhead } = publishing.draft(call.folder, draft);
        send(call, shown);
        return { draft: number, shown_to_the_chat: true, waits_for: goAhead };
      };
    },
    async threads_publish({ draft }: PublishArgs, call: Call) {
      publishing.assertAllowed(call.folder);
      const id = await publishing.publish(call.folder, draft);
      return () => ({ published: id });
    },
  };
}
