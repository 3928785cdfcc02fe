/**
 * Publishing on Threads: a container for the post, then its publication. The addresses hold the token, as that API wants
 * it, so no error of a request is ever repeated. Only the second call makes anything public.
 */
import * as z from 'zod';

const DEADLINE_MS = 15_000;

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
  /** @param baseUrl of the API, without a version */
  constructor(readonly baseUrl: string) {}

  async publish({ text, replyTo }: Post, token: string): Promise<PostEnd> {
    const reply = replyTo === null ? {} : { reply_to_id: replyTo };
    const made = await this.#ask('threads', { media_type: 'TEXT', text, ...reply }, token);
    if (made.kind !== 'id') return { kind: 'failed', reason: made.reason };
    const end = await this.#ask('threads_publish', { creation_id: made.id }, token);
    if (end.kind === 'id') return { kind: 'published', id: end.id };
    return { kind: end.kind === 'refused' ? 'failed' : 'unclear', reason: end.reason };
  }

  async #ask(call: string, fields: Record<string, string>, token: string): Promise<Answer> {
    const query = new URLSearchParams({ ...fields, access_token: token });
    const address = `${this.baseUrl.replace(/\/$/, '')}/v1.0/me/${call}?${query}`;
    try {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const answer = await fetch(address, { method: 'POST', redirect: 'manual', signal });
      return readAnswer(answer.status, await answer.text());
    } catch {
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
