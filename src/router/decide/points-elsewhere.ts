/**
 * What stands where a text to translate or to correct should, and says only where one is: "correct this: see attached",
 * "번역 좀: 아까 그 글". The light model has none of these. Only short ones are looked at: a whole text may say anything.
 */

/** Longest quotation that is looked at, characters. */
const SHORT = 40;

const ENGLISH_TEXT =
  '(?:announcement|article|caption|clip|comment|contract|doc|document|draft|e?mail|essay|file|image|letter|line|link|memo|message|notes?|page|paragraph|part|photo|picture|post|readme|reply|report|resume|screenshot|sentence|slides?|summary|text|thread|transcript)s?';
const KOREAN_TEXT =
  '(?:공지|글|계약서|기사|내용|노트|논문|답변|답장|대본|댓글|링크|말|메모|메시지|메일|문단|문서|문장|보고서|부분|사진|스레드|이력서|이미지|자소서|초안|캡처|파일|편지|회의록|거|것)';

const POINTING = [
  // A word that points back, anywhere.
  '.*\\b(?:attach\\w*|above|below|previous\\w*|earlier|before|pinned|last (?:one|text|message|sentence|e?mail))\\b.*',
  '.*(?:첨부|방금|아까|위에|위의|아래에|아래의|이전|앞에).*',
  // Nothing but a word that points.
  '(?:(?:the|my|your) )?(?:this|that|it|here|there|first|second|last|same)(?: one)?',
  '(?:위|아래|여기|거기|저기|밑)(?:을|를|이|가|요)?',
  '(?:this|that|these|those) (?!is|was|are|were|will|can|has|had|have|does|did|looks|sounds|makes|means|happened)[\\w-]+',
  '(?:그|이|저) ?[가-힣]{1,8}(?:을|를|만|도)?',
  // A text by its kind, whose ever it is.
  `(?:(?:the|an?|my|your|our|his|her|their|this|that|these|those|[\\w-]+'s) )?(?:[\\w-]+ )??${ENGLISH_TEXT}(?: (?:about|by|for|from|in|of|on|to|with) .*)?`,
  `(?:.* ?)?${KOREAN_TEXT}(?:을|를|이|가|요|만|도)?`,
];

export const POINTS_ELSEWHERE = new RegExp(`^(?=.{1,${SHORT}}$)\\s*(?:${POINTING.join('|')})[\\s.!]*$`, 'u');
