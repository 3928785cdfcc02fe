/**
 * Delivers notices in order through one webhook, until each is delivered or refused for good. The spool is on disk
 * before a request goes out, so a restarted supervisor goes on where this one ended.
 */
import type { PageNotice } from '../../contracts/action.ts';
import type { Clock } from '../../supervisor/ports/clock.ts';
import type { DurableFile, Log } from '../../supervisor/ports/records.ts';
import type { Report } from '../../supervisor/ports/report.ts';
import type { LivePager } from '../../supervisor/ports/tools.ts';
import { buildMessage, type EmbedContext } from './embed.ts';
import type { PostMessage, PostResult } from './post.ts';
import { accept, begin, finish, retryLater, type Spool, type Waiting } from './spool.ts';
import { loadSpool, saveSpool } from './spool-file.ts';

/** First wait after a failed delivery, and the longest; doubled in between. */
const RETRY_MS = 1000;
const RETRY_LONGEST_MS = 5 * 60_000;

export type PagerSettings = { webhook: string | null } & Pick<
  EmbedContext,
  'language' | 'timeZone' | 'mention'
>;

export type PagerParts = {
  settings: () => PagerSettings;
  recordPath: (incident: string) => string;
  post: PostMessage;
  clock: Clock;
  file: DurableFile;
  log: Log;
  report: (event: Report) => void;
};

export class WebhookPager implements LivePager {
  #spool: Spool;
  #sending = false;
  #stopped = false;
  #cancelRetry: (() => void) | null = null;

  constructor(readonly parts: PagerParts) {
    this.#spool = loadSpool(parts.file, parts.log);
  }

  /** Takes up what a former supervisor left. */
  start(): void {
    void this.#pump();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRetry?.();
  }

  send(notice: PageNotice): void {
    if (this.parts.settings().webhook === null && notice.kind !== 'resolved') {
      return this.#report(notice, false, 'no pager configured: set DISCORD_WEBHOOK_URL in .env');
    }
    const { spool, dropped } = accept(this.#spool, notice);
    this.#keep(spool);
    const page = dropped.find(({ kind }) => kind !== 'resolved');
    if (page) this.#report(page, false, 'not delivered before the incident was over; dropped');
    void this.#pump();
  }

  /** Where the text of a sent message cannot be changed, the next message tells. */
  progress(): void {
    return;
  }

  #report({ incident, kind }: PageNotice, ok: boolean, detail: string): void {
    this.parts.report({ kind: 'page_result', incident, page: kind, ok, detail });
  }

  #keep(spool: Spool): void {
    if (spool === this.#spool) return;
    this.#spool = spool;
    saveSpool(this.parts.file, spool, this.parts.log);
  }

  async #pump(): Promise<void> {
    if (this.#sending || this.#cancelRetry !== null) return;
    this.#sending = true;
    try {
      for (let first = this.#next(); first; first = this.#next()) await this.#deliver(first);
    } finally {
      this.#sending = false;
    }
  }

  #next(): Waiting | undefined {
    return this.#stopped || this.#cancelRetry !== null ? undefined : this.#spool.waiting[0];
  }

  async #deliver({ notice, unclear }: Waiting): Promise<void> {
    const { webhook, ...texts } = this.parts.settings();
    if (webhook === null) return this.#giveUp(notice, 'no pager configured: set DISCORD_WEBHOOK_URL in .env');
    this.#keep(begin(this.#spool));
    const recordPath = this.parts.recordPath(notice.incident);
    const message = buildMessage(notice, { ...texts, recordPath, maybeRepeated: unclear });
    this.#settle(notice, unclear, await this.parts.post(webhook, message));
  }

  #settle(notice: PageNotice, unclear: boolean, result: PostResult): void {
    switch (result.kind) {
      case 'delivered':
        this.#keep(finish(this.#spool, result.messageId));
        return this.#report(notice, true, 'delivered to Discord');
      case 'refused':
        return this.#giveUp(notice, `refused by Discord: ${result.reason}`);
      case 'retry':
        return this.#retry(notice, unclear || result.unclear, result);
    }
  }

  #giveUp(notice: PageNotice, detail: string): void {
    this.#keep(finish(this.#spool, undefined));
    this.#report(notice, false, detail);
  }

  #retry(notice: PageNotice, unclear: boolean, result: Extract<PostResult, { kind: 'retry' }>): void {
    const attempts = this.#spool.waiting[0]?.attempts ?? 0;
    this.#keep(retryLater(this.#spool, unclear));
    const wait = result.afterMs ?? Math.min(RETRY_LONGEST_MS, RETRY_MS * 2 ** attempts);
    if (attempts === 0)
      this.#report(notice, false, `not delivered yet (${result.reason}); it will be tried again`);
    this.#cancelRetry = this.parts.clock.after(wait, () => {
      this.#cancelRetry = null;
      void this.#pump();
    });
  }
}
