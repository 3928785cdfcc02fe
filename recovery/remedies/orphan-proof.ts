/**
 * Whether a process is an orchestrator of this home and this installation. Proof needs all of: it is Node, its first
 * argument is our `dist/index.js` (or that of one of our releases), and its home is ours. What can't be read is no proof.
 */
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';

export type Proof = { ours: true } | { ours: false; reason: string };

/** What the system tells of a process. */
export type ProcessFacts = {
  program: string;
  args: readonly string[];
  cwd: string;
  environment: Readonly<Record<string, string>>;
};

export function orphanProof({ pid }: { pid: number }, place: { home: string; installation: string }): Proof {
  const facts = readFacts(pid);
  if (facts === null) return { ours: false, reason: 'it belongs to somebody else' };
  return judgeFacts(facts, { home: real(place.home), installation: real(place.installation) }, real);
}

/** @param realpath resolves links; injected, so that the decision can be tested without files */
export function judgeFacts(
  facts: ProcessFacts,
  { home, installation }: { home: string; installation: string },
  realpath: (path: string) => string,
): Proof {
  const script = facts.args.slice(1).find((arg) => !arg.startsWith('-'));
  if (!/^node/.test(basename(facts.program)) || script === undefined) {
    return { ours: false, reason: 'it is no orchestrator' };
  }
  const path = realpath(resolve(facts.cwd, script));
  const isOurs =
    basename(path) === 'index.js' &&
    (dirname(path) === realpath(join(installation, 'dist')) ||
      path.startsWith(join(installation, 'releases') + sep));
  if (!isOurs) return { ours: false, reason: 'it is no orchestrator of this installation' };
  const itsHome = facts.environment.NANOCLAW_HOME ?? dirname(dirname(path));
  if (realpath(resolve(facts.cwd, itsHome)) !== home)
    return { ours: false, reason: 'it serves another home' };
  return { ours: true };
}

function readFacts(pid: number): ProcessFacts | null {
  try {
    const words = (name: string) =>
      readFileSync(`/proc/${pid}/${name}`, 'utf8')
        .split('\0')
        .filter((word) => word !== '');
    const environment = Object.fromEntries(
      words('environ').map((word) => [word.split('=', 1)[0] ?? '', word.slice(word.indexOf('=') + 1)]),
    );
    return {
      program: readlinkSync(`/proc/${pid}/exe`),
      args: words('cmdline'),
      cwd: readlinkSync(`/proc/${pid}/cwd`),
      environment,
    };
  } catch {
    return null; // another user's, or gone
  }
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // it is gone; then the plain name is compared
  }
}
