/** English texts of the doctor: one entry a check. `ok` and `bad` texts are single sentences, `fix` says what to type. */
import type { SandboxRow } from '../../../contracts/sandbox-row.ts';

export const doctorEn = {
  summary: (problems: number, warnings: number) =>
    problems + warnings === 0
      ? 'Everything needed is there.'
      : `${problems} ${problems === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`,
  unknownCheck: (id: string) => `There is no check "${id}". Names: nanoclaw doctor --list`,
  broke: (reason: string) => `the check itself failed: ${reason}`,
  node: {
    title: 'Node.js version',
    ok: (version: string) => `Node.js ${version}`,
    old: (version: string, needed: string) => `Node.js ${version} is too old, ${needed} or newer is needed`,
    fix: 'install Node.js 20 or newer: https://nodejs.org/en/download',
  },
  env: {
    title: 'settings file',
    none: 'no .env: defaults are used',
    noneFix: 'cp .env.example .env && chmod 600 .env, then edit it',
    ok: 'only its owner may read .env',
    open: (mode: string) => `others may read .env (mode ${mode}), and it may hold secrets`,
    openFix: (path: string) => `chmod 600 ${path}`,
    broken: (problem: string) => `.env has a line that can't be read: ${problem}`,
    brokenFix: 'correct the line; each line is NAME=value',
  },
  apiKey: {
    title: 'no ANTHROPIC_API_KEY in .env',
    ok: 'the subscription is not outranked',
    set: 'ANTHROPIC_API_KEY in .env would silently outrank the subscription; the orchestrator refuses it',
    fix: 'rename it to ANTHROPIC_API_KEY_FALLBACK',
  },
  home: {
    title: 'home folder',
    ok: 'writable, and short enough for sockets',
    missing: 'the home folder does not exist',
    missingFix: (path: string) => `mkdir -p ${path}`,
    readOnly: 'the home folder is not writable',
    readOnlyFix: (path: string) => `sudo chown -R "$(id -un)" ${path}`,
    long: (excess: number) => `the home folder's path is ${excess} bytes too long for the sockets below it`,
    longFix: 'choose a shorter NANOCLAW_HOME',
  },
  disk: {
    title: 'disk space',
    ok: (free: string) => `${free} free`,
    low: (free: string) => `only ${free} free`,
    fix: 'free some: docker builder prune -af; old files in logs/ may be removed',
  },
  docker: {
    title: 'Docker engine',
    ok: (version: string) => `engine ${version} answers`,
    noClient: 'no docker command: agents run under bubblewrap',
    noEngine: 'the docker engine does not answer: agents run under bubblewrap',
    noClientFix: 'sudo ./scripts/up.sh --install-docker',
    noEngineFix:
      'sudo systemctl start docker; may you use it? sudo usermod -aG docker "$(id -un)", then sign in anew',
  },
  image: {
    title: 'agent image',
    ok: (image: string) => `${image} is there`,
    skipped: 'not asked: there is no docker engine',
    missing: (image: string) => `the image ${image} is missing: agents cannot start in Docker`,
    fix: './container/build.sh',
  },
  bubblewrap: {
    title: 'bubblewrap sandbox',
    ok: 'works',
    missing: 'bubblewrap is not installed',
    missingFix: 'sudo apt-get install bubblewrap',
    blocked: (reason: string) => `bubblewrap is there but can't make a sandbox: ${reason}`,
    blockedFix: 'allow unprivileged user namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1',
  },
  sandbox: {
    title: 'how agents are kept in place',
    row: (row: string, what: string, lacks: string) =>
      `row “${row}” of docs/security.md: ${what}${lacks === '' ? '' : ` (lacking: ${lacks})`}`,
    rows: {
      docker: 'everything holds',
      'docker-limited': 'this Docker engine lacks some limits',
      'docker-rootless': 'Docker without root',
      bubblewrap: 'bubblewrap: memory and CPU are not limited',
      'bubblewrap-root': 'bubblewrap as root: memory, CPU and processes are not limited',
      none: 'no sandbox can be made: agents are not started',
    } satisfies Record<SandboxRow, string>,
    rootlessFix: 'limits need cgroup v2 with delegation: docs/security.md, “An engine without root”',
    fix: 'see docs/security.md for what holds; a Docker engine holds everything: sudo ./scripts/up.sh --install-docker',
  },
  model: {
    title: 'model sign-in',
    oauth: (left: string) => `subscription; the token is valid for ${left} and is refreshed by itself`,
    stale: 'subscription; the token has expired and will be refreshed',
    spent: 'the subscription token has expired and there is no refresh token',
    key: 'prepaid key (ANTHROPIC_API_KEY_FALLBACK)',
    none: 'no model sign-in: the offline model answers',
    damaged: 'the credentials file is there but has not the expected shape',
    badKey: 'ANTHROPIC_API_KEY_FALLBACK is not a prepaid key (sk-ant-api…)',
    fix: 'run `claude` and sign in, or set ANTHROPIC_API_KEY_FALLBACK in .env',
  },
  router: {
    title: 'model router',
    none: 'claude-only: COPILOT_API_URL is not set, so Claude answers everything',
    off: 'claude-only, as ROUTER_MODE says: Claude answers everything',
    on: (address: string) => `light questions go to copilot-api (${address})`,
    bad: 'COPILOT_API_URL is not an http(s) address',
    badFix: 'set COPILOT_API_URL=http://127.0.0.1:4141 in .env, or remove it',
    down: (address: string) => `copilot-api does not answer at ${address}: Claude answers everything`,
    downFix: 'sudo systemctl restart copilot-api',
  },
  pager: {
    title: 'pager',
    ok: (webhooks: number, listening: boolean) =>
      `${webhooks} of 3 webhooks configured${listening ? ', commands in #health are listened to' : ''}`,
    none: 'no pager: nobody is told when healing fails',
    bad: (name: string) => `${name} is not an http(s) address`,
    half: (names: string) => `commands in #health are not listened to: ${names} missing`,
    fix: (name: string) => `set ${name} in .env`,
  },
  ports: {
    title: 'ports',
    ok: (ports: string) => `${ports}: free or ours`,
    taken: (port: number, name: string) => `another program has port ${port} (${name})`,
    fix: (name: string) => `stop that program (ss -ltnp), or set another ${name} in .env`,
  },
  supervisor: {
    title: 'supervisor',
    ok: (state: string) => `runs; the service is ${state}`,
    down: 'does not answer',
    fix: 'nanoclaw up, or: sudo systemctl start nanoclaw-supervisor',
  },
  orchestrator: {
    title: 'orchestrator',
    ok: 'ready',
    notReady: (why: string) => `not ready: ${why}`,
    down: 'does not answer',
    fix: 'nanoclaw status and nanoclaw logs -n 50 say more',
  },
  tmux: {
    title: 'tmux',
    ok: (version: string) => version,
    missing: 'tmux is not installed: no emergency session can run',
    fix: 'sudo apt-get install tmux',
  },
  emergencySandbox: {
    title: 'where emergency sessions run',
    unit: 'in a unit, as the user nanoclaw-doctor; it cannot stop what a kept fix does as the service',
    bubblewrap:
      'in bubblewrap, as this user; it cannot stop one that breaks out of it, nor bound CPU and memory of all its processes together',
    bubblewrapFix: 'with systemd: sudo scripts/install.sh gives sessions a user and limits of their own',
    container:
      'in a container beside the supervisor; it cannot stop what a kept fix does as the service, nor one that breaks out of the kernel',
    containerFix: 'see docs/security.md for engines that lack a guard',
    none: (reason: string) => `nowhere: ${reason}; a person is called instead`,
    noneFix: 'see docs/emergency-session.md for what is needed',
    unknown: 'not known while the supervisor does not answer',
    unknownFix: 'start it: nanoclaw up, or sudo systemctl start nanoclaw-supervisor',
  },
  jq: {
    title: 'jq',
    ok: (version: string) => version,
    missing: 'jq is not installed: only the recipes in the documents need it',
    fix: 'sudo apt-get install jq',
  },
  clock: {
    title: 'clock and time zone',
    ok: (zone: string) => `time zone ${zone}`,
    badZone: (zone: string) => `TZ "${zone}" is not a time zone name`,
    badZoneFix: 'use a name such as Asia/Seoul',
    wrong: (date: string) => `the clock says ${date}, which can't be`,
    wrongFix: 'sudo timedatectl set-ntp true',
  },
};

export type DoctorTexts = typeof doctorEn;
