/** What can keep a session from its model or from beginning at all: each is told apart, and the next way is tried. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { EMERGENCY_TMUX } from '../../contracts/paths.ts';
import { newestInput } from '../../src/offline-model/request.ts';
import { type Anthropic, startAnthropic } from '../world/anthropic.ts';
import { call } from '../world/anthropic-script.ts';
import { bash, claim, EmergencyHome, mend, type Step, tryFix } from './fixtures/emergency-home.ts';
import { bundleSupervisor, until } from './fixtures/supervised-home.ts';

const LIMIT_MS = 120_000;

let bundle: string;
let home: EmergencyHome;
let proxy: Anthropic | null;

beforeAll(async () => {
  bundle = await bundleSupervisor();
});
afterAll(() => rmSync(dirname(bundle), { recursive: true, force: true }));
afterEach(async () => {
  await home.close();
  await proxy?.stop();
  proxy = null;
});

function sessionEnds() {
  const look = async () => home.metrics('emergency_recovery')[0] ?? null;
  return until(`the session's end\n${home.output}`, look, 90);
}

/** A proxy whose model mends it, and does this before. */
async function withProxy(...before: Step[]): Promise<void> {
  proxy = await startAnthropic({ apiKeys: ['dummy'] });
  const steps = [...before, mend, tryFix, claim('fixed')];
  proxy.script.match((request) => steps.shift()?.(newestInput(request).toolResult?.output ?? '') ?? null);
  home.environment.COPILOT_API_URL = proxy.url;
}

test.each([
  ['a refusal', { kind: 'status', status: 403, times: 100 }, 'refused'],
  ['no credit', { kind: 'status', status: 402, times: 100 }, 'no_credit'],
  ['overload', { kind: 'status', status: 529, times: 100 }, 'overloaded'],
  ['no network', { kind: 'refuse' }, 'unreachable'],
])(
  '%s is told apart, and the proxy’s model heals',
  async (_name, fault, why) => {
    home = new EmergencyHome(bundle, { silentSeconds: 60, limitSeconds: 100 });
    await home.withModel(claim('never said'));
    await withProxy();
    await home.anthropic?.misbehave(fault);
    home.breakIt();
    await home.start();
    const record = await sessionEnds();
    expect(record).toMatchObject({
      result: 'done',
      tries: 1,
      turns: expect.any(Number),
      cost_usd: expect.any(Number),
    });
    expect(String(record.reason)).toContain(`prepaid_key ${why}`);
  },
  LIMIT_MS,
);

test(
  'the next model finds the installation as it is, and nothing that the one before it had half done or set up',
  async () => {
    home = new EmergencyHome(bundle);
    // Its own file rules keep Claude Code's tools from these places, and nothing keeps a program from them.
    const half = `node -e 'for (const f of ["/project/dist/index.js", "/scratch/claude/settings.json", "/scratch/left"]) fs.appendFileSync(f, "half-made"); console.log("made")'`;
    await home.withModel(bash(half), (last) => {
      void home.anthropic?.misbehave({ kind: 'status', status: 529, times: 100 });
      return bash('true')(last);
    });
    let found = '';
    await withProxy(
      bash('grep half-made dist/index.js; ls /scratch /scratch/claude; echo looked'),
      (last) => {
        found = last;
        return bash('true')(last);
      },
    );
    home.breakIt();
    await home.start();
    const record = await sessionEnds();
    expect(record).toMatchObject({ result: 'done', tries: 1 });
    expect(String(record.reason)).toContain('prepaid_key overloaded');
    const story = readFileSync(
      join(home.home, 'supervisor', 'incidents', `${record.incident}.jsonl`),
      'utf8',
    );
    expect(story).toMatch(/"detail":"copilot, bubblewrap[^"]*before it: prepaid_key overloaded: /);
    expect(home.heard[0]).toContain('made');
    expect(found).toContain('looked');
    expect(found).not.toMatch(/half-made|left|settings\.json/);
  },
  LIMIT_MS,
);

/** A PATH with these programs of the machine and no others. */
function onlyPrograms(...names: string[]): void {
  const folder = join(home.tools, 'few');
  mkdirSync(folder);
  for (const name of names)
    symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(folder, name));
  home.environment.PATH = folder;
}

test.each([
  ['Claude Code', ['bwrap', 'tmux']],
  ['tmux', ['bwrap']],
])(
  'without %s there is no session, it takes nothing of the budget, and a person is called',
  async (missing, programs) => {
    home = new EmergencyHome(bundle);
    await home.withModel(claim('never said'));
    onlyPrograms(...programs);
    home.environment.DOCKER_HOST = 'unix:///nonexistent/docker.sock';
    if (missing !== 'Claude Code') symlinkSync(join(home.tools, 'claude'), join(home.tools, 'few', 'claude'));
    home.breakIt();
    await home.start();
    const record = await sessionEnds();
    expect(record).toMatchObject({ result: 'unavailable', turns: 0, tries: 0, cost_usd: 0 });
    expect(record.reason).toBe(`not installed: ${missing}`);
    const { budgets } = await home.untilStatus('the page', ({ activeTier }) => activeTier === 4);
    expect(budgets).toContainEqual(expect.objectContaining({ name: 'emergency sessions', used: 0 }));
  },
  LIMIT_MS,
);

test(
  'a tmux session left over from before is ended, not joined and not doubled',
  async () => {
    home = new EmergencyHome(bundle);
    await home.withModel(mend, tryFix, claim('fixed'));
    const run = join(home.home, 'run', 'emergency');
    mkdirSync(run, { recursive: true, mode: 0o700 });
    const tmux = (...args: string[]) =>
      execFileSync('tmux', ['-L', EMERGENCY_TMUX, '-f', '/dev/null', ...args], {
        env: { ...process.env, TMUX: '', TMUX_TMPDIR: run },
        encoding: 'utf8',
      });
    tmux('new-session', '-d', '-s', EMERGENCY_TMUX, 'exec sh -c \'trap "" HUP; sleep 3003\'');
    const left = Number(tmux('list-panes', '-a', '-F', '#{pane_pid}'));
    home.breakIt();
    await home.start();
    expect(await sessionEnds()).toMatchObject({ result: 'done', tries: 1 });
    expect(() => process.kill(left, 0)).toThrow();
  },
  LIMIT_MS,
);

test(
  'nothing can ask a person: a tool that is not allowed is refused at once',
  async () => {
    home = new EmergencyHome(bundle);
    const fetch = () => call('WebFetch', { url: 'http://127.0.0.1:9/', prompt: 'what is there' });
    await home.withModel(fetch, claim('gave up'));
    home.breakIt();
    await home.start();
    expect(await sessionEnds()).toMatchObject({ result: 'failed', turns: 2, tries: 0 });
    expect(home.heard.join('\n')).toMatch(/permission|denied|don't ask/i);
  },
  LIMIT_MS,
);
