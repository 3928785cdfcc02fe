/** Words that are answered without a model. Only a message that holds nothing else is one. Pure. */

export const COMMAND_NAMES = ['status', 'tasks', 'stop', 'reset', 'help'] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

const WORDS: Readonly<Record<CommandName, readonly string[]>> = {
  status: ['status', '상태'],
  tasks: ['tasks', '작업', '예약'],
  stop: ['stop', '중지', '중단', '멈춰', '그만'],
  reset: ['reset', '초기화', '리셋'],
  help: ['help', '도움말', '도움'],
};

const NAME_OF = new Map(COMMAND_NAMES.flatMap((name) => WORDS[name].map((word) => [word, name] as const)));

/** @param text what is left of a message once the call of the assistant is taken off */
export function parseCommand(text: string): CommandName | null {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/^\/|[.!?。！？~]+$/gu, '');
  return NAME_OF.get(word) ?? null;
}
