/** The units work on the oldest systemd that the installation accepts: one directive it doesn't know is silently ignored. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const FOLDER = join(import.meta.dirname, '../systemd');

const OLDEST = Number(
  /^OLDEST_SYSTEMD=(\d+)$/m.exec(readFileSync(join(import.meta.dirname, 'install.sh'), 'utf8'))?.[1],
);

/** What was there before systemd 200, which no machine of today is without. */
const ANCIENT = 199;

/**
 * Directive → version of systemd in which it appeared: its NEWS, and "Added in version" of its manual pages. One that is
 * used here and not named in this table fails: look it up and add it.
 */
const SINCE: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    [
      ...['After', 'ConditionPathExists', 'Description', 'Documentation', 'WantedBy', 'Wants'],
      ...['Environment', 'ExecStart', 'ExecStartPost', 'ExecStartPre', 'KillMode', 'LimitCORE', 'LimitFSIZE'],
      ...[
        'LimitNOFILE',
        'NotifyAccess',
        'OOMScoreAdjust',
        'Restart',
        'RestartSec',
        'SendSIGKILL',
        'Type',
        'UMask',
      ],
      ...['RootDirectory', 'StandardError', 'StandardInput', 'StandardOutput', 'SyslogIdentifier', 'User'],
      ...[
        'CapabilityBoundingSet',
        'NoNewPrivileges',
        'PrivateNetwork',
        'SystemCallFilter',
        'TimeoutStartSec',
      ],
      ...['TimeoutStopSec', 'WatchdogSec', 'WorkingDirectory'],
      ...['Accept', 'DirectoryMode', 'ListenStream', 'MaxConnections', 'SocketMode'],
    ].map((name) => [name, ANCIENT]),
  ),
  ...{ PrivateDevices: 209, SystemCallArchitectures: 209, SystemCallErrorNumber: 209 },
  ...{ RestrictAddressFamilies: 211, CPUQuota: 213 },
  ...{ ProtectHome: 214, ProtectSystem: 214, RemoveOnStop: 214, SocketUser: 214 },
  ...{ TasksMax: 227, AmbientCapabilities: 229, RuntimeMaxSec: 229 },
  ...{ IOWeight: 230, StartLimitIntervalSec: 230, TriggerLimitIntervalSec: 230 },
  ...{ InaccessiblePaths: 231, MemoryMax: 231, ReadWritePaths: 231, RestrictRealtime: 231 },
  ...{ CPUWeight: 232, MemorySwapMax: 232, ProtectControlGroups: 232, ProtectKernelModules: 232 },
  ...{ ProtectKernelTunables: 232, RemoveIPC: 232 },
  ...{ BindPaths: 233, BindReadOnlyPaths: 233, MountAPIVFS: 233, RestrictNamespaces: 233 },
  ...{ KeyringMode: 235, LockPersonality: 235, StateDirectory: 235, StateDirectoryMode: 235 },
  ...{ CollectMode: 236, TemporaryFileSystem: 238, WatchdogSignal: 240 },
  ...{ ProtectHostname: 242, RestrictSUIDSGID: 242, ExecCondition: 243, OOMPolicy: 243 },
  ...{ ProtectKernelLogs: 244, ProtectClock: 245, ProcSubset: 247, ProtectProc: 247, PrivateIPC: 248 },
};

/** Values that are younger than their directive; one of another kind is as old as it. */
const VALUES: Readonly<Record<string, number>> = {
  ...{ 'Type=exec': 240, 'Type=notify-reload': 253, 'ProtectSystem=strict': 232, 'ProtectHome=tmpfs': 238 },
  ...{ 'ProtectProc=invisible': 247, 'KeyringMode=private': 235, 'KillMode=process': ANCIENT },
  ...{ 'PrivateTmp=disconnected': 257, 'Restart=always': ANCIENT },
};

type Line = { unit: string; directive: string; value: string };

function linesOf(unit: string): Line[] {
  const text = readFileSync(join(FOLDER, unit), 'utf8').replaceAll('\\\n', ' ');
  return text.split('\n').flatMap((line) => {
    const { directive, value } = /^(?<directive>[A-Za-z]+)=(?<value>.*)$/.exec(line)?.groups ?? {};
    return directive === undefined || value === undefined ? [] : [{ unit, directive, value }];
  });
}

/** Null for a directive that the table does not know. */
function sinceOf({ directive, value }: Line): number | null {
  const since = SINCE[directive];
  return since === undefined ? null : Math.max(since, VALUES[`${directive}=${value}`] ?? 0);
}

const UNITS = readdirSync(FOLDER).filter((name) => /\.(?:service|socket|timer|path)$/.test(name));

describe('the oldest systemd that the installation accepts', () => {
  test('is told by the installation', () => {
    expect(OLDEST).toBeGreaterThan(ANCIENT);
    expect(UNITS.length).toBeGreaterThanOrEqual(6);
  });

  test.each(UNITS)('knows every directive of %s', (unit) => {
    const strange = linesOf(unit).filter((line) => (sinceOf(line) ?? Number.POSITIVE_INFINITY) > OLDEST);
    expect(strange).toEqual([]);
  });

  test('would be missed: a younger directive, one of a younger kind, and one nobody has looked up are found', () => {
    const found = (directive: string, value: string) => sinceOf({ unit: 'x', directive, value });
    expect(found('Type', 'notify-reload')).toBeGreaterThan(OLDEST);
    expect(found('RestartSteps', '5')).toBeNull();
  });
});
