import { beforeEach, describe, expect, it } from 'vitest';
import { inTeam, openInbound, TEAM, teamRows } from '../../tests/fakes/inbound-world.ts';
import type { Receipt } from '../channels/channel.ts';
import { createStore, type Store } from '../store/store.ts';
import { quietenBefore } from '../upkeep/positions.ts';

let store: Store;
beforeEach(() => {
  store = createStore(':memory:');
});

const rows = () => teamRows(store);
const replies = () => store.db.prepare('SELECT body FROM outbox ORDER BY seq').pluck().all();

describe('a message', () => {
  it('of an unregistered chat leaves the chat’s name and nothing else', async () => {
    const { inbound } = openInbound(store, []);
    await expect(inbound(inTeam('1', '@폴 hi'))).resolves.toEqual({ kind: 'unregistered' });
    expect(store.journal.chats()).toMatchObject([{ jid: 'C1' }]);
    expect(rows()).toEqual([]);
  });

  it('is stored once and wakes its group once, however often the platform sends it', async () => {
    const { inbound, noted } = openInbound(store);
    const receipts: Receipt[] = [];
    for (let time = 0; time < 3; time += 1) receipts.push(await inbound(inTeam('1', '@폴 hi')));
    expect(receipts.map(({ kind }) => kind)).toEqual(['stored', 'duplicate', 'duplicate']);
    expect(noted).toEqual(['asked team']);
  });

  it('of another bot is not even stored where bots are ignored', async () => {
    const { inbound } = openInbound(store);
    await expect(inbound(inTeam('1', '@폴 hi', { fromBot: true }))).resolves.toEqual({ kind: 'ignored' });
    expect(rows()).toEqual([]);
  });

  it('from before a database was lost is stored when it is found again, and asks nothing', async () => {
    quietenBefore(store.db, 2000);
    const { inbound, noted } = openInbound(store);
    await inbound(inTeam('before', '@폴 hello', { at: 1999 }));
    await inbound(inTeam('after', '@폴 hello', { at: 2000 }));
    expect(rows().map(({ asks }) => asks)).toEqual([0, 1]);
    expect(noted).toEqual(['asked team']);
  });

  it('of bots that come all at once asks no more than three times either', async () => {
    const { inbound } = openInbound(store, [{ ...TEAM, bots: 'ask' }]);
    const ids = ['1', '2', '3', '4', '5'];
    await Promise.all(ids.map((id) => inbound(inTeam(id, '@폴 hi', { fromBot: true }))));
    expect(rows().map(({ asks }) => asks)).toEqual([1, 1, 1, 0, 0]);
  });

  it('of bots that ask one another ends after three without a person', async () => {
    const { inbound, noted } = openInbound(store, [{ ...TEAM, bots: 'ask' }]);
    for (const id of ['1', '2', '3', '4']) await inbound(inTeam(id, '@폴 again', { fromBot: true }));
    await inbound(inTeam('5', '@폴 a person'));
    await inbound(inTeam('6', '@폴 again', { fromBot: true }));
    expect(noted).toHaveLength(5);
    expect(rows().map(({ asks }) => asks)).toEqual([1, 1, 1, 0, 1, 1]);
  });
});

describe('a command', () => {
  it('is answered in the write that stores it, opens no turn, and is in no prompt', async () => {
    const { inbound, noted } = openInbound(store);
    await inbound(inTeam('1', '@폴 상태'));
    expect(replies()).toEqual(['✅ 가동 1시간 1분, 대기 중, 대기 질문 0건']);
    expect(noted).toEqual(['deliver C1']);
    expect(rows()).toEqual([]);
    expect(store.questions.oldestUnansweredAt()).toBeNull();
  });

  it('sent twice by the platform is answered once', async () => {
    const { inbound } = openInbound(store);
    await inbound(inTeam('1', '@폴 help'));
    await inbound(inTeam('1', '@폴 help'));
    expect(replies()).toHaveLength(1);
  });

  it('stop puts the wish on record before anything is told', async () => {
    const { inbound, noted, startTurn } = openInbound(store);
    await inbound(inTeam('1', '@폴 work'));
    const turn = await startTurn();
    await inbound(inTeam('2', '@폴 멈춰'));
    expect(store.turns.state(turn?.id ?? '')).toMatchObject({ state: 'running', stop: 'stop' });
    expect(noted).toEqual(['asked team', 'stop team', 'deliver C1']);
    expect(replies()).toEqual(['🛑 중단했습니다. 지금까지 보낸 내용은 그대로 있습니다.']);
  });

  it('reset forgets the session at once when nothing runs', async () => {
    const { inbound } = openInbound(store);
    await store.write(() => store.turns.saveSession('team', { id: 's', lastAssistant: null }));
    await inbound(inTeam('1', '@폴 초기화'));
    expect(store.turns.session('team')).toBeNull();
  });

  it('by somebody who may not give it is refused and does nothing', async () => {
    const { inbound, noted, startTurn } = openInbound(store, [TEAM], ['U9']);
    await inbound(inTeam('1', '@폴 work'));
    const turn = await startTurn();
    await inbound(inTeam('2', '@폴 stop', { sender: 'U1' }));
    expect(store.turns.state(turn?.id ?? '')?.stop).toBeNull();
    expect(noted).not.toContain('stop team');
    expect(replies()).toEqual(['🔒 여기서는 운영자만 할 수 있습니다 (.env의 OPERATOR_IDS).']);
  });

  it('given with a slash is answered to its giver alone', async () => {
    const { commands } = openInbound(store);
    const given = { channel: 'slack', sender: 'U1' };
    await expect(commands.invoke({ jid: 'C1', ...given, name: 'tasks' })).resolves.toMatch(
      '예약된 작업이 없습니다',
    );
    await expect(commands.invoke({ jid: 'C2', ...given, name: 'help' })).resolves.toMatch('등록되지 않은');
    expect(replies()).toEqual([]);
  });
});
