/**
 * Which credential reaches the model, exactly one: the subscription's OAuth token while it is valid, else the
 * prepaid key, else none. Read again whenever the file changes, so a new sign-in needs no restart.
 */
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';

export type Credential =
  | { kind: 'oauth'; value: string; expiresAt: number }
  | { kind: 'api_key'; value: string }
  /** There is a subscription, but its token has run out. The scripted model must not stand in for it. */
  | { kind: 'expired' }
  | { kind: 'none' };

/** Shape of `~/.claude/.credentials.json` as Claude Code writes it; `expiresAt` in milliseconds since the epoch. */
const fileSchema = z.object({
  claudeAiOauth: z.object({ accessToken: z.string().min(1), expiresAt: z.number() }),
});

export class Credentials {
  #mtimeMs = -1;
  #oauth: { value: string; expiresAt: number } | null = null;

  constructor(readonly options: { path: string; fallbackKey: string | undefined; now(): number }) {}

  current(): Credential {
    this.#readFile();
    if (this.#oauth && this.#oauth.expiresAt > this.options.now()) return { kind: 'oauth', ...this.#oauth };
    if (this.options.fallbackKey) return { kind: 'api_key', value: this.options.fallbackKey };
    return { kind: this.#oauth ? 'expired' : 'none' };
  }

  #readFile(): void {
    try {
      const { mtimeMs } = statSync(this.options.path);
      if (mtimeMs === this.#mtimeMs) return;
      const { accessToken, expiresAt } = fileSchema.parse(
        JSON.parse(readFileSync(this.options.path, 'utf8')),
      ).claudeAiOauth;
      this.#oauth = { value: accessToken, expiresAt };
      this.#mtimeMs = mtimeMs;
    } catch (error) {
      // Removed = signed out. Half-written by another program = what was known counts until it is whole.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#oauth = null;
      this.#mtimeMs = -1;
    }
  }
}
