/** What an operator may say in #health, English or Korean. Pure. */

export type Command =
  | { kind: 'ack' }
  | { kind: 'status' }
  | { kind: 'restart' }
  | { kind: 'doctor' }
  | { kind: 'session' }
  | { kind: 'pause'; minutes: number }
  | { kind: 'help' };

const WORDS: Record<Command['kind'], readonly string[]> = {
  ack: ['ack', 'acknowledge', '확인'],
  status: ['status', '상태'],
  restart: ['restart', '재시작'],
  doctor: ['doctor', '진단', '점검'],
  session: ['doctor-session', '응급세션'],
  pause: ['pause', '일시정지', '중지'],
  help: ['help', '도움말', '도움'],
};
const KINDS = Object.keys(WORDS) as Command['kind'][];

/** What turns a look into a session. */
const NOW: readonly string[] = ['now', '--now', '지금'];

/** Without a time; and the longest, which is what a deploy or a night takes. */
const PAUSE_MINUTES = 30;
const PAUSE_LONGEST_MINUTES = 24 * 60;

/** Mentions (of the bot, for example) and a leading `/` or `!` are no part of a command. */
const NOISE = /<[@#][^>\s]{1,40}>|^[/!]/g;

/** @returns null for what is not a command: people also just talk in the channel */
export function parseCommand(text: string): Command | null {
  const [word = '', ...rest] = text.slice(0, 200).replace(NOISE, '').trim().toLowerCase().split(/\s+/);
  const kind = KINDS.find((one) => WORDS[one].includes(word));
  if (kind === undefined) return null;
  if (kind === 'pause') return parsePause(rest.join(''));
  if ((kind === 'doctor' || kind === 'session') && NOW.includes(rest.join(' '))) return { kind: 'session' };
  // A sentence that happens to begin with such a word is talk.
  return rest.length === 0 ? { kind } : null;
}

const MINUTES_EACH = new Map(Object.entries({ '': 1, m: 1, min: 1, 분: 1, h: 60, 시간: 60 }));

/** `30m`, `2h`, `30`, `30분`, `1시간`. */
function parsePause(time: string): Command | null {
  if (time === '') return { kind: 'pause', minutes: PAUSE_MINUTES };
  const match = /^(\d{1,4})(\D*)$/.exec(time);
  const minutes = Number(match?.[1]) * (MINUTES_EACH.get(match?.[2] ?? '') ?? 0);
  return minutes >= 1 && minutes <= PAUSE_LONGEST_MINUTES ? { kind: 'pause', minutes } : null;
}
