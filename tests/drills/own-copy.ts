/** An installation with programs of its own in its home, so that a drill may break them. */
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scene } from './scene.ts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));

/** `dist` → `releases/<release>`, `node_modules` → the checkout's; the supervisor lies elsewhere, as installed. */
export function takeOwnCopy({ home, installation }: Scene, release = 'first'): void {
  const folder = join(home, 'releases', release);
  mkdirSync(join(home, 'sup'), { recursive: true });
  for (const part of ['index.js', 'cli.js', 'runner.js', 'index', 'cli'])
    cpSync(join(CHECKOUT, 'dist', part), join(folder, part), { recursive: true });
  cpSync(join(CHECKOUT, 'dist', 'supervisor.js'), join(home, 'sup', 'supervisor.js'));
  writeFileSync(join(home, 'package.json'), '{"type":"module"}');
  symlinkSync(join(CHECKOUT, 'node_modules'), join(home, 'node_modules'));
  symlinkSync(join('releases', release), join(home, 'dist'));
  // Programs find what lies beside them from where they truly are.
  for (const place of [home, join(home, 'releases')])
    symlinkSync(join(CHECKOUT, 'container'), join(place, 'container'));
  symlinkSync(release, join(home, 'releases', 'dist'));
  installation.programs = {
    supervisor: join(home, 'sup', 'supervisor.js'),
    cli: join(home, 'dist', 'cli.js'),
  };
}

/** A release that cannot start, put in place as an update does. */
export function takeBadRelease({ home }: Scene, former = 'first'): void {
  const bad = join(home, 'releases', 'bad');
  cpSync(join(home, 'releases', former), bad, { recursive: true });
  writeFileSync(join(bad, 'index.js'), "throw new Error('this release is broken');\n");
  point(join(home, 'releases', 'previous'), former);
  point(join(home, 'dist'), join('releases', 'bad'));
}

function point(link: string, target: string): void {
  symlinkSync(target, `${link}.tmp`);
  renameSync(`${link}.tmp`, link);
}

/** Takes the packages away, and gives them back. */
export function losePackages({ home }: Scene): () => void {
  const link = join(home, 'node_modules');
  rmSync(link);
  return () => symlinkSync(join(CHECKOUT, 'node_modules'), link);
}
