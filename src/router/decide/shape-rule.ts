/** A shape the light model can answer, and how such patterns are put together. */
import type { Shape } from './decision.ts';

/** A clause has the shape when the pattern fits all of it. */
export type ShapeRule = { shape: Shape; pattern: RegExp };

/** The whole clause, nothing before or after it. */
export function exactly(...alternatives: readonly string[]): RegExp {
  return new RegExp(`^(?:${alternatives.join('|')})$`, 'u');
}

/**
 * A clause made of these expressions and nothing else, with a space between any two. Each is taken for good, the
 * first alternative that fits (so longer ones stand first): going back to try another way through the same words
 * would take exponential time.
 */
export function onlyOf(expressions: string, hasToHold = ''): RegExp {
  return new RegExp(`^(?=.*(?:${hasToHold}))(?:(?=(?<one>(?:${expressions})(?: |$)))\\k<one>)+$`, 'u');
}

/** The same without the need for a space: for Korean, where endings follow at once, and for figures. */
export function onlyOfGlued(expressions: string, hasToHold: string): RegExp {
  return new RegExp(`^(?=.*(?:${hasToHold}))(?:(?=(?<one>(?:${expressions}) ?))\\k<one>)+$`, 'u');
}

/** How a Korean question or request for an explanation ends. */
export const KOREAN_IS_WHAT =
  '(?:뭐야|뭐예요|뭐에요|뭐임|뭐지|뭐니|뭐냐|뭐게|뭔가요|뭔지|뭐죠|머야|머임|머지|머에요|모야|무엇인가요|무엇인지|무엇이야|무엇입니까|뭡니까)';
export const KOREAN_TELL =
  '(?:알려|설명해|가르쳐|말해) ?(?:줘|줘요|주세요|줄래|주실래요|주라|봐|줄 수 있어|주시겠어요)|설명(?: 좀)?|궁금해|궁금해요';
