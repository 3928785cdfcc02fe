/**
 * Publishing on Threads: a container for the post, then its publication. Only the second call makes anything public.
 * Both go through the broker, which puts the token in.
 */
import * as z from 'zod';
import type { ThreadsCall, ThreadsReply } from '../../broker/threads-call.ts';

export type Post = { text: string; replyTo: string | null };

export type PostEnd =
  | { kind: 'published'; id: string }
  /** Nothing was made public. */
  | { kind: 'failed'; reason: string }
  /** The request to publish went out and nobody said what became of it. */
  | { kind: 'unclear'; reason: string };

type Answer = { kind: 'id'; id: string } | { kind: 'refused' | 'unclear'; reason: string };

const idSchema = z.object({ id: z.string().min(1) });

export class ThreadsPosts {
  constructor(readonly call: (call: ThreadsCall) => Promise<ThreadsReply>) {}

  async publish(group: string, { text, replyTo }: Post): Promise<PostEnd> {
    const reply = replyTo === null ? {} : { reply_to_id: replyTo };
    const made = await this.#ask(group, 'threads', { media_type: 'TEXT', text, ...reply });
    if (made.kind !== 'id') return { kind: 'failed', reason: made.reason };
    const end = await this.#ask(group, 'threads_publish', { creation_id: made.id });
    if (end.kind === 'id') return { kind: 'published', id: end.id };
    return { kind: end.kind === 'refused' ? 'failed' : 'unclear', reason: end.reason };
  }

  async #ask(group: string, call: string, fields: Record<string, string>): Promise<Answer> {
    const reply = await this.call({ group, path: `/v1.0/me/${call}`, fields });
    switch (reply.kind) {
      case 'answered':
        return readAnswer(reply.status, reply.text);
      case 'refused':
        return reply;
      case 'lost':
        return { kind: 'unclear', reason: 'the Threads API did not answer' };
    }
  }
}

/** A refusal is a 4xx: with a 5xx the API may have done it. */
function readAnswer(status: number, text: string): Answer {
  const id = status === 200 ? idSchema.safeParse(parseJson(text)) : null;
  if (id?.success) return { kind: 'id', id: id.data.id };
  const reason = `the Threads API answered HTTP ${status}`;
  return { kind: status >= 400 && status < 500 ? 'refused' : 'unclear', reason };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // its status tells what is to be told
  }
}
