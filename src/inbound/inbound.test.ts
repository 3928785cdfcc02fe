import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { aGroup, aMessage } from '../../tests/fakes/records.ts';
import type { Receipt } from '../channels/channel.ts';
import { Commands } from '../commands/commands.ts';
import type { Group } from '../store/groups.ts';
import { createStore, type Store } from '../store/store.ts';
import { newTurnId, TurnLog } from '../turns/turn-log.ts';
import { quietenBefore } from '../upkeep/positions.ts';
import { createChanged } from './change.ts';
import { createInbound } from './receive.ts';

const TEAM = aGroup({ jid: 'C1', name: 'team', folder: 'team', requiresTrigger: true });
const log = pino({ level: 'silent' });

/** The ways in, with what they ask of others noted. */
function open(store: Store, groups: Group[] = [TEAM], operators: string[] = []) {
  const noted: string[] = [];
  const groupOf = (jid: string) => groups.find((group) => group.jid === jid);
  const onStop = ({ folder }: Group) => noted.push(`stop ${folder}`);
  const onAsked = ({ folder }: Group) => noted.push(`asked ${folder}`);
  const turnLog = new TurnLog({ store, now: () => 0, newId: newTurnId, language: 'en' });
  const rules = { assistantName: '폴', triggerPattern: undefined, operators };
  const commands = new Commands({
    ...{ store, turnLog, groupOf, operators, onStop, language: 'ko', timeZone: 'UTC' },
    facts: () => ({ uptimeSeconds: 3700, components: [], workingMs: null, waiting: 0 }),
    deliver: async (jid) => void noted.push(`deliver ${jid}`),
    now: () => 0,
    newId: newTurnId,
  });
  const inbound = createInbound({ store, rules, commands, groupOf, onAsked, log });
  const changed = createChanged({ store, rules, turnLog, groupOf, onAsked, onStop, log });
  const group = groups[0] ?? TEAM;
  const startTurn = () => turnLog.openNext(group);
  return { inbound, changed, commands, noted, startTurn, turnLog };
}

let store: Store;
beforeEach(() => {
  store = createStore(':memory:');
});

const inTeam = (id: string, text: string, over = {}) =>
  aMessage({ jid: 'C1', channel: 'slack', id, text, ...over });
const rows = () => store.journal.range('C1', 0).map(({ id, content, asks }) => ({ id, content, asks }));
const replies = () => store.db.prepare('SELECT body FROM outbox ORDER BY seq').pluck().all();

describe('a message', () => {
  it('of an unregistered chat leaves the chat’s name and nothing else', async () => {
    const { inbound } = open(store, []);
    await expect(inbound(inTeam('1', '@폴 hi'))).resolves.toEqual({ kind: 'unregistered' });
    expect(store.journal.chats()).toMatchObject([{ jid: 'C1' }]);
    expect(rows()).toEqual([]);
  });

  it('is stored once and wakes its group once, however often the platform sends it', async () => {
    const { inbound, noted } = open(store);
    const receipts: Receipt[] = [];
    for (let time = 0; time < 3; time += 1) receipts.push(await inbound(inTeam('1', '@폴 hi')));
    expect(receipts.map(({ kind }) => kind)).toEqual(['stored', 'duplicate', 'duplicate']);
    expect(noted).toEqual(['asked team']);
  });

  it('of another bot is not even stored where bots are ignored', async () => {
    const { inbound } = open(store);
    await expect(inbound(inTeam('1', '@폴 hi', { fromBot: true }))).resolves.toEqual({ kind: 'ignored' });
    expect(rows()).toEqual([]);
  });

  it('from before a database was lost is stored when it is found again, and asks nothing', async () => {
    quietenBefore(store.db, 2000);
    const { inbound, noted } = open(store);
    await inbound(inTeam('before', '@폴 hello', { at: 1999 }));
    await inbound(inTeam('after', '@폴 hello', { at: 2000 }));
    expect(rows().map(({ asks }) => asks)).toEqual([0, 1]);
    expect(noted).toEqual(['asked team']);
  });

  it('of bots that come all at once asks no more than three times either', async () => {
    const { inbound } = open(store, [{ ...TEAM, bots: 'ask' }]);
    const ids = ['1', '2', '3', '4', '5'];
    await Promise.all(ids.map((id) => inbound(inTeam(id, '@폴 hi', { fromBot: true }))));
    expect(rows().map(({ asks }) => asks)).toEqual([1, 1, 1, 0, 0]);
  });

  it('of bots that ask one another ends after three without a person', async () => {
    const { inbound, noted } = open(store, [{ ...TEAM, bots: 'ask' }]);
    for (const id of ['1', '2', '3', '4']) await inbound(inTeam(id, '@폴 again', { fromBot: true }));
    await inbound(inTeam('5', '@폴 a person'));
    await inbound(inTeam('6', '@폴 again', { fromBot: true }));
    expect(noted).toHaveLength(5);
    expect(rows().map(({ asks }) => asks)).toEqual([1, 1, 1, 0, 1, 1]);
  });
});

