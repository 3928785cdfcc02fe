/** What can't work says so: one clear line a problem, an exit code of its own, and nothing else broken. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../contracts/exit-codes.ts';
import { createInstallation, type Installation } from './installation.ts';
import { until } from './until.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
let installation: Installation | null = null;

afterEach(async () => {
  await installation?.stop();
});

/** Runs one of our programs until it ends by itself. */
function run(program: string, env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`${DIST}${program}`], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk;
      });
    child.on('close', (code) => resolve({ code, output }));
  });
}

describe('the orchestrator refuses to run', () => {
  it('with every wrong setting named, one a line, and no value repeated', async () => {
    installation = await createInstallation({
      env: { LOG_LEVEL: 'sk-ant-api03-oops', ANTHROPIC_API_KEY: 'sk-ant-api03-x', TZ: 'Mars' },
    });
    const { code, output } = await run('index.js', installation.env);
    expect(code).toBe(EXIT.config);
    expect(output.trim().split('\n').sort()).toEqual([
      expect.stringMatching(/^nanoclaw: \.env line 2: LOG_LEVEL must be trace, debug/),
      expect.stringMatching(/^nanoclaw: \.env line 3: ANTHROPIC_API_KEY would silently outrank/),
      expect.stringMatching(/^nanoclaw: \.env line 4: TZ is not a time zone/),
    ]);
    expect(output).not.toContain('oops');
  });

  it('when its port is taken by a stranger, which is left alone', async () => {
    installation = await createInstallation();
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(installation?.opsPort, '127.0.0.1', resolve));
    const { code, output } = await run('index.js', installation.env);
    expect(code).toBe(EXIT.portInUse);
    expect(output).toContain(
      `port ${installation.opsPort} is taken by another program: free it, or set NANOCLAW_PORT`,
    );
    expect(stranger.listening).toBe(true);
    await new Promise((resolve) => stranger.close(resolve));
  });

  it('beside another instance, which goes on; so does a second supervisor', async () => {
    installation = await createInstallation();
    installation.start();
    const { service } = await installation.up();
    const second = await run('index.js', installation.env);
    expect(second).toMatchObject({
      code: EXIT.alreadyRunning,
      output: expect.stringContaining('another orchestrator already runs'),
    });
    const supervisor = await run('supervisor.js', installation.env);
    expect(supervisor).toMatchObject({
      code: EXIT.alreadyRunning,
      output: expect.stringContaining('another supervisor already runs'),
    });
    expect((await installation.status())?.service).toMatchObject({ state: 'up', pid: service.pid });
    expect(await installation.incidents()).toEqual([]);
  });
});

describe('without what agents need, the service runs and says what is missing', () => {
  it.each([
    ['an engine that does not answer', { DOCKER_HOST: 'unix:///nowhere/docker.sock' }, {}, /Docker/],
    [
      'an image that is not there',
      {},
      { CONTAINER_IMAGE: 'nanoclaw-none:latest' },
      /no image nanoclaw-none:latest.*container\/build\.sh/,
    ],
  ])('%s', async (_what, environment, settings, line) => {
    const made = await createInstallation({ env: { NANOCLAW_SANDBOX: 'docker', ...settings } });
    installation = made;
    Object.assign(made.env, environment);
    made.start();
    const health = await until(
      async () => {
        const { code, stdout } = await made.cli('health', '--verbose');
        return code === EXIT.failure && /failed\s+sandbox:docker/.test(stdout) ? stdout : null;
      },
      30,
      () => made.output,
    );
    expect(health.split('\n').find((text) => text.includes('sandbox:docker'))).toMatch(line);
    expect(health).toMatch(/ok\s+store/);
    const live = await fetch(`http://127.0.0.1:${made.opsPort}/livez`);
    expect(live.status).toBe(200);
  });
});
