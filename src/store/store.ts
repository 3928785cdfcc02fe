/** The store as the rest sees it: typed tables to read from, and one door for writes. */
import { type Clock, systemClock } from '../clock.ts';
import { Changes } from './changes.ts';
import { DailyUsageRows } from './daily-usage.ts';
import { GroupCommit } from './group-commit.ts';
import { Groups } from './groups.ts';
import { Journal } from './journal.ts';
import { LightHistory } from './light-history.ts';
import { type Db, openStore, StoreOpenError } from './open.ts';
import { Outbox } from './outbox.ts';
import { Questions } from './questions.ts';
import { RoutingNotes } from './routing-notes.ts';
import { Talk } from './talk.ts';
import { Tasks } from './tasks.ts';
import { ThreadsDrafts } from './threads-drafts.ts';
import { ToolCalls } from './tool-calls.ts';
import { Turns } from './turns.ts';
import { UpkeepStates } from './upkeep-state.ts';

export type Store = ReturnType<typeof createStore>;

/** @throws StoreOpenError */
export function createStore(path: string, clock: Clock = systemClock) {
  const db = openStore(path);
  try {
    return openTables(db, clock);
  } catch (cause) {
    db.close();
    const reason = (cause as Error).message;
    throw new StoreOpenError(
      `store/messages.db does not have the tables it should have (${reason}): restore a backup`,
      { cause },
    );
  }
}

function openTables(db: Db, clock: Clock) {
  const commits = new GroupCommit(db, clock);
  return {
    db,
    groups: new Groups(db),
    journal: new Journal(db),
    changes: new Changes(db),
    questions: new Questions(db),
    turns: new Turns(db),
    outbox: new Outbox(db),
    tasks: new Tasks(db),
    lightHistory: new LightHistory(db),
    routingNotes: new RoutingNotes(db),
    talk: new Talk(db),
    toolCalls: new ToolCalls(db),
    upkeep: new UpkeepStates(db),
    dailyUsage: new DailyUsageRows(db),
    threadsDrafts: new ThreadsDrafts(db),
    /** Resolves once the work is durable; see group-commit.ts. */
    write: commits.write.bind(commits),
    /** Why nothing can be stored, in one line; null when all is well. */
    trouble: () => commits.trouble(),
    close: () => db.close(),
  };
}
