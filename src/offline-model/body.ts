/** Reading a Messages request off the wire, within bounds. */
import type { IncomingMessage } from 'node:http';
import { BODY_LIMIT, BodyTooLargeError } from '../../broker/bounded-body.ts';
import { type MessagesRequest, messagesRequestSchema } from './request.ts';

/** The body is no Messages request; the message says what is wrong with it, without quoting it. */
export class BadRequestError extends Error {
  readonly code = 'BAD_REQUEST';
}

/** @throws BodyTooLargeError past the limit; the stream's error when the client leaves. */
export async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let held = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    held += chunk.length;
    if (held > BODY_LIMIT) throw new BodyTooLargeError(BODY_LIMIT);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws BadRequestError */
export function parseMessagesRequest(text: string): MessagesRequest {
  const parsed = messagesRequestSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BadRequestError(`${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'not valid'}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadRequestError('The body is not valid JSON.', { cause });
  }
}
