/** What chats are told of tasks, in the language of the installation. */
import type { TaskRecord } from '../../contracts/tasks.ts';
import type { Language } from '../turns/notices.ts';

/** Longest part of a prompt in a notice, characters. */
const PROMPT_SHOWN = 60;

/** A notice of a run's turn, so that people know what it is about: nobody has just asked. */
export function aboutTask(task: TaskRecord, notice: string, language: Language): string {
  const head = language === 'ko' ? '예약 작업' : 'Scheduled task';
  return `${head} ${name(task)}: ${notice}`;
}

export function pausedNotice(task: TaskRecord, code: string | null, language: Language): string {
  const reason = code ?? '–';
  return language === 'ko'
    ? `⏸️ 예약 작업 ${name(task)}이(가) ${task.failures}번 연속 실패하여(${reason}) 일시 중지했습니다. 다시 시작: \`nanoclaw tasks resume ${task.id}\` 또는 저에게 말씀해 주세요.`
    : `⏸️ Scheduled task ${name(task)} failed ${task.failures} times in a row (${reason}) and is paused. To go on: \`nanoclaw tasks resume ${task.id}\`, or tell me.`;
}

export function unreadableNotice(task: TaskRecord, language: Language): string {
  return language === 'ko'
    ? `⏸️ 예약 작업 ${name(task)}의 일정(${task.value})을 읽을 수 없어 일시 중지했습니다. 언제 실행할지 다시 말씀해 주세요.`
    : `⏸️ The schedule of task ${name(task)} (${task.value}) can't be read, so it is paused. Tell me again when it is to run.`;
}

/** @param due local time */
export function missedNotice(task: TaskRecord, due: string, language: Language): string {
  return language === 'ko'
    ? `⏰ 예약 작업 ${name(task)}은(는) ${due}에 실행할 예정이었지만 서비스가 멈춰 있었고, 너무 늦어 실행하지 않았습니다. 필요하면 다시 예약해 주세요.`
    : `⏰ Scheduled task ${name(task)} was due at ${due}, but the service was down and now it is too late. Schedule it again if it still matters.`;
}

function name({ id, prompt }: TaskRecord): string {
  const short = prompt.length > PROMPT_SHOWN ? `${prompt.slice(0, PROMPT_SHOWN)}…` : prompt;
  return `\`${id}\` (${short.replaceAll('\n', ' ')})`;
}
