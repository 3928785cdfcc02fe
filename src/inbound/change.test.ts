/** What an edit or a deletion does to a message on record, and to the work on it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { inTeam, openInbound, TEAM, teamRows } from '../../tests/fakes/inbound-world.ts';
import { createStore, type Store } from '../store/store.ts';

let store: Store;
beforeEach(() => {
  store = createStore(':memory:');
});

const rows = () => teamRows(store);

describe('an edit', () => {
  const edited = (id: string, text: string, at = 5) =>
    ({ kind: 'edited', jid: 'C1', id, text, mentioned: false, at }) as const;

  it('of a message that waits is taken in, and may make it ask or not', async () => {
    const { inbound, changed, noted } = openInbound(store);
    await inbound(inTeam('1', 'hello'));
    await inbound(inTeam('2', '@폴 wrong'));
    await changed(edited('1', '@폴 hello'));
    await changed(edited('2', 'never mind'));
    expect(rows()).toEqual([
      { id: '1', content: '@폴 hello', asks: 1 },
      { id: '2', content: 'never mind', asks: 0 },
    ]);
    expect(noted).toEqual(['asked team', 'asked team']);
  });

  it('of a question that is being answered changes the record and asks nothing new', async () => {
    const { inbound, changed, noted, startTurn } = openInbound(store);
    await inbound(inTeam('1', '@폴 qestion'));
    await startTurn();
    await changed(edited('1', '@폴 question'));
    expect(rows()).toEqual([{ id: '1', content: '@폴 question', asks: 1 }]);
    expect(noted).toEqual(['asked team']);
  });

  it('that calls the assistant only afterwards asks anew, once', async () => {
    const { inbound, changed, noted, startTurn, turnLog } = openInbound(store);
    await inbound(inTeam('1', 'what is this'));
    await inbound(inTeam('2', '@폴 hi'));
    const turn = await startTurn();
    if (turn) await turnLog.apply(turn, { type: 'done', final: { ordinal: 1, text: 'hi' }, session: null });
    await changed(edited('1', '@폴 what is this'));
    await changed(edited('1', '@폴 what is this'));
    expect(rows().at(-1)).toEqual({ id: '1+5', content: '@폴 what is this', asks: 1 });
    expect(noted).toEqual(['asked team', 'asked team']);
  });

  it('that calls the assistant while a turn has the message leaves the words of that turn alone', async () => {
    const { inbound, changed, startTurn } = openInbound(store);
    await inbound(inTeam('1', 'what is this'));
    await inbound(inTeam('2', '@폴 hi'));
    await startTurn();
    await changed(edited('1', '@폴 what is this'));
    expect(rows()).toEqual([
      { id: '1', content: 'what is this', asks: 0 },
      { id: '2', content: '@폴 hi', asks: 1 },
      { id: '1+5', content: '@폴 what is this', asks: 1 },
    ]);
  });

  it('of a message that asks anew already changes its words and asks no third time', async () => {
    const { inbound, changed, startTurn } = openInbound(store);
    await inbound(inTeam('1', 'what is this'));
    await inbound(inTeam('2', '@폴 hi'));
    await startTurn();
    await changed(edited('1', '@폴 what is this', 5));
    await changed(edited('1', '@폴 what is that', 6));
    expect(rows().slice(2)).toEqual([{ id: '1+5', content: '@폴 what is that', asks: 1 }]);
  });

  it('that asks anew is no message of the platform: what is newest there stays', async () => {
    const { inbound, changed, startTurn } = openInbound(store);
    await inbound(inTeam('1', 'what is this'));
    await inbound(inTeam('2', '@폴 hi'));
    await startTurn();
    await changed(edited('1', '@폴 what is this'));
    expect(store.journal.newestId('C1')).toBe('2');
  });

  it('by somebody who may not ask makes nothing ask', async () => {
    const { inbound, changed } = openInbound(store, [{ ...TEAM, senders: ['U2'] }]);
    await inbound(inTeam('1', 'hello', { sender: 'U1' }));
    await changed(edited('1', '@폴 hello'));
    expect(rows()).toEqual([{ id: '1', content: '@폴 hello', asks: 0 }]);
  });

  it('by a bot never makes it ask, and takes no question back that calls as before', async () => {
    const { inbound, changed } = openInbound(store, [{ ...TEAM, bots: 'ask' }]);
    await inbound(inTeam('1', 'hello', { fromBot: true }));
    await inbound(inTeam('2', '@폴 hel', { fromBot: true }));
    await changed(edited('1', '@폴 hello'));
    await changed(edited('2', '@폴 hello'));
    expect(rows().map(({ asks }) => asks)).toEqual([0, 1]);
  });

  it('that is older than the last one, or of an unknown message, changes nothing', async () => {
    const { inbound, changed } = openInbound(store);
    await inbound(inTeam('1', 'one'));
    await changed(edited('1', 'three', 9));
    await changed(edited('1', 'two', 8));
    await changed(edited('7', 'what'));
    expect(rows()).toEqual([{ id: '1', content: 'three', asks: 0 }]);
  });
});

describe('a deletion', () => {
  const deleted = (id: string) => ({ kind: 'deleted', jid: 'C1', id }) as const;

  it('forgets what was said, and nobody answers it', async () => {
    const { inbound, changed, startTurn } = openInbound(store);
    await inbound(inTeam('1', '@폴 secret', { files: [{ ref: 'f', name: 'a', bytes: 1 }] }));
    await changed(deleted('1'));
    expect(await startTurn()).toBeNull();
    expect(store.db.prepare('SELECT content, files FROM messages').get()).toEqual({
      content: '',
      files: null,
    });
  });

  it('of the question that is being answered ends the work on it', async () => {
    const { inbound, changed, noted, startTurn } = openInbound(store);
    await inbound(inTeam('1', '@폴 oops'));
    await startTurn();
    await changed(deleted('1'));
    expect(noted).toEqual(['asked team', 'stop team']);
  });

  it('of one question among several lets the others be answered', async () => {
    const { inbound, changed, noted, startTurn } = openInbound(store);
    await inbound(inTeam('1', '@폴 one'));
    await inbound(inTeam('2', '@폴 two'));
    await startTurn();
    await changed(deleted('1'));
    expect(noted).not.toContain('stop team');
  });
});
