/** How a chat is shown a draft, in the language of the installation. The draft stands there word for word. */
import type { ThreadsDraft } from '../store/threads-drafts.ts';
import type { Language } from '../turns/notices.ts';

export function draftShown(draft: ThreadsDraft, assistant: string, language: Language): string {
  const { head, go } = TEXTS[language];
  return `📝 ${head(draft)}\n\n${draft.text}\n\n${go} \`@${assistant} ${goAheadFor(draft.number, language)}\``;
}

/** The words that let it go out. */
export function goAheadFor(number: number, language: Language): string {
  return language === 'ko' ? `게시 ${number}` : `publish ${number}`;
}

type Texts = { head(draft: ThreadsDraft): string; go: string };

const TEXTS: Record<Language, Texts> = {
  en: {
    head: ({ number, replyTo }) =>
      `Threads draft ${number}${replyTo === null ? '' : `, an answer to ${replyTo}`}`,
    go: 'To publish it as it stands, write:',
  },
  ko: {
    head: ({ number, replyTo }) =>
      `Threads 초안 ${number}${replyTo === null ? '' : ` (${replyTo}에 대한 답글)`}`,
    go: '이대로 게시하려면 이렇게 써 주세요:',
  },
};
