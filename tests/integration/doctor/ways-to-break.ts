/** Ways to break an installation that take more than one edit. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PatientHome } from './patient-home.ts';

/** Little enough to be filled at once. */
const QUOTA = 'size=256k,mode=0700';

/** A package in a release of its own; all others are as they were. */
export function breakPackage({ home }: PatientHome): void {
  const packages = join(home, 'node_modules');
  const sound = join(import.meta.dirname, '../../../node_modules');
  rmSync(packages);
  mkdirSync(packages);
  for (const name of readdirSync(sound))
    if (name !== 'better-sqlite3') symlinkSync(join(sound, name), join(packages, name));
  const broken = join(packages, 'better-sqlite3');
  mkdirSync(broken);
  for (const part of ['lib', 'build']) symlinkSync(join(sound, 'better-sqlite3', part), join(broken, part));
  writeFileSync(
    join(broken, 'package.json'),
    '{"name":"better-sqlite3","version":"99.0.0","main":"dist/main.js"}',
  );
}

/** Root is not kept from reading by a mode, so this patient runs without that right of root. */
export function closeOwnFile(patient: PatientHome): void {
  const path = join(patient.home, 'data', 'installation.json');
  mkdirSync(join(patient.home, 'data'));
  writeFileSync(path, JSON.stringify({ id: 'ab12cd34ef56', secret: 'x'.repeat(43) }));
  chmodSync(path, 0o000);
  const rightless = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'];
  patient.setPolicy({ supervisedCommand: [...rightless, process.execPath, patient.entry] });
}

export function fillFolder(patient: PatientHome): void {
  const folder = join(patient.home, 'data');
  mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', QUOTA, 'tmpfs', folder]);
  patient.atEnd(() => execFileSync('umount', ['--lazy', folder]));
  mkdirSync(join(folder, 'cache'));
  execFileSync('sh', ['-c', 'cat /dev/zero > cache/junk 2> /dev/null; : '], { cwd: folder });
}

export function leaveSocket({ home }: PatientHome): void {
  const socket = join(home, 'run', 'control.sock');
  mkdirSync(socket, { recursive: true });
  writeFileSync(join(socket, 'left-over'), '');
}
