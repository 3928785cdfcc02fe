/**
 * What each fault of a running service means where systemd starts and holds the processes: who has a part in it that
 * the supervisor has elsewhere, and what shows it. A drill is the same drill, played in a machine with systemd; a
 * test brings about what only such a machine has. coverage.test.ts holds that no row is left out and each name exists.
 */
import { at, type NamedTest } from './named-test.ts';

/** The rows are those of its drills and tests. */
export type UnderSystemd = { about: string; drills: readonly string[]; tests?: readonly NamedTest[] };

const orchestrator = at('tests/e2e/systemd/orchestrator.ts');
const supervisor = at('tests/e2e/systemd/supervisor.ts');
const people = at('tests/e2e/systemd/people.ts');
const installer = at('tests/e2e/systemd.test.ts');

export const UNDER_SYSTEMD: readonly UnderSystemd[] = [
  {
    about: 'it died: its end is told by systemd, and the helper starts it long before systemd would',
    drills: [
      ...['kill-idle', 'kill-mid-turn', 'kill-before-send', 'kill-before-receipt'],
      ...['exits-0', 'unhandled-rejection'],
    ],
    tests: [
      orchestrator([1], 'restarts a killed orchestrator at once, as one incident'),
      orchestrator([9], 'takes an exit nobody asked for as a fault, with code 0 too'),
      supervisor([1], 'leaves the orchestrator to systemd when it is stopped'),
      people([2, 43], 'the agent in its sandbox outlives the crash, and the answer comes once'),
    ],
  },
  {
    about: 'it hangs, or heeds no TERM: ended by signal, which systemd would answer with a start of its own',
    drills: ['frozen', 'busy-loop', 'ignores-sigterm'],
    tests: [orchestrator([5], 'ends and restarts one that hangs')],
  },
  {
    about: 'it runs and does not serve: an ordered end, which must not look like a person’s stop',
    drills: ['deadlock', 'stuck-agent', 'memory-leak', 'no-answer', 'http-500'],
    tests: [orchestrator([24], 'is restarted when its health check fails, as one incident')],
  },
  {
    about: 'its start fails, is slow, or stands still: systemd has a restart and a limit of its own',
    drills: ['crash-at-start', 'slow-start', 'stuck-start'],
    tests: [
      orchestrator(
        [12, 21],
        'never lets systemd latch the unit, holds it down, and starts it when a person asks',
      ),
      orchestrator([12], 'makes a wait of 5 s a hold'),
    ],
  },
  {
    about:
      'the supervisor dies, hangs, sleeps or has its clock set: systemd starts it again, and it adopts what runs',
    drills: [
      ...['supervisor-killed', 'supervisor-killed-mid-incident', 'both-killed'],
      ...['suspended', 'clock-jumps'],
    ],
    tests: [
      supervisor([15], 'is started anew by systemd when it is killed, and adopts the orchestrator'),
      supervisor([15], 'is replaced when it hangs, because nobody feeds the watchdog'),
      supervisor([16], 'heals the orchestrator when both were killed at once'),
    ],
  },
  {
    about: 'two of them, and what was left over: locks and ports are the home’s, not the unit’s',
    drills: ['two-supervisors', 'stale-lock', 'port-of-stranger', 'port-of-orphan'],
    tests: [
      installer([22], 'installs nothing and names all that is missing'),
      people([22], 'a unit of their own for the same home ends by itself each time'),
    ],
  },
  {
    about: 'a start limit latches the unit; nothing but systemd has one',
    drills: [],
    tests: [orchestrator([21], 'starts a unit that systemd has latched')],
  },
  {
    about: 'a full disk, a damaged database: repaired while systemd holds the unit down',
    drills: ['disk-full', 'database-corrupted', 'database-truncated', 'database-locked'],
  },
  {
    about:
      'broken settings: the start ends with a code of its own, which systemd would answer with another start',
    drills: [
      ...['config-broken', 'config-half-written', 'config-edited'],
      ...['env-lost', 'env-open', 'env-being-edited'],
    ],
  },
  {
    about: 'lost packages, a bad release or half of one: the supervisor lies apart from them, owned by root',
    drills: ['packages-gone', 'bad-release', 'half-update'],
  },
  {
    about: 'lost logs, half a record: the journal is systemd’s, the files are ours',
    drills: ['logs-gone', 'logs-read-only', 'half-a-record'],
  },
  {
    about: 'pages of a service that is held down, and of a supervisor that was started again meanwhile',
    drills: ['webhook-busy', 'webhook-unreachable', 'crash-at-start', 'flapping', 'acknowledged'],
  },
  {
    about: 'what the processes say goes to the journal, and their settings stand in units',
    drills: ['planted-secrets'],
  },
  {
    about: 'a person stops, pauses or restarts it, with systemctl too',
    drills: ['operator-stop', 'paused', 'deploy-window', 'restart-mid-turn'],
    tests: [
      people([98], 'systemctl stop stays stopped, start comes back; neither is an incident'),
      people([98], 'systemctl restart, nanoclaw restart and SIGTERM are no incidents'),
      people([98], 'systemctl stop during a crash loop ends the loop'),
      people([99], 'is left alone by both, and started when it is over'),
      people([100], 'systemctl stop while an agent works'),
    ],
  },
];

/** Rows in which systemd has no part. */
export const SAME_UNDER_SYSTEMD: readonly { rows: readonly number[]; because: string }[] = [
  {
    rows: [25, 26, 27, 28, 29, 30, 31, 32, 33, 34],
    because:
      'the orchestrator connects its channels itself, and is asked to on its own socket; its process stays',
  },
  { rows: [78], because: 'a message is written and delivered by the supervisor alone' },
];

/** Names of the drills that systemd has a part in. */
export const drilledUnderSystemd: ReadonlySet<string> = new Set(
  UNDER_SYSTEMD.flatMap(({ drills }) => drills),
);
