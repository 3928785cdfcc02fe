import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../contracts/container-config.ts';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { createStore, type Store } from '../store/store.ts';
import { ContainerConfigs } from './container-configs.ts';
import { GroupDirectory } from './directory.ts';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-configs-'));
  store = createStore(join(folder, 'messages.db'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const register = (jid: string, group: string) =>
  new GroupDirectory(store, new FakeClock()).register({
    ...{ jid, name: jid, folder: group, triggerPattern: null, requiresTrigger: true, senders: null },
    bots: 'ignore' as const,
  });
const stored = () =>
  store.db.prepare('SELECT jid, container_config FROM registered_groups ORDER BY jid').raw().all();
const frugal = { ...DEFAULT_CONFIG, budget: { usdPerDay: 5, tokensPerDay: null } };

describe("a group's configuration in the store", () => {
  it('is the default until it is set, belongs to all chats of the group, and is there after a restart', async () => {
    await register('local:a', 'team');
    const configs = new ContainerConfigs(store);
    expect(configs.of('team')).toEqual(DEFAULT_CONFIG);
    await configs.set('team', frugal);
    await register('local:b', 'team');
    await configs.set('team', undefined); // a chat that joined without naming one
    expect(stored()).toEqual([
      ['local:a', JSON.stringify(frugal)],
      ['local:b', JSON.stringify(frugal)],
    ]);
    expect(new ContainerConfigs(store).of('team')).toEqual(frugal);
  });

  it.each(['{', '{"egress":{"policy":"everything"}}', '"x"', ''])(
    'that reads %s stops its group alone, opens nothing, and says so',
    async (text) => {
      await register('local:a', 'broken');
      await register('local:b', 'sound');
      store.db.prepare("UPDATE registered_groups SET container_config = ? WHERE jid = 'local:a'").run(text);
      const configs = new ContainerConfigs(store);
      expect(() => configs.of('broken')).toThrow(expect.objectContaining({ code: 'CONTAINER_CONFIG' }));
      expect(configs.egressOf('broken').policy).toBe('none');
      expect(configs.of('sound')).toEqual(DEFAULT_CONFIG);
      expect(configs.health()).toMatchObject({
        state: 'degraded',
        reason: expect.stringContaining('broken: '),
      });
      await configs.set('broken', DEFAULT_CONFIG);
      expect(configs.health().state).toBe('ok');
    },
  );
});

it('a damaged list of senders lets nobody ask in its chat, and leaves the others alone', async () => {
  await register('local:a', 'team');
  await register('local:b', 'sound');
  store.db.prepare("UPDATE registered_groups SET allowed_senders = '[' WHERE jid = 'local:a'").run();
  expect(store.groups.all().map(({ senders }) => senders)).toEqual([[], null]);
});
