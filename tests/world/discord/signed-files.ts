/** Addresses of attachments as Discord makes them: signed, and of no use after a day. */
import { createHash } from 'node:crypto';
import type { Answer } from '../shared/serve.ts';
import type { DiscordFile } from './record.ts';
import type { DiscordStore } from './store.ts';

const LIFE_SECONDS = 24 * 3600;

export class SignedFiles {
  /** Part of every signature: another one, and no address given out before is good any more. */
  #generation = 0;

  constructor(
    readonly now: () => number,
    readonly base: () => string,
  ) {}

  /** A day is over for all addresses given out. */
  expire(): void {
    this.#generation += 1;
  }

  url(chat: string, file: DiscordFile): string {
    const path = `/attachments/${chat}/${file.id}/${encodeURIComponent(file.name)}`;
    const issued = Math.floor(this.now() / 1000);
    const [is, ex] = [issued, issued + LIFE_SECONDS].map((seconds) => seconds.toString(16));
    return `${this.base()}${path}?ex=${ex}&is=${is}&hm=${this.#sign(path, `${ex}${is}`)}`;
  }

  fetch(store: DiscordStore, path: string, query: URLSearchParams): Answer {
    const [ex, is] = [query.get('ex') ?? '', query.get('is') ?? ''];
    const isGood = query.get('hm') === this.#sign(path, `${ex}${is}`);
    if (!isGood || Number.parseInt(ex, 16) * 1000 < this.now()) return NO_LONGER;
    const [, , chat, id] = path.split('/');
    const files = store.messages.filter((one) => one.chat === chat && one.deletedAt === null);
    const found = files.flatMap((one) => one.files).find((one) => one.id === id);
    if (found === undefined) return NO_LONGER;
    return { status: 200, headers: { 'content-type': found.type }, body: found.bytes };
  }

  #sign(path: string, times: string): string {
    return createHash('sha256').update(`${this.#generation}${path}${times}`).digest('hex');
  }
}

/** Discord's words. */
const NO_LONGER: Answer = { status: 404, body: 'This content is no longer available.' };
