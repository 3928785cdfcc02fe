/**
 * What each group has used today: model tokens, what they cost, bytes to and from the internet. A day is a local
 * date; a new one begins at nothing. Kept in the store, so that a restart gives nobody a second budget.
 */
import type { ContainerConfig } from '../../contracts/container-config.ts';

export type Usage = { usd: number; tokens: number; bytes: number };

export type UsageRows = {
  /** The stored text; null when there is none. */
  get(folder: string): string | null;
  /** Keeps it, soon. Never throws: a disk that takes nothing now must not stop an answer. */
  put(folder: string, text: string): void;
};

export type DailyUsageOptions = {
  rows: UsageRows;
  /** Wall clock, milliseconds. */
  now(): number;
  timeZone: string;
};

const NOTHING: Usage = { usd: 0, tokens: 0, bytes: 0 };
const MINUTE_MS = 60_000;

export class DailyUsage {
  readonly #known = new Map<string, Usage & { day: string }>();
  readonly #format: Intl.DateTimeFormat;
  /** Dates are costly to tell, and asked for with every chunk: time zones change them on full minutes. */
  #date = { minute: Number.NaN, day: '' };

  constructor(readonly options: DailyUsageOptions) {
    this.#format = new Intl.DateTimeFormat('en-CA', { timeZone: options.timeZone });
  }

  today(folder: string): Usage {
    const day = this.#day();
    const known = this.#known.get(folder) ?? read(this.options.rows.get(folder));
    const usage = known?.day === day ? known : { ...NOTHING, day };
    this.#known.set(folder, usage);
    return usage;
  }

  /** Counts at once; what is counted is kept over a restart from the next `save` on. */
  add(folder: string, more: Partial<Usage>): void {
    const { usd, tokens, bytes } = this.today(folder);
    this.#known.set(folder, {
      day: this.#day(),
      usd: usd + (more.usd ?? 0),
      tokens: tokens + (more.tokens ?? 0),
      bytes: bytes + (more.bytes ?? 0),
    });
  }

  save(folder: string): void {
    const { usd, tokens, bytes } = this.today(folder);
    this.options.rows.put(folder, JSON.stringify({ day: this.#day(), usd, tokens, bytes }));
  }

  #day(): string {
    const now = this.options.now();
    const minute = Math.floor(now / MINUTE_MS);
    if (minute !== this.#date.minute) this.#date = { minute, day: this.#format.format(now) };
    return this.#date.day;
  }
}

/** A row that can't be read counts as none. */
function read(text: string | null): (Usage & { day: string }) | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const figure = (name: string) => {
      const found: unknown = Reflect.get(value, name);
      return typeof found === 'number' && found >= 0 ? found : 0;
    };
    const day: unknown = Reflect.get(value, 'day');
    return { day: String(day), usd: figure('usd'), tokens: figure('tokens'), bytes: figure('bytes') };
  } catch {
    return null; // damaged: the day's count is lost, the day goes on
  }
}

/** Why a group may ask no model any more today; null while it may. */
export function whySpent(
  usage: Usage,
  { usdPerDay, tokensPerDay }: ContainerConfig['budget'],
): string | null {
  if (usdPerDay !== null && usage.usd >= usdPerDay) return spent(`$${usdPerDay}`, 'usdPerDay');
  if (tokensPerDay !== null && usage.tokens >= tokensPerDay)
    return spent(`${tokensPerDay} tokens`, 'tokensPerDay');
  return null;
}

function spent(limit: string, setting: string): string {
  const change = `An operator can change budget.${setting}: nanoclaw groups add CHAT --config FILE.json`;
  return `This group has used its budget of today, ${limit}. ${change}`;
}
