/**
 * Delivers notices in order, each through the first webhook that takes it, until it is delivered or refused by all
 * for good. The spool is on disk before a request goes out, so a restarted supervisor goes on where this one ended.
 *
 * Invariant: one request for a notice at a time; a repeat whose first delivery may have arrived says so.
 */
import type { PageNotice, PageProgress } from '../../contracts/action.ts';
import type { Clock } from '../../supervisor/ports/clock.ts';
import type { DurableFile, Log } from '../../supervisor/ports/records.ts';
import type { Report } from '../../supervisor/ports/report.ts';
import type { LivePager } from '../../supervisor/ports/tools.ts';
import { type Round, runRound } from './deliver.ts';
import type { Webhook } from './post.ts';
import { ProgressEditor } from './progress-editor.ts';
import { ROUTE_TITLES, type RouteName, routesFor, type Webhooks } from './routes.ts';
import {
  accept,
  begin,
  countRound,
  deliveredOf,
  finish,
  giveUp,
  type Spool,
  setUnclear,
  type Waiting,
} from './spool.ts';
import { loadSpool, saveSpool } from './spool-file.ts';
import { type MessageContext, writeEdit, writeMessage } from './write-message.ts';

/** First wait after a failed round, and the longest; doubled in between. */
const RETRY_MS = 1000;
const RETRY_LONGEST_MS = 5 * 60_000;
const NO_WEBHOOK = 'no pager configured: set DISCORD_WEBHOOK_URL in .env';

export type PagerParts = {
  /** Asked before each delivery: a webhook put into `.env` counts at once. */
  webhooks: () => Webhooks;
  context: (incident: string) => Omit<MessageContext, 'maybeRepeated'>;
  webhook: Webhook;
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
  /** Until when a route asks to be left alone, steady clock. */
  #blocked = new Map<RouteName, number>();
  readonly #editor: ProgressEditor;

  constructor(readonly parts: PagerParts) {
    const { clock, file, log } = parts;
    this.#spool = loadSpool(file, log);
    this.#editor = new ProgressEditor({ clock, edit: (progress) => this.#edit(progress) });
  }

  /** Takes up what a former supervisor left. */
  start(): void {
    void this.#pump();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRetry?.();
    this.#editor.stop();
  }

  send(notice: PageNotice): void {
    if (this.#routes(notice.incident).length === 0 && notice.kind !== 'resolved') {
      return this.#report(notice, false, NO_WEBHOOK);
    }
    const { spool, dropped } = accept(this.#spool, notice);
    this.#keep(spool);
    for (const one of dropped.filter(({ kind }) => kind !== 'resolved'))
      this.#report(one, false, 'not delivered before there was newer word; dropped');
    void this.#pump();
  }

  progress(progress: PageProgress): void {
    this.#editor.want(progress);
  }

  #routes(incident: string) {
    return routesFor(this.parts.webhooks(), deliveredOf(this.#spool, incident)?.last ?? null);
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

  async #deliver({ notice, attempts, unclear }: Waiting): Promise<void> {
    const { clock, context, webhook } = this.parts;
    const routes = this.#routes(notice.incident);
    if (routes.length === 0) return this.#giveUp(notice, NO_WEBHOOK);
    let maybeRepeated = unclear;
    const round = await runRound({
      routes,
      blockedMs: (name) => (this.#blocked.get(name) ?? 0) - clock.now().mono,
      block: (name, ms) => this.#blocked.set(name, clock.now().mono + ms),
      onBegin: () => this.#keep(begin(this.#spool)),
      onUnclear: (now) => {
        maybeRepeated ||= now;
        this.#keep(setUnclear(this.#spool, maybeRepeated));
      },
      post: (route) => {
        const message = writeMessage(notice, route, { ...context(notice.incident), maybeRepeated });
        return webhook.post(route.address, message, route.platform === 'discord');
      },
    });
    this.#settle(notice, attempts, round);
  }

  #settle(notice: PageNotice, attempts: number, round: Round): void {
    switch (round.kind) {
      case 'delivered':
        this.#keep(finish(this.#spool, round.route, round.messageId));
        this.#editor.poke();
        return this.#report(notice, true, `delivered to ${ROUTE_TITLES[round.route]}`);
      case 'refused':
        return this.#giveUp(notice, `refused (${round.reason})`);
      case 'retry':
        return this.#retry(notice, attempts, round);
    }
  }

  #giveUp(notice: PageNotice, detail: string): void {
    this.#keep(giveUp(this.#spool));
    this.#report(notice, false, detail);
  }

  #retry(notice: PageNotice, attempts: number, round: Extract<Round, { kind: 'retry' }>): void {
    this.#keep(countRound(this.#spool));
    const wait = round.afterMs ?? Math.min(RETRY_LONGEST_MS, RETRY_MS * 2 ** attempts);
    if (attempts === 0)
      this.#report(notice, false, `not delivered yet (${round.reason}); it will be tried again`);
    this.#cancelRetry = this.parts.clock.after(wait, () => {
      this.#cancelRetry = null;
      void this.#pump();
    });
  }

  /** Null when there is no message to edit. */
  async #edit(progress: PageProgress) {
    const { context, webhook } = this.parts;
    const first = deliveredOf(this.#spool, progress.incident)?.first ?? null;
    const route = first && this.#routes(progress.incident).find(({ name }) => name === first.route);
    if (first === null || !route) return null;
    const change = writeEdit(first.notice, progress, {
      ...context(progress.incident),
      maybeRepeated: false,
    });
    return webhook.edit(route.address, first.messageId, change);
  }
}
