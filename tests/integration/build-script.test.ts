/** container/build.sh on a checkout of its own, before any engine is asked to build. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { execute } from './container-world.ts';

let checkout: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'nanoclaw-checkout-'));
  for (const name of ['build.sh', 'engine.sh'])
    cpSync(`container/${name}`, join(checkout, 'container', name));
  for (const folder of ['container/runner', 'contracts', 'dist', 'bin'])
    mkdirSync(join(checkout, folder), { recursive: true });
  writeFileSync(join(checkout, 'dist', 'runner.js'), 'console.log(1);\n'.repeat(9));
  const sums = execFileSync('sha256sum', ['dist/runner.js'], { cwd: checkout });
  writeFileSync(join(checkout, 'dist', 'SHA256SUMS'), sums);
  // An engine that answers and can do nothing.
  writeFileSync(join(checkout, 'bin', 'docker'), '#!/bin/sh\necho 20.10\n', { mode: 0o755 });
});
afterEach(() => rmSync(checkout, { recursive: true }));

/** What it says until it fails for want of everything else. */
async function said(): Promise<string> {
  const env = { ...process.env, PATH: `${join(checkout, 'bin')}:${process.env.PATH}` };
  const failed = await execute(join(checkout, 'container', 'build.sh'), [], { env }).catch((error) => error);
  return `${failed.stdout}${failed.stderr}`;
}

it('builds the agents’ program anew when it is not as the build has left it, and only then', async () => {
  expect(await said()).not.toContain('Building dist/runner.js');
  truncateSync(join(checkout, 'dist', 'runner.js'), 20);
  expect(await said()).toContain('Building dist/runner.js');
});
