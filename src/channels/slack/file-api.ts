/** The methods of Slack's Web API for files. Each may throw SlackCallError. */
import type { webApi } from '@slack/bolt';
import type { Calls } from './calls.ts';

export type FileInfo = {
  /** Where its content is; null when Slack keeps none. */
  url: string | null;
  /** Empty as long as Slack is still looking at it. */
  mimetype: string;
};

export type Sharing = {
  file: string;
  title: string;
  channel: string;
  thread: string | null;
  /** In Slack's markup; may be empty. */
  comment: string;
};

export class FileApi {
  readonly #client: webApi.WebClient;

  constructor(readonly calls: Calls) {
    this.#client = calls.client;
  }

  async info(file: string): Promise<FileInfo> {
    const answer = await this.calls.make('files.info', () => this.#client.files.info({ file }));
    const { url_private_download, url_private, mimetype = '' } = answer.file ?? {};
    return { url: url_private_download ?? url_private ?? null, mimetype };
  }

  /** Nobody sees anything of this yet. */
  async announce(filename: string, length: number): Promise<{ id: string; url: string }> {
    const { file_id = '', upload_url = '' } = await this.calls.make('files.getUploadURLExternal', () =>
      this.#client.files.getUploadURLExternal({ filename, length }),
    );
    return { id: file_id, url: upload_url };
  }

  /** Brings an uploaded file into its chat. Slack shows it there a little later than it answers. */
  async share({ file, title, channel, thread, comment }: Sharing): Promise<void> {
    const files: [{ id: string; title: string }] = [{ id: file, title }];
    const said = comment === '' ? {} : { initial_comment: comment };
    const place = thread === null ? { channel_id: channel } : { channel_id: channel, thread_ts: thread };
    await this.calls.make('files.completeUploadExternal', () =>
      this.#client.files.completeUploadExternal({ files, ...place, ...said }),
    );
  }
}
