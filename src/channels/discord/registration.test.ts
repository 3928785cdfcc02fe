import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../tests/fakes/clock.ts';
import { settle } from '../../../tests/fakes/settle.ts';
import { Registration } from './registration.ts';
import { SLASH_COMMANDS } from './slash-commands.ts';

let clock: FakeClock;
let registered: unknown[];
let requests: string[];
let failures: Error[];
let registration: Registration;

const refused = (status: number, code: number) =>
  Object.assign(new Error('Missing Access'), { status, code });

beforeEach(() => {
  clock = new FakeClock();
  [registered, requests, failures] = [[], [], []];
  const note = (request: string) => {
    requests.push(request);
    const failure = failures.shift();
    if (failure) throw failure;
  };
  registration = new Registration({
    ...{ clock, signal: new AbortController().signal, warn: () => undefined },
    api: {
      async commands() {
        note('GET');
        return registered as never[];
      },
      async register(_application, commands) {
        note('PUT');
        registered = [...commands];
      },
    },
  });
});

describe('slash commands', () => {
  it('are registered once', async () => {
    await registration.run('1');
    await registration.run('1');
    expect([requests, registered, registration.problem]).toEqual([['GET', 'PUT'], [...SLASH_COMMANDS], null]);
  });

  it('that are there already are left alone', async () => {
    registered = [...SLASH_COMMANDS];
    await registration.run('1');
    expect(requests).toEqual(['GET']);
  });

  it('that Discord refuses are a note for a person, and not asked for again until the next connection', async () => {
    failures = [refused(403, 50_001)];
    await registration.run('1');
    expect(registration.problem).toContain('applications.commands');
    clock.advance(3_600_000);
    await settle();
    expect(requests).toEqual(['GET']);
    await registration.run('1');
    expect([requests.slice(1), registration.problem]).toEqual([['GET', 'PUT'], null]);
  });

  it('are tried again when Discord is busy, as late as it says', async () => {
    failures = [Object.assign(new Error('limited'), { retryAfter: 5000 })];
    await registration.run('1');
    expect(registration.problem).toContain('rate limited');
    clock.advance(5000);
    await settle();
    expect([requests, registration.problem]).toEqual([['GET', 'GET', 'PUT'], null]);
  });
});
