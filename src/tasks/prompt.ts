/** What the agent is told when a task's time has come. */
import type { TaskRecord } from '../../contracts/tasks.ts';
import { escapeXml } from '../turns/prompt.ts';

/** @param now local time */
export function formatTaskPrompt(task: TaskRecord, now: string): string {
  const schedule = escapeXml(`${task.type} ${task.value}`);
  return [
    `<scheduled-task id="${escapeXml(task.id)}" schedule="${schedule}" time="${escapeXml(now)}">`,
    escapeXml(task.prompt),
    '</scheduled-task>',
    'This was scheduled earlier and its time has come; nobody has just written. Do what it says.',
    'Your last message is sent to the chat. If there is nothing to tell, put all of it between <internal> and </internal>: then nothing is sent.',
  ].join('\n');
}

/** The same for what the main group has handed to another one. */
export function formatHandedOver(task: TaskRecord, now: string): string {
  return [
    `<handed-over from="the main chat" time="${escapeXml(now)}">`,
    escapeXml(task.prompt),
    '</handed-over>',
    'The main chat’s assistant hands this to you. Do it with what you know and have here.',
    'All you say now, also with send_message, goes to the main chat and not to this one: begin with the name of this chat.',
  ].join('\n');
}

/** `2026-03-01 09:00 (Asia/Seoul)` */
export function localTime(instant: number, timeZone: string): string {
  return `${new Date(instant).toLocaleString('sv-SE', { timeZone }).slice(0, 16)} (${timeZone})`;
}
