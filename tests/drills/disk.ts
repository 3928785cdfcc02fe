/** Faults of the disk, and of the folders and files on it that everybody writes to. */
import { appendFileSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runAsRoot } from './as-root.ts';
import { check, type Drill } from './drill.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';
import { emptyDisk, fillDisk, mountSmall, mountSmallHome, spreadOldLogs } from './small-disk.ts';

/** As Linux does with a disk that fails. */
function closeForWriting(scene: Scene, folder: string): void {
  runAsRoot('mount', '-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder);
  scene.atEnd(() => runAsRoot('umount', folder));
}

export const DISK_DRILLS: readonly Drill[] = [
  {
    name: 'disk-full',
    rows: [49],
    about:
      'the disk of the home is full to the last byte: old logs go, questions asked meanwhile are answered',
    needs: 'sudo',
    scene: { startsItself: true },
    // A question may still find room in a part of the database's log that is written over.
    expected: { causes: [['store_broken', 'disk_full']], tier: 2, pages: 0 },
    async run(scene) {
      mountSmallHome(scene);
      await scene.open();
      spreadOldLogs(scene.home);
      await scene.inject(() => fillDisk(scene.home));
      scene.ask();
      // Something goes on writing until somebody notices. Incidents have no room either: the signal tells.
      await scene.status(({ signals }) => {
        const isSeen = signals.some(({ code, level }) => code === 'disk_full' && level === 'visible');
        if (!isSeen) fillDisk(scene.home);
        return isSeen;
      }, 'the full disk was not seen');
      await scene.healed();
      await scene.quiz.settled(PATIENCE_SECONDS);
    },
  },
  {
    name: 'temporary-full',
    rows: [49],
    about:
      'the folder for temporary files is full of what is not ours: one page that says so, questions are answered on',
    needs: 'sudo',
    scene: { startsItself: true },
    expected: { causes: ['disk_full'], tier: null, pages: 1 },
    async run(scene) {
      const temporary = scene.installation.env.TMPDIR ?? '';
      mountSmall(scene, temporary);
      await scene.open();
      const pid = scene.installation.pid();
      await scene.inject(() => fillDisk(temporary));
      scene.ask();
      await scene.status(({ incidents }) => incidents[0]?.pages === 1, 'no page');
      await scene.askEverywhere();
      emptyDisk(temporary);
      await scene.healed();
      check(scene.installation.pid() === pid, 'the orchestrator was restarted for it');
    },
  },
  {
    name: 'logs-gone',
    rows: [57],
    about: 'the folder of logs and metrics is deleted under the running service: it is made anew',
    expected: { causes: ['crash'], tier: 1, pages: 0 },
    async run(scene) {
      const pid = scene.installation.pid();
      rmSync(scene.installation.paths.logs, { recursive: true });
      scene.ask();
      await scene.quiz.settled(PATIENCE_SECONDS);
      await scene.kill();
      await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
      await scene.healed();
    },
  },
  {
    name: 'logs-read-only',
    rows: [57],
    about:
      'nothing can be written to the folder of logs and metrics any more: it starts and answers all the same',
    needs: 'sudo',
    expected: { causes: [], tier: null, pages: 0 },
    async run(scene) {
      const pid = scene.installation.pid();
      await scene.inject(() => closeForWriting(scene, scene.installation.paths.logs));
      check((await scene.installation.cli('restart')).code === 0, 'the restart was refused');
      await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
      await scene.askEverywhere();
    },
  },
  {
    name: 'half-a-record',
    rows: [58],
    about: 'the metrics end in half a line: what follows is whole, and the sums are right',
    expected: { causes: ['crash'], tier: 1, pages: 0 },
    async run(scene) {
      const pid = scene.installation.pid();
      const file = join(scene.installation.paths.logs, 'metrics.jsonl');
      appendFileSync(realpathSync(file), '{"timestamp":1,"metric":"turn","res');
      await scene.kill();
      await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
      await scene.healed();
      const lines = readFileSync(file, 'utf8').split('\n');
      const recoveries = lines.filter(
        (line) => line.startsWith('{"timestamp":') && line.includes('"recovery"'),
      );
      check(recoveries.length === 1, 'the record after the half line is not a line of its own');
      const { code, stdout } = await scene.installation.cli('metrics', '--json');
      check(code === 0 && stdout.includes('crash'), 'nanoclaw metrics does not show the recovery');
    },
  },
];
