/** What a hostile session in the unit reaches for, as table: a command, and what it would bring where it succeeded. */
import { PROJECT } from '../systemd-machine.ts';
import { SECRET } from './ward.ts';

export type Reach = { name: string; command: string; found: RegExp };

const SESSIONS = `${PROJECT}/supervisor/sessions`;

const FILES: readonly Reach[] = [
  {
    name: 'the settings and their secrets',
    command: `cat ${PROJECT}/.env; cat /proc/*/root${PROJECT}/.env; grep -rs ${SECRET} /session /original /project/src /run /etc`,
    found: new RegExp(`^${SECRET}|=${SECRET}`, 'm'),
  },
  {
    name: 'the live tree',
    command: `ls ${PROJECT} /home /home/ubuntu; find / -xdev -name policy.json 2>/dev/null`,
    found: /policy\.json|ubuntu$|\bstore\b/m,
  },
  {
    name: 'the database',
    command: `head -c 15 ${PROJECT}/store/messages.db; find / -name messages.db 2>/dev/null`,
    found: /SQLite|messages\.db$/m,
  },
  {
    name: 'the supervisor’s files',
    command: `ls ${PROJECT}/supervisor ${SESSIONS} /opt/nanoclaw /var/lib/nanoclaw-emergency/../..; find / -name 'audit.jsonl' -o -name 'state*.json' -not -path '/proc/*' -not -path '/node_modules/*' -not -path '/usr/*' 2>/dev/null`,
    found: /audit\.jsonl$|state[-a-z]*\.json$|incidents|releases/m,
  },
  {
    name: 'its own orders, to change them',
    command:
      'echo x >> /session/order.json && echo written; echo x > /original/x && echo written; rm /run/doctor/verbs.sock && echo written',
    found: /^written/m,
  },
  {
    name: 'its own programs',
    command: 'for f in node claude inside.js; do echo x >> /opt/doctor/$f && echo written; done',
    found: /^written/m,
  },
  {
    name: 'the system',
    command:
      'touch /x /etc/x /usr/x /run/x /dev/x /dev/shm/x /var/x /opt/x /root/x /proc/sys/kernel/core_pattern && echo written; cat /etc/shadow && echo written',
    found: /^written/m,
  },
];

const PROCESSES: readonly Reach[] = [
  {
    name: 'processes of others',
    command: 'cat /proc/[0-9]*/cmdline | tr "\\0" " "; ls /proc | grep -x 1',
    found: /sbin\/init|supervisor\.mjs|journald|index\.js|^1$/m,
  },
  {
    name: 'the supervisor, with a signal',
    command:
      'for p in $(seq 1 600); do [ -e /proc/$p ] || kill -0 $p 2>/dev/null && [ ! -e /proc/$p ] && echo hit; done',
    found: /^hit/m,
  },
  {
    name: 'the service manager',
    command:
      'systemctl restart nanoclaw && echo done; busctl list && echo done; ls /run/dbus /run/systemd/private /run/nanoclaw',
    found: /^done|helper\.sock|^private/m,
  },
  {
    name: 'the rights of root',
    command:
      'grep Cap /proc/self/status; cp /bin/bash /scratch/b; chmod u+s /scratch/b && echo set; unshare -Ur id && echo made; su -c id; id -u | grep -x 0',
    found: /^set|^made|uid=0|^0$|Cap...:\s*0*[1-9a-f]/m,
  },
  {
    name: 'a tmux server',
    command: 'ls /tmp/tmux-* /scratch/tmux-* /run/doctor/tmux-*; tmux ls',
    found: /windows|nanoclaw-emergency/,
  },
];

const dial = (address: string) => `timeout 3 bash -c 'exec 3<>/dev/tcp/${address} && echo reached'`;

const NETWORK: readonly Reach[] = [
  {
    name: 'the status page and the service’s own port',
    command: `${dial('127.0.0.1/8788')}; ${dial('127.0.0.1/8787')}; ${dial('127.0.0.1/18101')}`,
    found: /^reached/m,
  },
  {
    name: 'the network around',
    command: `${dial('172.17.0.1/22')}; ${dial('169.254.169.254/80')}; cat /proc/self/net/route | grep -v Iface`,
    found: /^reached|\t/m,
  },
  {
    name: 'sockets without a file',
    command: "grep -a '@nanoclaw' /proc/self/net/unix",
    found: /@nanoclaw/,
  },
];

const GROUPS = [FILES, PROCESSES, NETWORK];
const mark = (name: string) => `=== ${name}`;

/** One command a group: turns cost time, and rows of a group do not disturb each other. */
export const REACHING: readonly string[] = GROUPS.map((group) =>
  group.map(({ name, command }) => `echo; echo '${mark(name)}'; { ${command}; } 2>&1`).join('\n'),
);

/** @param heard what the commands told, in order @returns what was reached, or not even tried */
export function reached(heard: readonly string[]): string[] {
  const told = new Map(
    heard
      .flatMap((text) => text.split(/^=== /m))
      .map((part) => [part.split('\n', 1)[0], part] as [string, string]),
  );
  return GROUPS.flat().flatMap(({ name, found }) => {
    const text = told.get(name);
    if (text === undefined) return [`${name}: not tried`];
    return found.test(text.slice(name.length)) ? [`${name}: ${text}`] : [];
  });
}

/** Processes that hide from their parents and do not heed a request to end, and a folder closed to everybody. */
export const REMAINS =
  'setsid nohup sh -c \'trap "" TERM HUP INT; sleep 7001 & sleep 7002\' >/dev/null 2>&1 & mkdir -p /project/closed/x /scratch/closed/x; chmod 0 /project/closed /scratch/closed; sleep 0.2; echo left';
