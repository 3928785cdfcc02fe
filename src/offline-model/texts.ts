/** What the offline model says, in English and Korean. */

export type Language = 'en' | 'ko';

export const LABELS: Readonly<Record<Language, string>> = { en: '[offline model]', ko: '[오프라인 모델]' };

/** Longest quote of what a person wrote, and longest command output repeated, characters. */
const QUOTE_LIMIT = 200;
const OUTPUT_LIMIT = 8_000;

export type Texts = {
  help: string;
  unknown(said: string): string;
  output(text: string): string;
  failed(text: string): string;
  waited(seconds: number): string;
  noBash: string;
  summary(said: readonly string[]): string;
};

const english: Texts = {
  help: [
    'I am a script, not a language model. I understand:',
    '- `run <shell command>`: runs it in the sandbox of this chat and shows its output',
    '- `slow <seconds>`: answers after so many seconds, at most 120',
    '- `help`: this list',
    signIn('en'),
  ].join('\n'),
  unknown: (said) => `I read: “${quote(said)}”. I am a script, not a language model. ${signIn('en')}`,
  output: (text) =>
    text === '' ? 'The command ended without any output.' : `The command says:\n${fence(text)}`,
  failed: (text) => `The command failed:\n${fence(text)}`,
  waited: (seconds) => `I waited ${seconds} s, as you asked.`,
  noBash: 'There is no Bash tool here, so I cannot run commands.',
  summary: (said) => `So far the person wrote:\n${listed(said)}`,
};

const korean: Texts = {
  help: [
    '저는 언어 모델이 아니라 스크립트입니다. 이런 말을 알아듣습니다:',
    '- `실행 <셸 명령>` 또는 `run <셸 명령>`: 이 채팅의 샌드박스에서 실행하고 출력을 보여 줍니다',
    '- `천천히 <초>` 또는 `slow <초>`: 그만큼 기다린 뒤 답합니다 (최대 120초)',
    '- `도움말` 또는 `help`: 이 목록',
    signIn('ko'),
  ].join('\n'),
  unknown: (said) =>
    `이렇게 읽었습니다: “${quote(said)}”. 저는 언어 모델이 아니라 스크립트입니다. ${signIn('ko')}`,
  output: (text) => (text === '' ? '명령이 출력 없이 끝났습니다.' : `명령의 출력입니다:\n${fence(text)}`),
  failed: (text) => `명령이 실패했습니다:\n${fence(text)}`,
  waited: (seconds) => `말씀하신 대로 ${seconds}초 기다렸습니다.`,
  noBash: '여기에는 Bash 도구가 없어 명령을 실행할 수 없습니다.',
  summary: (said) => `지금까지 사용자가 쓴 내용:\n${listed(said)}`,
};

export const TEXTS: Readonly<Record<Language, Texts>> = { en: english, ko: korean };

/** Korean in, Korean out. */
export function languageOf(text: string): Language {
  return /\p{Script=Hangul}/u.test(text) ? 'ko' : 'en';
}

function signIn(language: Language): string {
  switch (language) {
    case 'en':
      return 'To get the real model, sign in with `claude` (that writes `~/.claude/.credentials.json`) or set `ANTHROPIC_API_KEY_FALLBACK` in `.env`. `help` lists what I can do.';
    case 'ko':
      return '진짜 모델을 쓰려면 `claude`로 로그인하거나(`~/.claude/.credentials.json`이 생깁니다) `.env`에 `ANTHROPIC_API_KEY_FALLBACK`을 넣으세요. `도움말`이라고 쓰면 할 수 있는 일을 알려 드립니다.';
  }
}

export function quote(text: string): string {
  return clip(text.replaceAll(/\s+/g, ' '), QUOTE_LIMIT);
}

function fence(text: string): string {
  return `\`\`\`\n${clip(text, OUTPUT_LIMIT)}\n\`\`\``;
}

function listed(items: readonly string[]): string {
  return items.map((item) => `- ${quote(item)}`).join('\n');
}

function clip(text: string, limit: number): string {
  const characters = [...text];
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`;
}
