/** Opens files that people sent. Whatever goes wrong becomes a reason that a person understands. */
import type { Readable } from 'node:stream';
import type { InboundFile } from '../../store/journal.ts';
import { FileUnavailableError } from '../channel.ts';
import { describeFailure, type Failure, SlackCallError } from './failure.ts';
import type { FileApi, FileInfo } from './file-api.ts';
import { type Answer, ForeignAddressError, type SlackWeb } from './web.ts';

/** Slack's codes for a file that is no longer there, from its reference of files.info. */
const GONE: ReadonlySet<string> = new Set(['file_not_found', 'file_deleted', 'not_visible']);

export class Downloads {
  constructor(
    readonly api: FileApi,
    readonly web: SlackWeb,
    readonly token: string,
  ) {}

  /** @throws FileUnavailableError */
  async open(file: InboundFile, signal: AbortSignal): Promise<Readable> {
    try {
      const info = await this.api.info(file.ref);
      if (info.url === null) throw new FileUnavailableError('Slack keeps no content of it');
      const answer = await this.web.get(info.url, this.token, signal);
      const refusal = refusalOf(answer, info);
      if (refusal === null) return answer.body;
      await answer.body.dump();
      throw new FileUnavailableError(refusal);
    } catch (error) {
      if (error instanceof FileUnavailableError) throw error;
      throw new FileUnavailableError(reasonOf(error), { cause: error });
    }
  }
}

/**
 * Why an answer is not the file; null when it is. To a token it does not accept, Slack shows its sign-in page with
 * status 200: an HTML page is the file only when the file is one and comes as an attachment.
 */
export function refusalOf(
  { statusCode, headers }: Pick<Answer, 'statusCode' | 'headers'>,
  { mimetype }: Pick<FileInfo, 'mimetype'>,
): string | null {
  if (statusCode === 404 || statusCode === 410) return 'it is no longer there';
  if (statusCode !== 200) return `Slack answered HTTP ${statusCode}`;
  const isPage = String(headers['content-type'] ?? '').startsWith('text/html');
  const isAttachment = String(headers['content-disposition'] ?? '').startsWith('attachment');
  if (!isPage || (isAttachment && mimetype === 'text/html')) return null;
  return 'Slack asks for a sign-in; the Slack app may lack the scope files:read';
}

function reasonOf(error: unknown): string {
  if (error instanceof SlackCallError) return refusedReason(error.failure);
  if (error instanceof ForeignAddressError) return `it is kept outside of Slack (${error.message})`;
  return `Slack did not hand it over (${(error as Error).message})`;
}

function refusedReason(failure: Failure): string {
  if (failure.kind !== 'refused') return describeFailure(failure);
  if (GONE.has(failure.code)) return 'it is no longer there';
  if (failure.code === 'missing_scope')
    return `the Slack app lacks the scope ${failure.needed ?? 'files:read'}`;
  return `Slack refuses it (${failure.code})`;
}
