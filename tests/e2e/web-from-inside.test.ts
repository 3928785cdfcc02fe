/**
 * The ways to the web that an agent has, from inside a real container: programs of its Bash, Claude Code's WebFetch and
 * its WebSearch. A server of this host stands in for the web; its address is opened for the group of this test alone.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createPlain, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, say } from '../world/anthropic-script.ts';
import { addGroup, run, type Scene, setScene } from './intruder.ts';

const PAGE = 'a page about otters';

let scene: Scene;
let address: string;
const hits: string[] = [];
const answer: RequestListener = (req, res) => {
  hits.push(req.url ?? '');
  res.setHeader('content-type', 'text/html');
  res.end(`<p>${PAGE}</p>`);
};
const servers = { plain: createPlain(answer), tls: createServer(answer) };
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
const passed = () =>
  scene.installation
    .metrics('egress')
    .flatMap(({ host, result, method }) => (host && result === 'answered' ? [method] : []));

beforeAll(async () => {
  scene = await setScene();
  const own = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  address = own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '';
  const { key, cert } = certificateFor(address);
  servers.tls.setSecureContext({ key, cert });
  for (const server of Object.values(servers))
    await new Promise<void>((done) => server.listen(0, '0.0.0.0', done));
  const ports = [443, ...Object.values(servers).map(portOf)];
  const egress = { ports, private: ports.slice(1).map((port) => `${address}:${port}`) };
  expect((await addGroup(scene, 'team', { egress })).stderr).toBe('');
  // The certificate of our stand-in is nobody's business but this group's.
  const { paths } = scene.installation;
  mkdirSync(paths.claudeState('team'), { recursive: true });
  writeFileSync(join(paths.claudeState('team'), 'ca.pem'), cert);
  const settings = { env: { NODE_EXTRA_CA_CERTS: '/home/node/.claude/ca.pem' } };
  writeFileSync(join(paths.claudeState('team'), 'settings.json'), JSON.stringify(settings));
});
afterAll(async () => {
  for (const server of Object.values(servers)) server.close();
  await scene?.stop();
});

function certificateFor(ip: string): { key: string; cert: string } {
  const [key, cert] = ['key', 'cert'].map((name) => join(scene.installation.home, `${name}.pem`)) as [
    string,
    string,
  ];
  const subject = ['-subj', '/CN=otters', '-addext', `subjectAltName=IP:${ip}`];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...made, ...subject], { stdio: 'ignore' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

it('programs go through the proxy that their environment names', async () => {
  const plain = `http://${address}:${portOf(servers.plain)}/plain`;
  const tls = `https://${address}:${portOf(servers.tls)}/tls`;
  const command = `curl -s ${plain}; curl -s --cacert /home/node/.claude/ca.pem ${tls}`;
  expect((await run(scene, command)).split(PAGE)).toHaveLength(3);
  expect(passed()).toEqual(['GET', 'CONNECT']);
});

it('WebFetch gets a page, asks nobody else, and the model reads it', async () => {
  const url = `https://${address}:${portOf(servers.tls)}/fetched`;
  scene.world.anthropic.script.queue(call('WebFetch', { url, prompt: 'What is it about?' }));
  await scene.installation.cli('chat', '--once', 'look it up', '--chat', 'team');
  expect(hits).toContain('/fetched');
  expect(scene.dns.asked).toEqual([]);
  expect(JSON.stringify(scene.world.anthropic.requests.map(({ body }) => body))).toContain(PAGE);
});

it('WebSearch is a request to the model, which the broker passes on', async () => {
  scene.world.anthropic.script.queue(call('WebSearch', { query: 'otters' }), say('otters swim'));
  const { stdout } = await scene.installation.cli('chat', '--once', 'search', '--chat', 'team');
  const tools = scene.world.anthropic.requests.flatMap(({ body }) => body?.tools ?? []);
  expect(tools).toContainEqual(expect.objectContaining({ name: 'web_search' }));
  expect(stdout).toContain('otters swim');
});
