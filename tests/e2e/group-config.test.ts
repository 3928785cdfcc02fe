/** What a group's configuration says, on a real container: as the engine has it, and as the agent finds it inside. */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentUser } from '../../src/agents/agent-folders.ts';
import { addGroup, containerOf, run, type Scene, setScene } from './intruder.ts';

const MB = 1024 ** 2;
let scene: Scene;
let projects: string;

type Inspected = {
  HostConfig: {
    Memory: number;
    MemorySwap: number;
    NanoCpus: number;
    PidsLimit: number;
    NetworkMode: string;
    Ulimits: Array<{ Name: string; Hard: number }>;
  };
};

beforeAll(async () => {
  scene = await setScene();
  const home = scene.installation.env.HOME ?? '';
  projects = join(scene.installation.env.HOME ?? '', 'projects');
  for (const folder of ['site', 'notes']) {
    mkdirSync(join(projects, folder), { recursive: true });
    chownSync(join(projects, folder), agentUser().uid, agentUser().gid);
    writeFileSync(join(projects, folder, 'read.me'), `this is ${folder}\n`);
  }
  execFileSync('chmod', ['755', home]);
  mkdirSync(join(home, '.config', 'nanoclaw'), { recursive: true });
  const allowlist = {
    allowedRoots: [{ path: '~/projects', allowReadWrite: true }],
    nonMainReadOnly: false,
  };
  writeFileSync(join(home, '.config', 'nanoclaw', 'mount-allowlist.json'), JSON.stringify(allowlist));
  const config = {
    ...{ memoryMb: 900, cpus: 0.5, pids: 200, diskMb: 100 },
    ...{ model: 'claude-opus-4-6', effort: 'low' },
    egress: { policy: 'allowlist', hosts: ['listed.test'] },
    additionalMounts: [
      { hostPath: '~/projects/site' },
      { hostPath: '~/projects/notes', name: 'my-notes', readonly: false },
    ],
  };
  expect((await addGroup(scene, 'team', config)).stderr).toBe('');
});
afterAll(() => scene?.stop());

it('limits what the engine gives to the container, which sees the same', async () => {
  const files = '/sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max';
  expect(await run(scene, `cat ${files} 2>/dev/null; ulimit -f`)).toContain(`${900 * MB}`);
  const printed = execFileSync('docker', ['inspect', containerOf(scene, 'team')], { encoding: 'utf8' });
  const [{ HostConfig } = { HostConfig: null }] = JSON.parse(printed) as Inspected[];
  expect(HostConfig).toMatchObject({
    ...{ Memory: 900 * MB, MemorySwap: 900 * MB, NanoCpus: 5e8, PidsLimit: 200, NetworkMode: 'none' },
    Ulimits: [{ Name: 'fsize', Hard: 100 * MB }],
  });
});

it('shows folders of the host below /workspace/extra, to be written to only where it says so', async () => {
  const tries = ['site', 'my-notes'].map(
    (name) => `cat ${name}/read.me; (echo hello > ${name}/new) 2>/dev/null && echo wrote ${name}`,
  );
  const printed = await run(scene, `cd /workspace/extra; ls; ${tries.join('; ')}`);
  expect(printed).toMatch(/my-notes\nsite\nthis is site\nthis is notes\nwrote my-notes/);
  expect(readFileSync(join(projects, 'notes', 'new'), 'utf8')).toBe('hello\n');
});

it('chooses the model and its effort', async () => {
  await run(scene, 'true');
  const body = scene.world.anthropic.requests.findLast((request) => request.body?.tools?.length)?.body;
  expect(body).toMatchObject({ model: 'claude-opus-4-6', output_config: { effort: 'low' } });
});

describe('the way out', () => {
  it('leads to listed hosts only, and a program is told why not', async () => {
    expect(await run(scene, 'curl -s http://unlisted.test/')).toMatch(/unlisted\.test.*egress\.hosts/);
    scene.dns.answer('listed.test', '127.0.0.1');
    await run(scene, 'curl -s http://listed.test/');
    const codes = scene.installation.metrics('egress').flatMap(({ code }) => code ?? []);
    expect(codes).toEqual(['not_in_allowlist', 'not_public']);
  });
});
