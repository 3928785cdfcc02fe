/** Faults of the database and of the programs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, realpathSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { check, type Drill } from './drill.ts';
import { losePackages, takeBadRelease, takeHalfRelease, takeOwnCopy } from './own-copy.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';

const PAGE_BYTES = 4096;
const REPAIRED = { causes: ['store_unusable'], tier: 2, pages: 0 } as const;
const ROLLED_BACK = { causes: ['crash'], tier: 2, pages: 0 } as const;

/** Damages the database while nobody has it open, and starts again. */
async function damage(scene: Scene, deed: (path: string) => void): Promise<void> {
  const { installation } = scene;
  check((await installation.cli('backup')).code === 0, 'no backup could be made');
  await installation.halt();
  await scene.inject(() => deed(installation.paths.database));
  installation.start();
  await installation.up({ seconds: PATIENCE_SECONDS });
  await scene.healed();
}

function overwriteFirstPage(path: string): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, 0);
  closeSync(fd);
}

/** Another program holds the database for itself. */
async function lockDatabase(scene: Scene, seconds: number): Promise<void> {
  const { database } = scene.installation.paths;
  const program = `const d = require('better-sqlite3')(process.argv[1]);
d.pragma('busy_timeout = 20000'); d.exec('BEGIN IMMEDIATE'); console.log('locked');
setTimeout(() => process.exit(), ${seconds * 1000});`;
  const cwd = join(import.meta.dirname, '..', '..');
  const options = { cwd, stdio: ['ignore', 'pipe', 'inherit'] as ['ignore', 'pipe', 'inherit'] };
  const holder = spawn(process.execPath, ['-e', program, database], options);
  scene.atEnd(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
}

/** Puts a release in place that does not work. */
async function update(scene: Scene, take: (scene: Scene) => void): Promise<void> {
  takeOwnCopy(scene);
  await scene.open();
  const pid = scene.installation.pid();
  take(scene);
  await scene.kill();
  scene.ask();
  await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
  await scene.healed();
  const now = realpathSync(join(scene.home, 'dist'));
  check(now.endsWith('/first'), `the release that runs is ${now}`);
}

export const DATA_DRILLS: readonly Drill[] = [
  {
    name: 'database-corrupted',
    rows: [50],
    about: 'the first page of the database is garbage: it is restored from the newest backup',
    expected: REPAIRED,
    run: (scene) => damage(scene, overwriteFirstPage),
  },
  {
    name: 'database-truncated',
    rows: [50],
    about: 'the end of the database is missing: it is rebuilt from every row that can be read',
    expected: REPAIRED,
    run: (scene) => damage(scene, (path) => truncateSync(path, statSync(path).size - PAGE_BYTES)),
  },
  {
    name: 'database-locked',
    rows: [50],
    about: 'another program holds the database for a while: nothing asked meanwhile is lost',
    expected: { causes: [], tier: null, pages: 0 },
    async run(scene) {
      await scene.inject(() => lockDatabase(scene, 3));
      scene.ask();
      await scene.quiz.settled(PATIENCE_SECONDS);
    },
  },
  {
    name: 'packages-gone',
    rows: [54],
    about:
      'node_modules is deleted: the supervisor works on, pages what to type, and all is well when they are back',
    scene: { startsItself: true },
    expected: { causes: ['crash'], tier: 4, pages: 1 },
    async run(scene) {
      takeOwnCopy(scene);
      await scene.open();
      const putBack = losePackages(scene);
      scene.atEnd(() => rmSync(join(scene.home, 'node_modules'), { force: true }));
      await scene.kill();
      await scene.status(({ incidents }) => incidents[0]?.pages === 1, 'no page');
      putBack();
      check((await scene.installation.cli('restart')).code === 0, 'the restart was refused');
      await scene.healed();
    },
  },
  {
    name: 'bad-release',
    rows: [56],
    about: 'an update cannot start: the release before it is put back',
    scene: { startsItself: true },
    expected: ROLLED_BACK,
    run: (scene) => update(scene, takeBadRelease),
  },
  {
    name: 'half-update',
    rows: [55],
    about:
      'an update broke off half-way, the programs of the remedies are missing too: the release before it is put back',
    scene: { startsItself: true },
    expected: ROLLED_BACK,
    run: (scene) => update(scene, takeHalfRelease),
  },
];
