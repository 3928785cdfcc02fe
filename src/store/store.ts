/** The store as the rest sees it: typed tables to read from, and one door for writes. */
import { Changes } from './changes.ts';
import { DailyUsageRows } from './daily-usage.ts';
import { GroupCommit } from './group-commit.ts';
import { Groups } from './groups.ts';
import { Journal } from './journal.ts';
import { LightHistory } from './light-history.ts';
import { type Db, openStore, StoreOpenError } from './open.ts';
import { Outbox } from './outbox.ts';
import { Questions } from './questions.ts';
import { Talk } from './talk.ts';
import { Tasks } from './tasks.ts';
import { ToolCalls } from './tool-calls.ts';
import { Turns } from './turns.ts';
import { UpkeepStates } from './upkeep-state.ts';

export type Store = ReturnType<typeof createStore>;

/** @throws StoreOpenError */
export function createStore(path: string) {
  const db = openStore(path);
  try {
    return openTables(db);
  } catch (cause) {
    db.close();
    const reason = (cause as Error).message;
    throw new StoreOpenError(
      `store/messages.db does not have the tables it should have (${reason}): restore a backup`,
      { cause },
    );
  }
}

function openTables(db: Db) {
  const commits = new GroupCommit(db);
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
    talk: new Talk(db),
    toolCalls: new ToolCalls(db),
    upkeep: new UpkeepStates(db),
    dailyUsage: new DailyUsageRows(db),
    /** Resolves once the work is durable; see group-commit.ts. */
    write: commits.write.bind(commits),
    lastError: () => commits.lastError,
    close: () => db.close(),
  };
}
