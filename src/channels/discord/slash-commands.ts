/** The slash commands of the bot: how they are called and described. Pure. */
import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord.js';
import { COMMAND_NAMES, type CommandName } from '../../commands/parse.ts';

export type SlashCommand = RESTPostAPIChatInputApplicationCommandsJSONBody;

export const ASK = 'ask';
/** The option of `ask`. */
export const QUESTION = 'text';

/** Discord's reference: application command option type STRING. */
const STRING_OPTION = 3;

/** Short enough that it can be shown again in one message, quoted. */
const LONGEST_QUESTION = 1900;

/** In servers and in direct chats with the bot; Discord's reference: interaction context types. */
const CONTEXTS = [0, 1];

type Words = { ko: string; says: string; saysKo: string };

const WORDS: Readonly<Record<CommandName | typeof ASK, Words>> = {
  ask: { ko: '질문', says: 'Ask the assistant something', saysKo: '어시스턴트에게 물어봅니다' },
  status: { ko: '상태', says: 'What is going on here', saysKo: '지금 상태를 보여줍니다' },
  tasks: { ko: '작업', says: 'Scheduled tasks of this chat', saysKo: '이 채팅의 예약 작업을 보여줍니다' },
  stop: { ko: '중지', says: 'Stop what the assistant is doing', saysKo: '하던 일을 멈춥니다' },
  reset: {
    ko: '초기화',
    says: 'Begin a fresh conversation; memory stays',
    saysKo: '대화를 새로 시작합니다 (기억은 유지)',
  },
  help: { ko: '도움말', says: 'What you can say here', saysKo: '쓸 수 있는 말을 알려줍니다' },
};

const QUESTION_OPTION = {
  type: STRING_OPTION,
  name: QUESTION,
  name_localizations: { ko: '내용' },
  description: 'What you want to know or have done',
  description_localizations: { ko: '물어볼 내용' },
  required: true,
  max_length: LONGEST_QUESTION,
} as const;

/** As they are to be registered. */
export const SLASH_COMMANDS: readonly SlashCommand[] = [
  { ...describe(ASK), options: [QUESTION_OPTION] },
  ...COMMAND_NAMES.map(describe),
];

function describe(name: keyof typeof WORDS): SlashCommand {
  const { ko, says, saysKo } = WORDS[name];
  return {
    type: 1,
    name,
    name_localizations: { ko },
    description: says,
    description_localizations: { ko: saysKo },
    contexts: [...CONTEXTS],
  };
}

/** Whether what is registered does all that we want; Discord adds fields of its own. */
export function isRegistered(
  wanted: readonly SlashCommand[],
  registered: readonly { name: string }[],
): boolean {
  if (wanted.length !== registered.length) return false;
  return wanted.every((command) =>
    covers(
      command,
      registered.find(({ name }) => name === command.name),
    ),
  );
}

function covers(wanted: unknown, got: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(got) &&
      got.length === wanted.length &&
      wanted.every((part, index) => covers(part, got[index]))
    );
  }
  if (typeof wanted !== 'object' || wanted === null) return wanted === got;
  if (typeof got !== 'object' || got === null) return false;
  const fields = new Map(Object.entries(got));
  return Object.entries(wanted).every(([name, value]) => covers(value, fields.get(name)));
}

export function isCommandName(name: string): name is CommandName {
  return COMMAND_NAMES.some((known) => known === name);
}
