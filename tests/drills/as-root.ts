/** What takes root: done by root, or by a user who may call on it without a password. */
import { execFileSync } from 'node:child_process';

export const isRoot = () => process.getuid?.() === 0;

export function mayBeRoot(): boolean {
  if (isRoot()) return true;
  try {
    runAsRoot('true');
    return true;
  } catch {
    return false; // there is no sudo, or it asks for a password
  }
}

/** @throws when it fails */
export function runAsRoot(program: string, ...args: readonly string[]): void {
  if (isRoot()) execFileSync(program, args, { stdio: 'ignore' });
  else execFileSync('sudo', ['--non-interactive', program, ...args], { stdio: 'ignore' });
}
