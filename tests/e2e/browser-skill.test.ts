/**
 * The browser of the agents' larger image, used from inside a real container as its skill says: a page that is built by
 * JavaScript, through the broker. `CONTAINER_IMAGE=nanoclaw-agent:browser ./container/build.sh --browser` makes the image,
 * which takes minutes and a gigabyte: where it is missing this file is skipped.
 */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addGroup, run, type Scene, setScene } from './intruder.ts';

const IMAGE = process.env.NANOCLAW_BROWSER_IMAGE ?? 'nanoclaw-agent:browser';
const isThere = spawnSync('docker', ['image', 'inspect', IMAGE]).status === 0;
if (!isThere) console.warn(`No browser is tried here: there is no image ${IMAGE}`);
/** Nothing that fetches without running scripts sees the sum. */
const PAGE =
  '<p id="sum"></p><script>document.getElementById("sum").textContent = "otters: " + 6 * 7;</script>';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

describe.runIf(isThere)('an agent with a browser', () => {
  let scene: Scene;
  let url: string;
  const server = createServer((_req, res) => res.setHeader('content-type', 'text/html').end(PAGE));

  beforeAll(async () => {
    scene = await setScene({ CONTAINER_IMAGE: IMAGE });
    const own = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
    const address = own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '';
    await new Promise<void>((done) => server.listen(0, '0.0.0.0', done));
    const { port } = server.address() as AddressInfo;
    url = `http://${address}:${port}/page`;
    const egress = { ports: [port], private: [`${address}:${port}`] };
    expect((await addGroup(scene, 'team', { egress, memoryMb: 3000 })).stderr).toBe('');
  });
  afterAll(async () => {
    server.close();
    await scene?.stop();
  });

  it('is told of the skill, whose lines it runs as they stand, and sees what scripts have built', async () => {
    const skill = '$CLAUDE_CONFIG_DIR/skills/browser/SKILL.md';
    const lines = `eval "$(sed -n '/^\`\`\`/,/^\`\`\`/p' ${skill} | grep -v '^\`\`\`')"`;
    const printed = await run(scene, `${lines}; chrome --dump-dom '${url}' 2>/dev/null`);
    expect(printed).toContain('otters: 42');
    expect(JSON.stringify(scene.world.anthropic.requests.map(({ body }) => body))).toContain('real browser');
  });

  it('went through the broker, whose policy holds for the browser too', async () => {
    const egress = scene.installation.metrics('egress');
    expect(egress).toContainEqual(
      expect.objectContaining({ group: 'team', result: 'answered', method: 'GET' }),
    );
    const closed = url.replace(/:\d+\/page/, ':81/');
    await run(
      scene,
      `chromium --headless --no-sandbox --proxy-server="$HTTPS_PROXY" --user-data-dir=/tmp/c --dump-dom '${closed}' 2>/dev/null`,
    );
    expect(scene.installation.metrics('egress')).toContainEqual(
      expect.objectContaining({ group: 'team', code: 'port' }),
    );
  });
});
