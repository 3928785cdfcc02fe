/** What commands say, in the language of the installation. */
import type { ComponentHealth } from '../../contracts/health.ts';
import type { TaskSummary } from '../store/tasks.ts';
import type { Language } from '../turns/notices.ts';

/** What `status` shows of the service and of the group that asks. */
export type CommandFacts = {
  uptimeSeconds: number;
  components: readonly ComponentHealth[];
  /** How long the group's turn has been worked on, milliseconds; null when none is. */
  workingMs: number | null;
  /** Questions of this group that no turn has taken yet. */
  waiting: number;
};

export type Texts = {
  status(facts: CommandFacts): string;
  tasks(tasks: readonly TaskSummary[], time: (iso: string) => string): string;
  stop(wasRunning: boolean): string;
  reset(wasRunning: boolean): string;
  help: string;
  refused: string;
  unregistered: string;
};

const en: Texts = {
  status({ uptimeSeconds, components, workingMs, waiting }) {
    const work = workingMs === null ? 'idle' : `working for ${spanEn(workingMs / 1000)}`;
    return [`✅ Up for ${spanEn(uptimeSeconds)}, ${work}, ${waiting} waiting`, ...troubles(components)].join(
      '\n',
    );
  },
  tasks(tasks, time) {
    if (tasks.length === 0) return 'Nothing is scheduled here.';
    return tasks
      .map((task) => line(task, task.nextRun ? `next ${time(task.nextRun)}` : 'done', 'paused'))
      .join('\n');
  },
  stop: (wasRunning) => (wasRunning ? '🛑 Stopped. What was sent so far stays.' : 'Nothing was running.'),
  reset: (wasRunning) =>
    `🔄 ${wasRunning ? 'Stopped, and a' : 'A'} new conversation begins with your next message. Memory is kept.`,
  help: [
    'Mention me with a question. These words alone are answered at once:',
    '• `status`: whether I am well and what I am doing',
    '• `tasks`: what is scheduled here',
    '• `stop`: end what I am doing, keep what was sent',
    '• `reset`: begin a new conversation, keep memory',
    '• `help`: this list',
  ].join('\n'),
  refused: '🔒 Only operators may do that here (OPERATOR_IDS in .env).',
  unregistered: 'This chat is not registered. On the server: `nanoclaw groups add`.',
};

const ko: Texts = {
  status({ uptimeSeconds, components, workingMs, waiting }) {
    const work = workingMs === null ? '대기 중' : `${spanKo(workingMs / 1000)}째 작업 중`;
    return [
      `✅ 가동 ${spanKo(uptimeSeconds)}, ${work}, 대기 질문 ${waiting}건`,
      ...troubles(components),
    ].join('\n');
  },
  tasks(tasks, time) {
    if (tasks.length === 0) return '이 채팅에 예약된 작업이 없습니다.';
    return tasks
      .map((task) => line(task, task.nextRun ? `다음 ${time(task.nextRun)}` : '완료', '일시 중지'))
      .join('\n');
  },
  stop: (wasRunning) =>
    wasRunning ? '🛑 중단했습니다. 지금까지 보낸 내용은 그대로 있습니다.' : '실행 중인 작업이 없습니다.',
  reset: (wasRunning) =>
    `🔄 ${wasRunning ? '작업을 중단했습니다. ' : ''}다음 메시지부터 새 대화를 시작합니다. 기억은 유지됩니다.`,
  help: [
    '저를 멘션하고 질문해 주세요. 아래 단어만 보내면 바로 답합니다:',
    '• `상태`: 정상인지, 무엇을 하고 있는지',
    '• `작업`: 이 채팅에 예약된 작업',
    '• `중지`: 하던 일을 멈춤 (보낸 내용은 유지)',
    '• `초기화`: 새 대화 시작 (기억은 유지)',
    '• `도움말`: 이 목록',
  ].join('\n'),
  refused: '🔒 여기서는 운영자만 할 수 있습니다 (.env의 OPERATOR_IDS).',
  unregistered: '등록되지 않은 채팅입니다. 서버에서 `nanoclaw groups add`를 실행해 주세요.',
};

export const TEXTS: Record<Language, Texts> = { en, ko };

function troubles(components: readonly ComponentHealth[]): string[] {
  return components
    .filter(({ state }) => state !== 'ok' && state !== 'off')
    .map(({ name, state, reason }) => `⚠️ ${name} (${state}): ${reason}`);
}

/** Longest part of a task's prompt in a list, characters. */
const PROMPT_SHOWN = 60;

function line({ id, prompt, type, value, status }: TaskSummary, next: string, paused: string): string {
  const short = prompt.length > PROMPT_SHOWN ? `${prompt.slice(0, PROMPT_SHOWN)}…` : prompt;
  return `• ${id} [${type} ${value}] ${status === 'paused' ? paused : next}: ${short}`;
}

function spanEn(seconds: number): string {
  return span(seconds, ['d', 'h', 'min', 's']);
}

function spanKo(seconds: number): string {
  return span(seconds, ['일', '시간', '분', '초']);
}

/** The two largest units that count. */
function span(seconds: number, [d, h, m, s]: readonly [string, string, string, string]): string {
  const total = Math.max(0, Math.round(seconds));
  const parts: [number, string][] = [
    [Math.floor(total / 86_400), d],
    [Math.floor((total % 86_400) / 3600), h],
    [Math.floor((total % 3600) / 60), m],
    [total % 60, s],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first === -1) return `0${s}`;
  const shown = parts.slice(first, first + 2).filter(([value]) => value > 0);
  return shown.map(([value, unit]) => `${value}${unit}`).join(' ');
}
