/**
 * Installations that neither a restart nor a remedy makes well, each with what a competent session does about it. The
 * orchestrator, its database and its packages are real; what is broken is a file of theirs.
 */

import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '../../world/anthropic-script.ts';
import { bash, claim, evidence, type Step, tryFix } from '../fixtures/emergency-home.ts';
import type { PatientHome } from './patient-home.ts';
import { breakPackage, closeOwnFile, fillFolder, leaveSocket } from './ways-to-break.ts';

export type BrokenWorld = {
  name: string;
  breakIt(patient: PatientHome): void;
  /** After a first look at the service, and before the last word. */
  doctor: readonly Step[];
  /** Files that the fix is found in. */
  mended: RegExp;
  tries?: number;
  /** Cause of the incident. */
  cause: string;
};

const SERVICE = 'dist/index/service-*.js';
const sed = (script: string, files: string) => bash(`sed -i '${script}' ${files} && echo edited`);

/** Claude Code edits only what it has read. */
const edit = (path: string, from: string, to: string): Step[] => [
  bash(`grep -n -F '${from}' ${path}`),
  () => call('Read', { file_path: `/project/${path}`, offset: 1, limit: 20 }),
  () => call('Edit', { file_path: `/project/${path}`, old_string: from, new_string: to }),
];

/** As scripts/build.mjs does, with what the session has: the sources and the packages. */
const BUILD = [
  'node_modules/esbuild/bin/esbuild index=src/index.ts --bundle --platform=node --format=esm --target=node20',
  '--splitting --outdir=dist --chunk-names=index/[name]-[hash] --log-level=warning',
  '--external:better-sqlite3 --external:dockerode --external:@slack/bolt --external:discord.js',
  '--external:@anthropic-ai/claude-agent-sdk --external:esbuild',
  `--banner:js="import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"`,
].join(' ');

