/** Whether a message lets a draft go out. Pure. Only a message that says nothing else does: "don't publish 3" is none. */

const WORDS = 'publish|post|게시|발행';
const PLEASE = '(?:해|해줘|해주세요|하세요|해 주세요)?';

/** @param text what is left of a message once the call of the assistant is taken off */
export function isGoAhead(text: string, draft: number): boolean {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/[.!。！~]+$/u, '');
  const found =
    new RegExp(`^(?:${WORDS})${PLEASE}\\s*#?(\\d+)(?:번)?$`, 'u').exec(plain) ??
    new RegExp(`^#?(\\d+)번?\\s*(?:${WORDS})${PLEASE}$`, 'u').exec(plain);
  return found !== null && Number(found[1]) === draft;
}
