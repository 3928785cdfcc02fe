/** What people read in answer to a slash command, in their own language. Pure. */

type Texts = { unregistered: string; refused: string; failed: string };

const TEXTS: Readonly<Record<'en' | 'ko', Texts>> = {
  en: {
    unregistered: 'The assistant is not at home in this chat yet: it has to be registered first.',
    refused: 'You may not ask here.',
    failed: 'That did not work. Please try again.',
  },
  ko: {
    unregistered: '이 채팅은 아직 등록되지 않았습니다. 먼저 등록해 주세요.',
    refused: '여기서는 질문할 수 없습니다.',
    failed: '처리하지 못했습니다. 다시 시도해 주세요.',
  },
};

/** @param locale Discord's, such as `ko` or `en-US` */
export function textsFor(locale: string): Texts {
  return locale.startsWith('ko') ? TEXTS.ko : TEXTS.en;
}

/** A question as everybody in the chat sees it; `limit` in UTF-16 units. */
export function quote(question: string, limit: number): string {
  const quoted = `> ${question.replaceAll('\n', '\n> ')}`;
  return quoted.length <= limit ? quoted : `${quoted.slice(0, limit - 1)}…`;
}