export const BROKEN_WORLDS: readonly BrokenWorld[] = [
  {
    name: 'a bad edit of the code: it dies at its start',
    cause: 'crash',
    breakIt: (patient) => patient.edit(patient.entry, 'prepareHome();', 'prepareHomes();'),
    doctor: [...edit('dist/index.js', 'prepareHomes();', 'prepareHome();'), tryFix],
    mended: /dist\/index\.js/,
  },
  {
    name: 'a syntax error: nothing of it can be loaded',
    cause: 'crash',
    breakIt: (patient) => patient.edit(patient.entry, 'var HEARTBEAT_MS = 1e3;', 'var HEARTBEAT_MS = ;'),
    doctor: [
      bash('node --check dist/index.js'),
      sed('s/HEARTBEAT_MS = ;/HEARTBEAT_MS = 1e3;/', 'dist/index.js'),
      tryFix,
    ],
    mended: /dist\/index\.js/,
  },
  {
    name: 'a wrong constant: its heart beats once a week',
    cause: 'hang',
    breakIt(patient) {
      patient.edit(patient.entry, 'HEARTBEAT_MS = 1e3', 'HEARTBEAT_MS = 604800000');
      // Its first beats are in time; a restart would count as a cure before the next is missed.
      patient.setPolicy({ stableSeconds: 8 });
    },
    doctor: [sed('s/HEARTBEAT_MS = 604800000/HEARTBEAT_MS = 1e3/', 'dist/index.js'), tryFix],
    mended: /dist\/index\.js/,
  },
  {
    name: 'a setting that is misread: it listens on another port than it was given',
    cause: 'start_stuck',
    breakIt: (patient) =>
      patient.edit(
        patient.entry,
        'listenOps(settings.NANOCLAW_PORT,',
        'listenOps(settings.NANOCLAW_PORT ^ 1,',
      ),
    doctor: [evidence('status'), sed('s/NANOCLAW_PORT ^ 1/NANOCLAW_PORT/', 'dist/index.js'), tryFix],
    mended: /dist\/index\.js/,
  },
  {
    name: 'a bad migration: the database is sound and is refused',
    cause: 'store_unusable',
    breakIt: (patient) =>
      patient.edit(
        patient.piece('service-'),
        'var MIGRATIONS = [',
        'var MIGRATIONS = [\n"ALTER TABLE chatz ADD COLUMN x",',
      ),
    doctor: [bash(`grep -n chatz ${SERVICE}`), sed('/ALTER TABLE chatz/d', SERVICE), tryFix],
    mended: /dist\/index\/service-/,
  },
  {
    name: 'a broken dependency: a package names a file that it has not',
    cause: 'crash',
    breakIt: breakPackage,
    doctor: [
      bash('cat node_modules/better-sqlite3/package.json'),
      sed('s#from "better-sqlite3"#from "better-sqlite3/lib/index.js"#', SERVICE),
      tryFix,
    ],
    mended: /dist\/index\/service-/,
  },
  {
    name: 'a start that waits for what never comes',
    cause: 'start_stuck',
    breakIt: (patient) =>
      patient.edit(
        patient.entry,
        'const service = await import(',
        'await new Promise(() => setInterval(() => {}, 1e6));\n  const service = await import(',
      ),
    doctor: [sed('/await new Promise(() => setInterval/d', 'dist/index.js'), tryFix],
    mended: /dist\/index\.js/,
  },
  {
    name: 'a part that calls itself broken',
    cause: 'store_broken',
    breakIt: (patient) =>
      patient.edit(
        patient.piece('service-'),
        'return { name: "store", state,',
        'return { name: "store", state: "failed",',
      ),
    doctor: [
      evidence('health'),
      sed('s/name: "store", state: "failed",/name: "store", state,/', SERVICE),
      tryFix,
    ],
    mended: /dist\/index\/service-/,
  },
  {
    name: 'wrong permissions: a file of its own is closed to it',
    cause: 'crash',
    breakIt: closeOwnFile,
    doctor: [
      bash('grep -n "installation.json" dist/index/*.js src/agents/installation.ts'),
      bash(
        `f=$(grep -l 'function loadInstallation' dist/index/*.js) && sed -i 's/return schema.parse(JSON.parse(readFileSync(path, "utf8")));/chmodOwn(path, 0o600);\\n    &/; 1i import { chmodSync as chmodOwn } from "node:fs";' $f && node --check $f && echo edited`,
      ),
      tryFix,
    ],
    mended: /dist\/index\/chunk-/,
  },
  {
    name: 'a full quota: a folder of its own has no room left',
    cause: 'crash',
    breakIt: fillFolder,
    doctor: [
      bash('grep -n "writeFileSync(paths.hostPid" dist/index.js'),
      sed(
        's#^  writeFileSync(paths.hostPid#  rmSync(paths.data + "/cache", { recursive: true, force: true });\\n&#; 1i import { rmSync } from "node:fs";',
        'dist/index.js',
      ),
      tryFix,
    ],
    mended: /dist\/index\.js/,
  },
  {
    name: 'a stale socket of its own is in the way',
    cause: 'crash',
    breakIt: leaveSocket,
    doctor: [
      sed(
        's#await rm(path, { force: true });#await rm(path, { force: true, recursive: true });#',
        'dist/index.js',
      ),
      tryFix,
    ],
    mended: /dist\/index\.js/,
  },
  {
    name: 'a missing file, and sources that cannot be built',
    cause: 'crash',
    breakIt(patient) {
      unlinkSync(patient.piece('service-'));
      patient.edit(join(patient.home, 'src', 'clock.ts'), 'export ', 'exprt ');
    },
    doctor: [
      bash(`${BUILD} 2>&1 | head -5`),
      sed('s/exprt /export /', 'src/clock.ts'),
      bash(`rm -r dist/index dist/index.js; ${BUILD} && ls dist/index`),
      tryFix,
    ],
    mended: /src\/clock\.ts/,
  },
  {
    name: 'it ends by itself as soon as it is ready',
    cause: 'crash',
    breakIt: (patient) =>
      patient.edit(
        patient.entry,
        'life.enter("ready");',
        'life.enter("ready"); setTimeout(() => process.exit(0), 300);',
      ),
    doctor: [sed('s/ setTimeout(() => process.exit(0), 300);//', 'dist/index.js'), tryFix],
    mended: /dist\/index\.js/,
  },
  {
    name: 'two faults, of which the first fix mends one',
    cause: 'crash',
    breakIt(patient) {
      patient.edit(patient.entry, 'prepareHome();', 'prepareHomes();');
      patient.edit(
        patient.entry,
        'life.enter("ready");',
        'life.enter("ready"); setTimeout(() => Promise.reject(new Error("late")), 600);',
      );
    },
    doctor: [
      sed('s/prepareHomes/prepareHome/', 'dist/index.js'),
      tryFix,
      evidence('service_log'),
      sed('s/ setTimeout(() => Promise.reject(new Error("late")), 600);//', 'dist/index.js'),
      tryFix,
    ],
    tries: 2,
    mended: /dist\/index\.js/,
  },
];

/** What a session says first and last. */
export const doctorOf = ({ doctor }: BrokenWorld): Step[] => [
  evidence('incident'),
  ...doctor,
  claim('CAUSE: … FIX: … PROOF: …'),
];