describe('a command', () => {
  it('is answered in the write that stores it, opens no turn, and is in no prompt', async () => {
    const { inbound, noted } = open(store);
    await inbound(inTeam('1', '@폴 상태'));
    expect(replies()).toEqual(['✅ 가동 1시간 1분, 대기 중, 대기 질문 0건']);
    expect(noted).toEqual(['deliver C1']);
    expect(rows()).toEqual([]);
    expect(store.questions.oldestUnansweredAt()).toBeNull();
  });

  it('sent twice by the platform is answered once', async () => {
    const { inbound } = open(store);
    await inbound(inTeam('1', '@폴 help'));
    await inbound(inTeam('1', '@폴 help'));
    expect(replies()).toHaveLength(1);
  });

  it('stop puts the wish on record before anything is told', async () => {
    const { inbound, noted, startTurn } = open(store);
    await inbound(inTeam('1', '@폴 work'));
    const turn = await startTurn();
    await inbound(inTeam('2', '@폴 멈춰'));
    expect(store.turns.state(turn?.id ?? '')).toMatchObject({ state: 'running', stop: 'stop' });
    expect(noted).toEqual(['asked team', 'stop team', 'deliver C1']);
    expect(replies()).toEqual(['🛑 중단했습니다. 지금까지 보낸 내용은 그대로 있습니다.']);
  });

  it('reset forgets the session at once when nothing runs', async () => {
    const { inbound } = open(store);
    await store.write(() => store.turns.saveSession('team', { id: 's', lastAssistant: null }));
    await inbound(inTeam('1', '@폴 초기화'));
    expect(store.turns.session('team')).toBeNull();
  });

  it('by somebody who may not give it is refused and does nothing', async () => {
    const { inbound, noted, startTurn } = open(store, [TEAM], ['U9']);
    await inbound(inTeam('1', '@폴 work'));
    const turn = await startTurn();
    await inbound(inTeam('2', '@폴 stop', { sender: 'U1' }));
    expect(store.turns.state(turn?.id ?? '')?.stop).toBeNull();
    expect(noted).not.toContain('stop team');
    expect(replies()).toEqual(['🔒 여기서는 운영자만 할 수 있습니다 (.env의 OPERATOR_IDS).']);
  });

  it('given with a slash is answered to its giver alone', async () => {
    const { commands } = open(store);
    const given = { channel: 'slack', sender: 'U1' };
    await expect(commands.invoke({ jid: 'C1', ...given, name: 'tasks' })).resolves.toMatch(
      '예약된 작업이 없습니다',
    );
    await expect(commands.invoke({ jid: 'C2', ...given, name: 'help' })).resolves.toMatch('등록되지 않은');
    expect(replies()).toEqual([]);
  });
});

describe('an edit', () => {
  const edited = (id: string, text: string, at = 5) =>
    ({ kind: 'edited', jid: 'C1', id, text, mentioned: false, at }) as const;

  it('of a message that waits is taken in, and may make it ask or not', async () => {
    const { inbound, changed, noted } = open(store);
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
    const { inbound, changed, noted, startTurn } = open(store);
    await inbound(inTeam('1', '@폴 qestion'));
    await startTurn();
    await changed(edited('1', '@폴 question'));
    expect(rows()).toEqual([{ id: '1', content: '@폴 question', asks: 1 }]);
    expect(noted).toEqual(['asked team']);
  });

  it('that calls the assistant only afterwards asks anew, once', async () => {
    const { inbound, changed, noted, startTurn, turnLog } = open(store);
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
    const { inbound, changed, startTurn } = open(store);
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
    const { inbound, changed, startTurn } = open(store);
    await inbound(inTeam('1', 'what is this'));
    await inbound(inTeam('2', '@폴 hi'));
    await startTurn();
    await changed(edited('1', '@폴 what is this', 5));
    await changed(edited('1', '@폴 what is that', 6));
    expect(rows().slice(2)).toEqual([{ id: '1+5', content: '@폴 what is that', asks: 1 }]);
  });

  it('that asks anew is no message of the platform: what is newest there stays', async () => {
    const { inbound, changed, startTurn } = open(store);
    await inbound(inTeam('1', 'what is this'));
    await inbound(inTeam('2', '@폴 hi'));
    await startTurn();
    await changed(edited('1', '@폴 what is this'));
    expect(store.journal.newestId('C1')).toBe('2');
  });

  it('by somebody who may not ask makes nothing ask', async () => {
    const { inbound, changed } = open(store, [{ ...TEAM, senders: ['U2'] }]);
    await inbound(inTeam('1', 'hello', { sender: 'U1' }));
    await changed(edited('1', '@폴 hello'));
    expect(rows()).toEqual([{ id: '1', content: '@폴 hello', asks: 0 }]);
  });

  it('by a bot never makes it ask, and takes no question back that calls as before', async () => {
    const { inbound, changed } = open(store, [{ ...TEAM, bots: 'ask' }]);
    await inbound(inTeam('1', 'hello', { fromBot: true }));
    await inbound(inTeam('2', '@폴 hel', { fromBot: true }));
    await changed(edited('1', '@폴 hello'));
    await changed(edited('2', '@폴 hello'));
    expect(rows().map(({ asks }) => asks)).toEqual([0, 1]);
  });

  it('that is older than the last one, or of an unknown message, changes nothing', async () => {
    const { inbound, changed } = open(store);
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
    const { inbound, changed, startTurn } = open(store);
    await inbound(inTeam('1', '@폴 secret', { files: [{ ref: 'f', name: 'a', bytes: 1 }] }));
    await changed(deleted('1'));
    expect(await startTurn()).toBeNull();
    expect(store.db.prepare('SELECT content, files FROM messages').get()).toEqual({
      content: '',
      files: null,
    });
  });

  it('of the question that is being answered ends the work on it', async () => {
    const { inbound, changed, noted, startTurn } = open(store);
    await inbound(inTeam('1', '@폴 oops'));
    await startTurn();
    await changed(deleted('1'));
    expect(noted).toEqual(['asked team', 'stop team']);
  });

  it('of one question among several lets the others be answered', async () => {
    const { inbound, changed, noted, startTurn } = open(store);
    await inbound(inTeam('1', '@폴 one'));
    await inbound(inTeam('2', '@폴 two'));
    await startTurn();
    await changed(deleted('1'));
    expect(noted).not.toContain('stop team');
  });
});
