/** What an agent that turned against its host can do, from inside a real container with a real Bash: nothing. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../world/anthropic-script.ts';
import { ATTEMPTS_ON_HOST, expectNothing as expectNothingIn } from './attempts-on-host.ts';
import { addGroup, environmentOf, GOT, run, SAY_GOT, type Scene, setScene, toolCalls } from './intruder.ts';

let scene: Scene;
let hostFile: string;
const refusals = () => scene.installation.metrics('egress').filter(({ result }) => result === 'refused');
const expectNothing = (printed: string) => expectNothingIn(scene, printed);

beforeAll(async () => {
  scene = await setScene();
  const { paths } = scene.installation;
  hostFile = join(paths.data, 'secret.txt');
  const ports = [80, 443, 8080, scene.closed.port];
  const egress = { ports, private: [`127.0.0.1:${scene.opened.port}`, '169.254.169.254:80'] };
  expect((await addGroup(scene, 'team', { egress })).stderr).toBe('');
  await run(scene, 'true', 'main'); // the victim: its agent stays warm beside ours
  for (const file of [hostFile, join(paths.group('main'), 'diary.md')]) writeFileSync(file, scene.canary);
});
afterAll(() => scene?.stop());

describe('the harness', () => {
  it('sees what a command prints, and an opened address answers through the proxy and a tunnel', async () => {
    const url = `http://127.0.0.1:${scene.opened.port}/`;
    const command = `curl -s --noproxy '' ${url}; curl -s --noproxy '' --proxytunnel ${url}`;
    expect(await run(scene, command)).toContain(`${GOT}\n${GOT}`);
    expect(scene.opened.hits).toHaveLength(2);
    const passed = scene.installation
      .metrics('egress')
      .filter(({ host, result }) => host && result === 'answered');
    expect(passed.map(({ method, address }) => [method, address])).toEqual([
      ['GET', '127.0.0.1'],
      ['CONNECT', '127.0.0.1'],
    ]);
  });
});

describe('the host from inside an agent', () => {
  it.each(ATTEMPTS_ON_HOST)('%s: nothing, and it shows as “%s”', async (_name, reach, command) => {
    const prey = { file: hostFile, env: scene.installation.paths.env };
    expectNothing(await run(scene, `(${command(prey)}) 2>&1 | tail -c 2000`));
    expect(toolCalls(scene, 'team').at(-1)).toMatchObject({ reaches: expect.stringContaining(reach) });
  });

  it('secrets in its environment, arguments and files: none', async () => {
    const patterns = 'nc-can[a]ry-|sk-ant-api03-test-w[o]rld|sk-ant-oat01-test-w[o]rld';
    const places = '/home /workspace /run /tmp /opt/nanoclaw/runner.js /etc /var';
    const printed = await run(
      scene,
      `(env; cat /proc/*/environ /proc/*/cmdline) 2>/dev/null | grep -aoE '${patterns}'; grep -rsoE '${patterns}' ${places}; true`,
    );
    expectNothing(printed);
  });
});

describe('other groups from inside an agent', () => {
  it.each([
    [
      'their files',
      'other_agents',
      () =>
        `cat /workspace/group/../main/diary.md /workspace/../groups/main/diary.md ${join(scene.installation.paths.group('main'), 'diary.md')}`,
    ],
    [
      'their links',
      'other_agents',
      () =>
        `ls /run/nanoclaw/.. | grep -v nanoclaw | grep agents && ${SAY_GOT}; ls ${scene.installation.paths.agentsRun} && ${SAY_GOT}`,
    ],
    [
      'shared memory, which only main may change',
      'other_agents',
      () => `echo x > /workspace/global/CLAUDE.md && ${SAY_GOT}`,
    ],
    [
      'its own logs, which the host writes',
      'outside',
      () => `rm logs/* && ${SAY_GOT}; mv logs old && ${SAY_GOT}; ln -s ${hostFile} logs/x && ${SAY_GOT}`,
    ],
  ])('%s: nothing, and it shows as “%s”', async (_name, reach, command) => {
    expectNothing(await run(scene, `(${command()}) 2>&1 | tail -c 2000`));
    expect(toolCalls(scene, 'team').at(-1)).toMatchObject({ reaches: expect.stringContaining(reach) });
  });

  it("another container's placeholder opens nothing", async () => {
    const [, other = ''] = /ANTHROPIC_API_KEY=(\S+)/.exec(environmentOf(scene, 'main')) ?? [];
    expect(other).toMatch(/^sk-ant-nanoclaw-/);
    const ask = `curl -s -w '%{http_code}' -H "x-api-key: ${other}" -d '{}' $ANTHROPIC_BASE_URL/v1/messages`;
    expect(await run(scene, ask)).toMatch(/401/);
    expect(refusals()).toContainEqual(expect.objectContaining({ group: 'team', status: 401 }));
  });
});

describe('the network from inside an agent', () => {
  it('has no way but the broker', async () => {
    const tcp = (at: string) => `timeout 3 bash -c 'echo > /dev/tcp/${at}' && ${SAY_GOT}`;
    const tries = [`1.1.1.1/80`, `172.17.0.1/${scene.closed.port}`, `127.0.0.1/${scene.closed.port}`].map(
      tcp,
    );
    const links = `[ $(ls /sys/class/net | wc -l) -gt 1 ] && ${SAY_GOT}`;
    expectNothing(await run(scene, `(${[...tries, links].join('; ')}) 2>&1; true`));
  });

  it('does not lead through the broker to the host, private networks or the metadata address', async () => {
    const { port } = scene.closed;
    scene.dns.answer('inside.test', '127.0.0.1');
    scene.dns.answer('meta.test', '169.254.169.254');
    scene.dns.answer('lan.test', '192.168.0.1');
    const own = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
    const owned = own.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
    const hosts = [
      ...[
        '127.0.0.1',
        '127.1',
        '0x7f.1',
        '2130706433',
        '0.0.0.0',
        '[::1]',
        '[::ffff:127.0.0.1]',
        '[::ffff:7f00:1]',
      ],
      ...[
        '[64:ff9b::7f00:1]',
        '[fe80::1]',
        '[fd00:ec2::254]',
        '10.0.0.1',
        '172.17.0.1',
        '192.168.1.1',
        '100.64.0.1',
      ],
      ...['inside.test', 'lan.test', ...owned],
    ];
    const urls = [
      ...hosts.map((host) => `http://${host}:${port}/`),
      'http://169.254.169.254/',
      'http://meta.test/',
    ];
    const curl = "curl -s -m 8 --noproxy '' -o /dev/null -w '%{http_code}/%{http_connect} '";
    const printed = await run(
      scene,
      `for u in ${urls.map((url) => `'${url}'`).join(' ')}; do ${curl} -g "$u"; ${curl} -g -p "$u"; done`,
    );
    expectNothing(printed);
    expect(printed.match(/403\/000 000\/403/g)).toHaveLength(urls.length);
    expect(scene.closed.hits).toEqual([]);
    const codes = refusals().flatMap(({ code }) =>
      code === 'not_public' || code === 'own_address' ? [code] : [],
    );
    expect(codes).toHaveLength(2 * urls.length);
  });

  it('does not follow a name that changes its address between check and connection', async () => {
    const { port } = scene.closed;
    scene.dns.answer('rebind.test', '192.0.0.8', '127.0.0.1', '192.0.0.8', '127.0.0.1');
    const curl = `curl -s -m 8 -o /dev/null http://rebind.test:${port}/`;
    expectNothing(await run(scene, `for n in 1 2 3 4 5 6; do ${curl}; done; echo over`));
    expect(scene.dns.asked.filter((name) => name === 'rebind.test')).toHaveLength(6);
    const rebound = refusals().filter(({ host }) => String(host).startsWith('rebind.test'));
    expect(rebound.length).toBeGreaterThanOrEqual(3);
    expect(scene.closed.hits).toEqual([]);
  });

  it('is closed for other ports and for a group without egress, at once and with the reason', async () => {
    expect(await run(scene, 'curl -s http://example.test:22/')).toMatch(/Port 22 is not open.*egress\.ports/);
    await addGroup(scene, 'team', { egress: { policy: 'none' } });
    expect(await run(scene, 'curl -s http://example.test/')).toMatch(
      /no way to the internet.*egress\.policy/,
    );
    expect(refusals().map(({ code }) => code)).toEqual(expect.arrayContaining(['port', 'policy_none']));
  });
});

describe('the resources of the host from inside an agent', () => {
  it('processes end at a limit, and the agent goes on', async () => {
    const bomb =
      'import os,time\nn=0\ntry:\n  while n<3000:\n    if os.fork()==0:\n      time.sleep(3); os._exit(0)\n    n+=1\nexcept OSError: pass\nprint("children", n)';
    const printed = await run(scene, `python3 -c '${bomb}'`);
    const [, children] = /children (\d+)/.exec(printed) ?? [];
    expect(Number(children)).toBeGreaterThan(50);
    expect(Number(children)).toBeLessThan(512);
    expect(await run(scene, 'echo alive')).toContain('alive');
  });

  it('scratch space ends at a limit', async () => {
    const fill = (path: string) =>
      `dd if=/dev/zero of=${path}/fill bs=1M count=400 2>/dev/null && ${SAY_GOT}; rm -f ${path}/fill`;
    expectNothing(
      await run(scene, `${['/tmp', '/home/node', '/dev/shm', '/'].map(fill).join('; ')}; echo over`),
    );
  });
});

describe('what the host writes or reads for an agent', () => {
  it('never follows a link that the agent planted', async () => {
    const before = readFileSync(hostFile, 'utf8');
    const { paths } = scene.installation;
    await run(
      scene,
      `rm -f CLAUDE.md; ln -s ${hostFile} CLAUDE.md; ln -s ${paths.data} inbox; ln -s ${paths.env} leak.txt; ls -l`,
    );
    scene.world.anthropic.script.queue(
      call('mcp__nanoclaw__send_file', { path: '/workspace/group/leak.txt' }),
    );
    const { stdout } = await scene.installation.cli('chat', '--once', 'send it', '--chat', 'team');
    expectNothing(stdout);
    expect(scene.installation.metrics('host_tool').at(-1)).toMatchObject({
      ...{ group: 'team', tool: 'send_file', result: 'refused' },
    });
    expect(
      readdirSync(paths.outgoing, { recursive: true }).filter((name) => String(name).includes('leak')),
    ).toEqual([]);
    await scene.installation.halt(); // the next agent of the group finds the links in its folder
    scene.installation.start();
    await scene.installation.up();
    expectNothing(await run(scene, 'cat CLAUDE.md inbox/secret.txt; true'));
    expect(readFileSync(hostFile, 'utf8')).toBe(before);
  });

  it.each(['../evil', 'a;touch x', '$(id)', 'a/b', '.', 'global'])(
    'a group cannot be called %s',
    async (name) => {
      const { code, stderr } = await addGroup(scene, name);
      expect(code).not.toBe(0);
      expect(stderr).toContain('letters, digits');
    },
  );
});

describe('the budget of a day', () => {
  it('ends with a clear word to the chat, and is still used after a restart', async () => {
    await addGroup(scene, 'frugal', { budget: { tokensPerDay: 1 } });
    expect(await run(scene, 'echo first', 'frugal')).toMatch(/used its budget for today/);
    await scene.installation.halt();
    scene.installation.start();
    await scene.installation.up();
    const { stdout } = await scene.installation.cli('chat', '--once', 'again', '--chat', 'frugal');
    expect(stdout).toMatch(/used its budget for today/);
    expect(refusals()).toContainEqual(expect.objectContaining({ group: 'frugal', status: 423 }));
  });
});
