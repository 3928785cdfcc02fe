/**
 * Fetches files that came with messages. Their addresses at Discord expire after about a day, so the message is
 * read anew for a fresh one; only Discord's own hosts are ever asked.
 */
import type { Readable } from 'node:stream';
import { request } from 'undici';
import type { InboundFile } from '../../store/journal.ts';
import { FileUnavailableError } from '../channel.ts';
import type { Api } from './api.ts';
import { readRef } from './file-ref.ts';
import { readRefusal } from './outcome.ts';

/** Where Discord keeps files; `DISCORD_API_URL` adds its own host for tests and proxies. */
const CDN_ORIGINS = ['https://cdn.discordapp.com', 'https://media.discordapp.net'] as const;

/** Without an answer, or a further piece of the file, for so long it is given up, milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
const BODY_TIMEOUT_MS = 30_000;

export type DownloadDeps = { api: Pick<Api, 'message'>; apiUrl: string };

/** @throws FileUnavailableError */
export async function openFile(
  deps: DownloadDeps,
  file: InboundFile,
  signal: AbortSignal,
): Promise<Readable> {
  const url = await lookUp(deps, file, signal);
  if (![...CDN_ORIGINS, new URL(deps.apiUrl).origin].includes(url.origin)) {
    throw new FileUnavailableError(`the file lies outside of Discord (${url.host})`);
  }
  return download(url, signal);
}

async function lookUp({ api }: DownloadDeps, { ref }: InboundFile, signal: AbortSignal): Promise<URL> {
  const place = readRef(ref);
  if (place === null) throw new FileUnavailableError('this is no file of Discord');
  try {
    const { attachments } = await api.message(place.channel, place.message, signal);
    const found = attachments.find(({ id }) => id === place.attachment);
    if (found !== undefined) return new URL(found.url);
  } catch (error) {
    throw new FileUnavailableError(readRefusal(error).reason, { cause: error });
  }
  throw new FileUnavailableError('the file was taken off its message');
}

async function download(url: URL, signal: AbortSignal): Promise<Readable> {
  const limits = { headersTimeout: HEADERS_TIMEOUT_MS, bodyTimeout: BODY_TIMEOUT_MS };
  const answer = await request(url, { ...limits, signal }).catch((cause: Error) => {
    throw new FileUnavailableError(`Discord cannot be reached: ${cause.message}`, { cause });
  });
  if (answer.statusCode === 200) return answer.body;
  await answer.body.dump();
  throw new FileUnavailableError(
    answer.statusCode === 404 || answer.statusCode === 403
      ? 'Discord no longer has the file'
      : `Discord answers ${answer.statusCode}`,
  );
}
