/** An installation's programs as a copy of the checkout's, so that they may be broken and mended. */
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const PARTS = ['src', 'contracts', 'container', 'broker', 'metrics', 'docs', 'package.json'];
const PROGRAMS = ['index.js', 'index', 'runner.js', 'cli.js', 'cli', 'supervisor.js'];

/**
 * @param dist of the checkout
 * @param folder not there yet; gets `dist/` and what lies beside it, packages as links
 * @returns the programs to run
 */
export function copyPrograms(
  dist: string,
  folder: string,
): { entry: string; supervisor: string; cli: string } {
  const checkout = join(dist, '..');
  const isOurs = (path: string) => !path.includes('node_modules');
  for (const part of PARTS)
    cpSync(join(checkout, part), join(folder, part), { recursive: true, filter: isOurs });
  for (const program of PROGRAMS)
    cpSync(join(dist, program), join(folder, 'dist', program), { recursive: true });
  for (const modules of ['node_modules', 'container/runner/node_modules'])
    symlinkSync(join(checkout, modules), join(folder, modules));
  const program = (name: string) => join(folder, 'dist', name);
  return { entry: program('index.js'), supervisor: program('supervisor.js'), cli: program('cli.js') };
}
