/** Tier 3 on the real parts: Claude Code in bubblewrap in tmux, a scripted model, a broken orchestrator. */
import { readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { findBrokenLine } from '../../recovery/emergency/session/audit.ts';
import { startAnthropic } from '../world/anthropic.ts';
import { bash, claim, EmergencyHome, evidence, mend, tryFix } from './fixtures/emergency-home.ts';
import { bundleSupervisor, until } from './fixtures/supervised-home.ts';

const LIMIT_MS = 90_000;

let bundle: string;
let home: EmergencyHome;

beforeAll(async () => {
  bundle = await bundleSupervisor();
});
afterAll(() => rmSync(dirname(bundle), { recursive: true, force: true }));
afterEach(() => home.close());

function sessionEnds() {
  const look = async () => home.metrics('emergency_recovery')[0] ?? null;
  return until(`the session's end\n${home.output}`, look, 60);
}

const ofTheCrash = ({ cause }: { cause: string }) => cause === 'crash';

test(
  'a competent model finds the bad edit; its fix is tried, kept, proved and learned',
  async () => {
    home = new EmergencyHome(bundle);
    await home.withModel(evidence('incident'), mend, tryFix, claim('FIX: removed the line'));
    home.breakIt();
    await home.start();
    expect(await sessionEnds()).toMatchObject({ result: 'done', tries: 1, turns: 4 });
    await home.untilStatus('closed', ({ incidents }) => incidents.find(ofTheCrash)?.state === 'closed');
    expect(home.metrics('recovery')).toMatchObject([{ result: 'success', tier: 3 }]);
    expect(readFileSync(home.entry, 'utf8')).not.toContain('a bad edit');
    expect(home.audit().map(({ verb }) => verb)).toEqual(['evidence', 'evidence', 'try_fix', 'try_fix']);
    expect(findBrokenLine(home.session('audit.jsonl'))).toBeNull();
    const learnings = readFileSync(join(home.home, 'supervisor', 'learnings.jsonl'), 'utf8');
    expect(JSON.parse(learnings)).toMatchObject({ cause: 'crash', fix: 'changed dist/index.js' });
    expect(home.sessionProcesses()).toEqual([]);
  },
  LIMIT_MS,
);

/** `nobody`: an ordinary user that every machine has. */
const ORDINARY = 65_534;

test.skipIf(process.getuid?.() !== 0)(
  'an ordinary user’s supervisor has sessions too, which stay that user',
  async () => {
    home = new EmergencyHome(bundle);
    await home.withModel(bash('id -u; grep CapEff /proc/self/status'), mend, tryFix, claim('fixed'));
    home.breakIt();
    home.handOver(ORDINARY);
    await home.start();
    expect(await sessionEnds()).toMatchObject({ result: 'done', tries: 1 });
    expect(home.heard[0]).toMatch(/^65534\nCapEff:\s*0+$/);
    expect(statSync(home.session('record.json')).uid).toBe(ORDINARY);
    expect(home.sessionProcesses()).toEqual([]);
  },
  LIMIT_MS,
);

test(
  'a fix that does not help is put back: code, settings and database are the same bytes',
  async () => {
    home = new EmergencyHome(bundle);
    const worse = bash(
      "echo 'process.exit(9)' > dist/index.js; echo 'x' > dist/index/new.js || mkdir dist/index",
    );
    await home.withModel(worse, tryFix, claim('HTTP 200'));
    home.breakIt();
    const before = home.digests();
    await home.start();
    expect(await sessionEnds()).toMatchObject({ result: 'failed', tries: 1 });
    expect(home.digests()).toEqual(before);
    expect(home.heard.join('\n')).toContain('undone');
  },
  LIMIT_MS,
);

test(
  'a supervisor that is killed and started again follows the session that runs, and it still heals',
  async () => {
    home = new EmergencyHome(bundle);
    await home.withModel(bash('sleep 6; echo slept'), mend, tryFix, claim('fixed'));
    home.breakIt();
    await home.start();
    const waits = () => home.sessionProcesses().filter((line) => /sleep 6/.test(line));
    await until('the session', async () => waits().length > 0 || null, 30);
    const process = waits()[0];
    home.child?.kill('SIGKILL');
    await new Promise((resolve) => home.child?.once('exit', resolve));
    await home.start();
    expect(waits()[0]).toBe(process);
    expect(await sessionEnds()).toMatchObject({ result: 'done', tries: 1 });
    expect(readFileSync(home.entry, 'utf8')).not.toContain('a bad edit');
    expect(home.sessionProcesses()).toEqual([]);
  },
  LIMIT_MS,
);

test(
  'a supervisor killed in the middle of a fix puts it back when it is there again',
  async () => {
    home = new EmergencyHome(bundle, { proveSeconds: 30 });
    const deaf = bash(
      "sed -i 's/^throw new Error.*/setInterval(() => undefined, 1000); await new Promise(() => undefined);/' dist/index.js",
    );
    await home.withModel(deaf, tryFix, claim('fixed'));
    home.breakIt();
    const before = home.digests();
    await home.start();
    await until(
      'the fix',
      async () => home.digests()['dist/index.js'] !== before['dist/index.js'] || null,
      40,
    );
    home.child?.kill('SIGKILL');
    await new Promise((resolve) => home.child?.once('exit', resolve));
    await home.start();
    expect(await sessionEnds()).toMatchObject({ result: 'failed', tries: 1 });
    expect(home.digests()).toEqual(before);
    expect(home.heard.join('\n')).toContain('the supervisor was restarted');
  },
  LIMIT_MS,
);

test(
  'a refused key is told apart, and without another way a person is called',
  async () => {
    home = new EmergencyHome(bundle);
    await home.withModel(claim('never said'));
    home.environment.ANTHROPIC_API_KEY_FALLBACK = 'sk-ant-api03-not-accepted';
    home.breakIt();
    await home.start();
    const record = await sessionEnds();
    expect(record).toMatchObject({ result: 'failed' });
    expect(String(record.reason)).toContain('prepaid_key refused');
    expect(home.output).not.toContain('not-accepted');
  },
  LIMIT_MS,
);

test(
  'when the subscription and the key are limited, the proxy’s model heals',
  async () => {
    home = new EmergencyHome(bundle);
    await home.withModel(mend, tryFix, claim('fixed'));
    const proxy = await startAnthropic({ apiKeys: ['dummy'] });
    let next = 0;
    const steps = [mend, tryFix, claim('fixed')];
    proxy.script.match(() => steps[next++]?.('') ?? null);
    home.environment.COPILOT_API_URL = proxy.url;
    home.signIn('sk-ant-oat01-test-world');
    home.anthropic?.misbehave({ kind: 'status', status: 429, retryAfterSeconds: 120, times: 100 });
    home.breakIt();
    await home.start();
    const record = await sessionEnds();
    await proxy.stop();
    expect(record).toMatchObject({ result: 'done', tries: 1 });
    expect(String(record.reason)).toMatch(/subscription limited.*prepaid_key limited/);
    expect(proxy.requests.map(({ body }) => body?.model)).toContain('gpt-4o-mini');
  },
  LIMIT_MS,
);
