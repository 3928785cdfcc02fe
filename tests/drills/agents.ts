/** Faults of the agents in their sandboxes. What people are told is the judge; the orchestrator itself must stay. */
import { chownSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { check, type Drill } from './drill.ts';
import { agentsOf, signalAll } from './processes.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';

const UNNOTICED = { causes: [], tier: null, pages: 0 } as const;

/** Asks, and waits until the agent is at work on it. @returns the processes of all agents */
async function inTheMiddle(scene: Scene): Promise<number[]> {
  await scene.world.anthropic.misbehave({ kind: 'slow', headersMs: 3000, times: 1 });
  const asked = scene.world.anthropic.requests.length;
  scene.ask();
  await scene.until(() => scene.world.anthropic.requests.length > asked, 'the turn never began');
  const agents = agentsOf(scene.home);
  check(agents.length > 0, 'no agent runs');
  return agents;
}

async function answered(scene: Scene, pid: number): Promise<void> {
  await scene.quiz.settled(PATIENCE_SECONDS);
  check(scene.installation.pid() === pid, 'the orchestrator was restarted for it');
}

export const AGENT_DRILLS: readonly Drill[] = [
  {
    name: 'agent-killed',
    rows: [38],
    about: 'the kernel ends an agent in the middle of its turn: the next one answers, once',
    expected: UNNOTICED,
    async run(scene) {
      const pid = scene.installation.pid();
      const agents = await inTheMiddle(scene);
      await scene.inject(() => signalAll(agents, 'SIGKILL'));
      await answered(scene, pid);
    },
  },
  {
    name: 'agent-frozen',
    rows: [39, 40],
    about:
      'an agent stands still in the middle of its turn and heeds no TERM: its pulse is missed, the next one answers',
    expected: UNNOTICED,
    async run(scene) {
      const pid = scene.installation.pid();
      const agents = await inTheMiddle(scene);
      await scene.inject(() => signalAll(agents, 'SIGSTOP'));
      await answered(scene, pid);
      const ends = scene.installation.metrics('container').map(({ result }) => result);
      check(ends.includes('hang'), `nobody said that it hung: ${ends.join(', ')}`);
    },
  },
  {
    name: 'session-lost',
    rows: [45],
    about: 'the transcript that a session would be resumed from is gone: a fresh one answers, once',
    expected: UNNOTICED,
    async run(scene) {
      const pid = scene.installation.pid();
      const projects = join(scene.home, 'data', 'sessions', 'local-drill', '.claude', 'projects');
      check(existsSync(projects), 'there is no transcript');
      await scene.inject(() => {
        rmSync(projects, { recursive: true });
        signalAll(agentsOf(scene.home), 'SIGKILL');
      });
      scene.ask();
      await answered(scene, pid);
    },
  },
  {
    name: 'folder-of-another-user',
    rows: [44],
    about:
      'the folder of an agent’s state belongs to another user than the agent: it is given back before the next one',
    needs: 'root',
    expected: UNNOTICED,
    async run(scene) {
      const pid = scene.installation.pid();
      await scene.inject(() => {
        chownSync(join(scene.home, 'data', 'sessions', 'local-drill', '.claude'), 0, 0);
        signalAll(agentsOf(scene.home), 'SIGKILL');
      });
      scene.ask();
      await answered(scene, pid);
    },
  },
  {
    name: 'model-refuses',
    rows: [46],
    about: 'the model refuses what it is asked: the chat is told so, silence would be an error',
    expected: UNNOTICED,
    async run(scene) {
      await scene.inject(() => scene.world.anthropic.misbehave({ kind: 'status', status: 400 }));
      const { stdout, code } = await scene.installation.cli('chat', '--once', '@폴 hello');
      check(code === 0 && stdout.trim() !== '', 'the chat was told nothing');
      await scene.world.anthropic.misbehave({ kind: 'none' });
    },
  },
  {
    name: 'pool-full',
    rows: [47],
    about: 'one turn may run at a time and warm agents idle in every group: each group is answered at once',
    scene: { platforms: ['slack', 'discord'], env: { MAX_CONCURRENT_CONTAINERS: '1' } },
    expected: UNNOTICED,
    async run(scene) {
      const pid = scene.installation.pid();
      scene.injectedAt = Date.now();
      for (let round = 0; round < 2; round += 1) for (const { platform } of scene.places) scene.ask(platform);
      await answered(scene, pid);
    },
  },
  {
    name: 'close-races',
    rows: [48],
    about: 'questions come just when idle agents are closed: each is answered once',
    scene: { env: { IDLE_TIMEOUT: '1000' } },
    expected: UNNOTICED,
    async run(scene) {
      scene.injectedAt = Date.now();
      for (const seconds of [0.9, 0.95, 1, 1.05, 1.1]) {
        await scene.askEverywhere();
        await scene.quiet(seconds);
      }
    },
  },
];
