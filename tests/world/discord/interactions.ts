/** Commands and buttons people use, and what the bot answered to each. */
import { randomUUID } from 'node:crypto';

/** Discord's reference: an interaction must be answered within three seconds; its token lives for 15 minutes. */
const ANSWER_WITHIN_MS = 3000;
const TOKEN_LIFE_MS = 15 * 60_000;

export type Interaction = {
  id: string;
  token: string;
  name: string;
  chat: string;
  user: string;
  at: number;
  /** Kind of the first answer, as Discord numbers them; null while there is none. */
  answeredWith: number | null;
  /** Whether the answer that was promised is for one person only. */
  isPrivate: boolean;
  /** Message id of the first answer, once there is one. */
  original: string | null;
};

export class Interactions {
  readonly all: Interaction[] = [];

  constructor(readonly now: () => number) {}

  add(given: Pick<Interaction, 'id' | 'name' | 'chat' | 'user'>): Interaction {
    const fresh = {
      token: randomUUID(),
      at: this.now(),
      answeredWith: null,
      isPrivate: false,
      original: null,
    };
    const interaction: Interaction = { ...given, ...fresh };
    this.all.push(interaction);
    return interaction;
  }

  /** Undefined when it is unknown or too late for a first answer. */
  unanswered(id: string, token: string): Interaction | undefined {
    const found = this.all.find((one) => one.id === id && one.token === token);
    return found && this.now() - found.at <= ANSWER_WITHIN_MS ? found : undefined;
  }

  /** Undefined when the token is unknown or has run out. */
  byToken(token: string): Interaction | undefined {
    const found = this.all.find((one) => one.token === token);
    return found && this.now() - found.at <= TOKEN_LIFE_MS ? found : undefined;
  }
}
