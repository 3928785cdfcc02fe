/**
 * Who is told of a reply that can never be delivered: its chat where that still listens, else the main group's chats,
 * where operators read. Pure. A notice that fails in turn raises none.
 */
import type { SendOutcome } from '../channels/channel.ts';
import type { NewOutboxRow, OutboxRow } from '../store/outbox.ts';
import type { Language } from '../turns/notices.ts';

type Undeliverable = Extract<SendOutcome, { kind: 'undeliverable' }>;

/** In the key of every notice, and of no reply. At most 24 characters come of it: below Discord's 25. */
const MARK = '!';

export function noticesOf(
  row: OutboxRow,
  { reason, chat }: Undeliverable,
  { mains, language }: { mains: readonly string[]; language: Language },
): NewOutboxRow[] {
  if (row.key.includes(MARK)) return [];
  const base = { turnId: row.turnId, ordinal: 0 };
  if (chat === 'reachable') {
    const body = TEXTS[language].here(row.file?.name ?? null, reason);
    return [{ ...base, key: `${row.key}${MARK}`, jid: row.jid, thread: row.thread, body }];
  }
  const body = TEXTS[language].elsewhere(row.jid, reason);
  return mains
    .filter((jid) => jid !== row.jid)
    .map((jid, index) => ({ ...base, key: `${row.key}${MARK}${index}`, jid, thread: null, body }));
}

type Texts = {
  here(file: string | null, reason: string): string;
  elsewhere(jid: string, reason: string): string;
};

const TEXTS: Record<Language, Texts> = {
  en: {
    here: (file, reason) => `⚠️ ${file ? `The file “${file}”` : 'A reply'} could not be sent: ${reason}`,
    elsewhere: (jid, reason) => `⚠️ A reply to ${jid} can never be delivered: ${reason}`,
  },
  ko: {
    here: (file, reason) => `⚠️ ${file ? `파일 “${file}”을(를)` : '답변 하나를'} 보내지 못했습니다: ${reason}`,
    elsewhere: (jid, reason) => `⚠️ ${jid}에 보낼 답변을 전달할 수 없습니다: ${reason}`,
  },
};
