/**
 * A world for the agent runner as a plain child process: the orchestrator's end of the link, a stand-in broker and
 * the scripted Messages API. The runner, the Agent SDK and Claude Code are real.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { pino } from 'pino';
import type { AgentSession, RunnerConfig, RunnerHello, RunnerWork } from '../../contracts/link.ts';
import { LinkHost } from '../../src/agents/link-host.ts';
import { systemClock } from '../../src/clock.ts';
import { until } from '../e2e/until.ts';
import { type Anthropic, startAnthropic } from '../world/anthropic.ts';

export type TurnEnd = Extract<RunnerWork, { type: 'end' }>;

const PLACEHOLDER = 'sk-ant-oat01-stand-in';
const PACKAGE = resolve('container/runner');

/** What a person wrote into the two memory files; both must reach the model. */
export const GROUP_MEMORY = 'The group likes tea.';
export const GLOBAL_MEMORY = 'Everybody speaks Korean.';

export class RunnerWorld {
  readonly work: RunnerWork[] = [];
  hello: RunnerHello | null = null;
  /** `quietMs` of each. */
  readonly pulses: Array<number | null> = [];
  runner: ChildProcess | null = null;
  /** What the runner has logged, JSON lines. */
  log = '';
  host: LinkHost;
  #turns = 0;
  #wake: () => void = () => undefined;

  constructor(
    readonly folder: string,
    readonly api: Anthropic,
    readonly broker: Server,
  ) {
    this.host = this.newHost();
  }

  /** Another life of the orchestrator, not listening yet. */
  newHost(): LinkHost {
    const config: RunnerConfig = {
      group: 'main',
      isMain: true,
      assistantName: '폴',
      systemPrompt: 'You are 폴.',
      model: null,
      effort: null,
      threads: false,
      placeholder: { kind: 'oauth', value: PLACEHOLDER },
      session: null,
    };
    this.hello = null;
    return new LinkHost({
      socketPath: join(this.folder, 'run', 'link.sock'),
      epoch: randomUUID(),
      config: () => config,
      onHello: (hello) => {
        this.hello = hello;
        this.#wake();
      },
      onPulse: ({ quietMs }) => {
        this.pulses.push(quietMs);
        this.#wake();
      },
      onHopeless: () => undefined,
      onWork: async (frame) => this.#take(frame),
      clock: systemClock,
      log: pino({ level: 'silent' }),
    });
  }

  /** Takes the runner in, and its log with it. */
  adopt(runner: ChildProcess): void {
    this.runner = runner;
    runner.stdout?.on('data', (chunk) => {
      this.log += chunk;
      this.#wake();
    });
  }

  /** Resolves with what `find` finds, as soon as it does. */
  async until<T>(find: () => T | undefined | null | false): Promise<T> {
    for (;;) {
      const found = find();
      if (found) return found;
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
  }

  start(prompt: string, session: AgentSession | null): string {
    const turn = `t${++this.#turns}`;
    const input = { messages: [`${turn}-m1`], prompt };
    this.host.send({ type: 'turn', turn, input, firstOrdinal: 1, session });
    return turn;
  }

  /** One more message for a running turn; its id is `<turn>-<prompt>`. */
  offer(turn: string, prompt: string): void {
    this.host.send({ type: 'offer', turn, input: { messages: [`${turn}-${prompt}`], prompt } });
  }

  end(turn: string): Promise<TurnEnd> {
    return this.until(() =>
      this.work.find((frame): frame is TurnEnd => frame.type === 'end' && frame.turn === turn),
    );
  }

  run(prompt: string, session: AgentSession | null): Promise<TurnEnd> {
    return this.end(this.start(prompt, session));
  }

  /** Frames of one turn, in order. */
  framesOf(turn: string): RunnerWork[] {
    return this.work.filter((frame) => 'turn' in frame && frame.turn === turn);
  }

  /** The API has seen `count` more requests than at the time of the call. */
  async requests(count: number): Promise<void> {
    const goal = this.api.requests.length + count;
    await until(
      () => this.api.requests.length >= goal || null,
      30,
      () => 'the API was not asked',
    );
  }

  /** Pids of the runner's children. */
  children(): number[] {
    const pid = this.runner?.pid;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  }

  async stop(): Promise<void> {
    this.runner?.kill('SIGKILL');
    await this.host.close();
    this.broker.close();
    await this.api.stop();
    // Claude Code outlives its runner by a moment, and writes its log.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20 });
  }

  #take(frame: RunnerWork): void {
    this.work.push(frame);
    if (frame.type === 'request')
      this.host.send({ type: 'response', id: frame.id, ok: true, result: { sent: true } });
    this.#wake();
  }
}

/** @param options.prepare puts something beside the runner before it starts */
export async function startRunnerWorld(
  options: { prepare?(folder: string): void } = {},
): Promise<RunnerWorld> {
  if (!existsSync(join(PACKAGE, 'node_modules', '@anthropic-ai', 'claude-agent-sdk'))) {
    throw new Error('container/runner/node_modules is missing: run `npm ci` in container/runner first');
  }
  const folder = await mkdtemp(join(tmpdir(), 'runner-'));
  for (const name of ['run', 'home', 'group', 'global']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'group', 'CLAUDE.md'), GROUP_MEMORY);
  await writeFile(join(folder, 'global', 'CLAUDE.md'), GLOBAL_MEMORY);
  options.prepare?.(folder);
  const api = await startAnthropic({ oauthTokens: [PLACEHOLDER] });
  const broker = await startBroker(join(folder, 'run', 'broker.sock'), api.url);
  const world = new RunnerWorld(folder, api, broker);
  await world.host.listen();
  world.adopt(startRunner(folder, await buildRunner(folder)));
  return world;
}

/** The same bundle as dist/runner.js, beside a `node_modules` that holds the SDK. */
async function buildRunner(folder: string): Promise<string> {
  const outfile = join(folder, 'runner.js');
  const banner =
    "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    entryPoints: [join(PACKAGE, 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: banner },
    external: ['@anthropic-ai/claude-agent-sdk'],
  });
  await symlink(join(PACKAGE, 'node_modules'), join(folder, 'node_modules'));
  return outfile;
}

function startRunner(folder: string, program: string): ChildProcess {
  const env = {
    PATH: process.env.PATH,
    HOME: join(folder, 'home'),
    NANOCLAW_RUN_DIR: join(folder, 'run'),
    NANOCLAW_GROUP_DIR: join(folder, 'group'),
    NANOCLAW_GLOBAL_DIR: join(folder, 'global'),
  };
  return spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Passes `/anthropic/*` on to the API; what the real broker does beside that is tested with it. */
async function startBroker(socketPath: string, apiUrl: string): Promise<Server> {
  const server = createServer((req, res) => {
    const url = new URL((req.url ?? '').replace(/^\/anthropic/, ''), apiUrl);
    const onward = request(url, { method: req.method, headers: req.headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => res.destroy()).pipe(res);
    });
    onward.on('error', () => res.destroy());
    res.on('close', () => onward.destroy());
    req.pipe(onward);
  });
  await once(server.listen(socketPath), 'listening');
  return server;
}
