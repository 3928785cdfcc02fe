/** An installation with programs of its own in its home, so that a drill may break them. */
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scene } from './scene.ts';

/** The release that works. */
const FIRST = 'first';
const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));

/** `dist` → `releases/first`, `node_modules` → the checkout's; the supervisor lies elsewhere, as installed. */
export function takeOwnCopy({ home, installation }: Scene): void {
  const folder = join(home, 'releases', FIRST);
  mkdirSync(join(home, 'sup'), { recursive: true });
  for (const part of ['index.js', 'cli.js', 'runner.js', 'index', 'cli'])
    cpSync(join(CHECKOUT, 'dist', part), join(folder, part), { recursive: true });
  cpSync(join(CHECKOUT, 'dist', 'supervisor.js'), join(home, 'sup', 'supervisor.js'));
  writeFileSync(join(home, 'package.json'), '{"type":"module"}');
  symlinkSync(join(CHECKOUT, 'node_modules'), join(home, 'node_modules'));
  symlinkSync(join('releases', FIRST), join(home, 'dist'));
  // Programs find what lies beside them from where they truly are.
  for (const place of [home, join(home, 'releases')])
    symlinkSync(join(CHECKOUT, 'container'), join(place, 'container'));
  symlinkSync(FIRST, join(home, 'releases', 'dist'));
  installation.programs = {
    supervisor: join(home, 'sup', 'supervisor.js'),
    cli: join(home, 'dist', 'cli.js'),
  };
}

/** A release that cannot start, put in place as an update does. */
export function takeBadRelease(scene: Scene): void {
  const spoil = (folder: string) =>
    writeFileSync(join(folder, 'index.js'), "throw new Error('this release is broken');\n");
  takeRelease(scene, spoil);
}

/** One of which an update that broke off has brought half, and not what the remedies are programs of. */
export function takeHalfRelease(scene: Scene): void {
  const missing = ['index', 'cli.js', 'cli', 'runner.js'];
  takeRelease(scene, (folder) => {
    for (const part of missing) rmSync(join(folder, part), { recursive: true });
  });
}

function takeRelease({ home }: Scene, spoil: (folder: string) => void): void {
  const fresh = join(home, 'releases', 'fresh');
  cpSync(join(home, 'releases', FIRST), fresh, { recursive: true });
  spoil(fresh);
  point(join(home, 'releases', 'previous'), FIRST);
  point(join(home, 'dist'), join('releases', 'fresh'));
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
