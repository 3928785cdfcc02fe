/**
 * Which files of the project a session may change. Pure; a closed list, what is not named is refused.
 *
 * Left out on purpose: the supervisor and what it runs with its own rights (`dist/supervisor.js`, `dist/cli*`, `src/cli`), root's
 * files (systemd, scripts), build recipes that Docker runs, packages and their registry, settings, policy, git.
 */

const ALLOWED: readonly RegExp[] = [
  /^src\/(?!cli\/)[\w./-]+\.tsx?$/,
  /^container\/[\w./-]+\.ts$/,
  /^dist\/index\.js$/,
  /^dist\/index\/[\w.-]+\.js$/,
  /^dist\/runner\.js$/,
];

/** A hidden file or folder holds settings of a tool; a repair needs none. */
const HIDDEN = /(?:^|\/)\./;

/** @param path from the installation's top, with slashes */
export function mayChange(path: string): boolean {
  return !HIDDEN.test(path) && ALLOWED.some((pattern) => pattern.test(path));
}

/**
 * What the copy holds: what helps to understand the fault, and nothing of the state. Of `dist/` the programs of the
 * service and the command line; a session waits for every file of the copy.
 */
export const COPIED: readonly string[] = [
  ...['src', 'contracts', 'container', 'broker', 'metrics', 'docs'],
  ...['index.js', 'index', 'runner.js', 'cli.js', 'cli'].map((name) => `dist/${name}`),
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'ARCHITECTURE.md', 'README.md', 'CHANGELOG.md'],
];

/** Names that are never copied, wherever they lie. */
export function isLeftOut(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const isUseless = name === 'node_modules' || name.endsWith('.map');
  return isUseless || name.startsWith('.') || /^dist\/supervisor/.test(path);
}
