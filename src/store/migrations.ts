/**
 * The schema, one entry a version, applied in order inside one transaction each. Table and column names are part
 * of the operator's contract (documented `sqlite3` queries use them). An entry that has been released is never changed.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE chats (
    jid TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    channel TEXT NOT NULL,
    is_group INTEGER NOT NULL,
    last_message_time TEXT NOT NULL
  );

  -- The inbound journal. Order is the row sequence, never the timestamp.
  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    chat_jid TEXT NOT NULL REFERENCES chats(jid),
    thread TEXT,
    sender TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    content TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    is_from_me INTEGER NOT NULL DEFAULT 0,
    is_bot_message INTEGER NOT NULL DEFAULT 0,
    -- 1 when the message asks the assistant, by the rules at the time it came
    asks INTEGER NOT NULL,
    UNIQUE (chat_jid, id)
  );
  CREATE INDEX messages_by_chat ON messages (chat_jid, seq);
  CREATE INDEX messages_asking ON messages (chat_jid, seq) WHERE asks = 1;

  CREATE TABLE registered_groups (
    jid TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    folder TEXT NOT NULL,
    trigger_pattern TEXT,
    added_at TEXT NOT NULL,
    container_config TEXT,
    requires_trigger INTEGER NOT NULL DEFAULT 1
  );

  CREATE TABLE sessions (
    group_folder TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    last_assistant TEXT
  );

  -- Cursors (\`cursor:<jid>\` = last message a finished turn has taken) and other small state.
  CREATE TABLE router_state (key TEXT PRIMARY KEY, value TEXT NOT NULL);

  CREATE TABLE turns (
    id TEXT PRIMARY KEY,
    group_folder TEXT NOT NULL,
    chat_jid TEXT NOT NULL,
    thread TEXT,
    state TEXT NOT NULL CHECK (state IN ('running', 'answered', 'failed')),
    from_seq INTEGER NOT NULL,
    -- last message the agent has truly taken in; grows with follow-ups
    upto_seq INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    error_code TEXT
  );
  -- a group has at most one
  CREATE UNIQUE INDEX turns_running ON turns (group_folder) WHERE state = 'running';

  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    turn_id TEXT NOT NULL REFERENCES turns(id),
    ordinal INTEGER NOT NULL,
    chat_jid TEXT NOT NULL,
    thread TEXT,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'unclear', 'undeliverable')),
    attempts INTEGER NOT NULL DEFAULT 0,
    first_try_at INTEGER,
    created_at INTEGER NOT NULL,
    sent_at INTEGER,
    receipt TEXT,
    reason TEXT
  );
  CREATE INDEX outbox_open ON outbox (chat_jid, seq) WHERE state IN ('pending', 'sending', 'unclear');
  CREATE INDEX outbox_by_turn ON outbox (turn_id, ordinal);

  -- Host tool calls that had an effect: the same key again returns the record.
  CREATE TABLE tool_calls (
    group_folder TEXT NOT NULL,
    session_id TEXT NOT NULL,
    id TEXT NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (group_folder, session_id, id)
  );

  CREATE TABLE scheduled_tasks (
    id TEXT PRIMARY KEY,
    group_folder TEXT NOT NULL,
    chat_jid TEXT NOT NULL,
    prompt TEXT NOT NULL,
    schedule_type TEXT NOT NULL,
    schedule_value TEXT NOT NULL,
    context_mode TEXT NOT NULL DEFAULT 'isolated',
    next_run TEXT,
    last_run TEXT,
    last_result TEXT,
    status TEXT NOT NULL DEFAULT 'active',
    created_at TEXT NOT NULL
  );
  CREATE TABLE task_run_logs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id TEXT NOT NULL REFERENCES scheduled_tasks(id),
    run_at TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    status TEXT NOT NULL,
    result TEXT,
    error TEXT
  );

  -- The local chat is a platform of its own: this is its record, not a copy of ours.
  CREATE TABLE local_messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    chat TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    id TEXT NOT NULL,
    answers TEXT NOT NULL,
    sender TEXT NOT NULL,
    text TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (chat, direction, id)
  );
  `,
  `
  ALTER TABLE messages ADD COLUMN files TEXT;
  ALTER TABLE messages ADD COLUMN edited_at INTEGER;
  -- answered without a model, and no part of any prompt
  ALTER TABLE messages ADD COLUMN is_command INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE messages ADD COLUMN is_deleted INTEGER NOT NULL DEFAULT 0;

  -- JSON array of platform ids; null = everybody in the chat may ask
  ALTER TABLE registered_groups ADD COLUMN allowed_senders TEXT;
  ALTER TABLE registered_groups ADD COLUMN bots TEXT NOT NULL DEFAULT 'ignore';

  ALTER TABLE outbox ADD COLUMN file TEXT;

  -- One more state, why a person wanted it ended, how often it failed: a CHECK can only be changed by making the table anew.
  CREATE TABLE turns_new (
    id TEXT PRIMARY KEY,
    group_folder TEXT NOT NULL,
    chat_jid TEXT NOT NULL,
    thread TEXT,
    state TEXT NOT NULL CHECK (state IN ('running', 'answered', 'failed', 'stopped')),
    stop TEXT CHECK (stop IN ('withdrawn', 'stop', 'reset')),
    from_seq INTEGER NOT NULL,
    upto_seq INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- attempts that came to nothing by themselves; one that our own restart cut off is none
    failures INTEGER NOT NULL DEFAULT 0,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    error_code TEXT
  );
  INSERT INTO turns_new (id, group_folder, chat_jid, thread, state, from_seq, upto_seq, attempts, started_at, ended_at, error_code)
    SELECT id, group_folder, chat_jid, thread, state, from_seq, upto_seq, attempts, started_at, ended_at, error_code FROM turns;
  DROP TABLE turns;
  ALTER TABLE turns_new RENAME TO turns;
  CREATE UNIQUE INDEX turns_running ON turns (group_folder) WHERE state = 'running';
  `,
  `
  -- where a task's answers go, and what it has been through
  ALTER TABLE scheduled_tasks ADD COLUMN thread TEXT;
  -- null = the installation's
  ALTER TABLE scheduled_tasks ADD COLUMN time_zone TEXT;
  ALTER TABLE scheduled_tasks ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX scheduled_tasks_due ON scheduled_tasks (next_run) WHERE status = 'active';

  -- the time on the schedule that a run stands for; null when a person asked for it
  ALTER TABLE task_run_logs ADD COLUMN due_at TEXT;
  CREATE UNIQUE INDEX task_runs_once ON task_run_logs (task_id, due_at);
  CREATE INDEX task_runs_by_task ON task_run_logs (task_id);
  CREATE INDEX task_runs_queued ON task_run_logs (id) WHERE status = 'queued';
  CREATE INDEX task_runs_open ON task_run_logs (task_id) WHERE status IN ('queued', 'running');

  ALTER TABLE turns ADD COLUMN kind TEXT NOT NULL DEFAULT 'messages' CHECK (kind IN ('messages', 'task', 'isolated_task'));
  ALTER TABLE turns ADD COLUMN task_run INTEGER;
  -- an isolated task's own session: no other turn goes on with it
  ALTER TABLE turns ADD COLUMN session_id TEXT;
  ALTER TABLE turns ADD COLUMN last_assistant TEXT;

  ALTER TABLE tool_calls ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
  UPDATE tool_calls SET created_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000;
  `,
  `
  -- turns that the light model answered and that the group's session was not told of yet
  CREATE TABLE light_history (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    group_folder TEXT NOT NULL,
    turn_id TEXT NOT NULL UNIQUE REFERENCES turns(id),
    answered_at INTEGER NOT NULL
  );
  CREATE INDEX light_history_by_group ON light_history (group_folder, seq);

  -- what was said last in a chat, and whether an agent spoke in a thread
  CREATE INDEX outbox_by_chat ON outbox (chat_jid, seq);
  CREATE INDEX turns_by_thread ON turns (chat_jid, thread) WHERE thread IS NOT NULL AND attempts > 0;
  -- which ended turns are old, and which is the newest of its chat
  CREATE INDEX turns_ended ON turns (ended_at) WHERE state <> 'running';
  CREATE INDEX turns_by_chat ON turns (chat_jid, upto_seq);
  `,
  `
  -- The last question of each chat, so that a chat without an open one is known without a look at its messages. Kept by
  -- triggers: whatever way a message comes in, it is never too low.
  CREATE TABLE last_questions (chat_jid TEXT PRIMARY KEY, seq INTEGER NOT NULL);
  INSERT INTO last_questions SELECT chat_jid, max(seq) FROM messages WHERE asks = 1 GROUP BY chat_jid;
  CREATE TRIGGER question_came AFTER INSERT ON messages WHEN NEW.asks = 1 BEGIN
    INSERT INTO last_questions VALUES (NEW.chat_jid, NEW.seq)
      ON CONFLICT (chat_jid) DO UPDATE SET seq = max(seq, excluded.seq);
  END;
  CREATE TRIGGER question_made AFTER UPDATE OF asks ON messages WHEN NEW.asks = 1 BEGIN
    INSERT INTO last_questions VALUES (NEW.chat_jid, NEW.seq)
      ON CONFLICT (chat_jid) DO UPDATE SET seq = max(seq, excluded.seq);
  END;
  `,
];
