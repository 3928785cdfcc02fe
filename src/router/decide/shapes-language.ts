/** Words and sentences: what they mean, in another language, put differently. */
import { exactly, KOREAN_IS_WHAT, KOREAN_TELL, onlyOf, onlyOfGlued, type ShapeRule } from './shape-rule.ts';

const LANGUAGE_KOREAN =
  '(?:한국|영|일본|중국|프랑스|불|독일|독|스페인|이탈리아|러시아|베트남|태국|라틴|아랍)어|한글|한국말|영문';
const LANGUAGE =
  '(?:korean|english|japanese|chinese|mandarin|french|german|spanish|italian|russian|vietnamese|thai|latin|arabic|portuguese|hindi)';
const HOW_SAID_KOREAN =
  '뭐라고 ?(?:하나요|해요|하지|합니까|그래|하니|말해|해)?|머라 ?그래|머라고 해|어떻게 ?(?:말해요|말해|말하나요|써|쓰나요|표현해)|뭐야|뭐예요|뭐에요|뭔가요|뭐지|머야';

const TRANSLATION: readonly RegExp[] = [
  // With something quoted, everything around it has to be about the translation.
  onlyOfGlued(
    `§|(?:${LANGUAGE_KOREAN})(?:로|으로)?(?:는)?|다음|아래|문장|글|단어|표현|을|를|은|는|이|가|의|번역(?:해 ?주세요|해 ?줘요?|해줄래|하면|해봐|해라|해)?|좀|${HOW_SAID_KOREAN}|말`,
    `§.*(?:${LANGUAGE_KOREAN}|번역)|(?:${LANGUAGE_KOREAN}|번역).*§`,
  ),
  onlyOf(
    `§|translate|translation(?: of)?|say|how do (?:you|u|i) say|how to say|what(?:'s| is)|whats|in|to|into|polite|formal|casual|this|the|following|sentence|word|phrase|for|from|${LANGUAGE}`,
    `§.*(?:${LANGUAGE}|translat)|(?:${LANGUAGE}|translat).*§`,
  ),
  exactly(
    `\\S{1,12}(?:는|은|이|가|을|를) (?:${LANGUAGE_KOREAN})(?:로|으로)(?:는)? ?(?:${HOW_SAID_KOREAN})`,
    `(?:how do (?:you|u|i) say|how to say) (?!what|who|how)[^ ]+(?: [^ ]+)? in ${LANGUAGE}`,
    `(?:what(?:'s| is) )?the ${LANGUAGE} (?:word|term) for (?:an? )?\\w+`,
    `${LANGUAGE} (?:word )?for (?:an? )?\\w+`,
  ),
];

const REWRITING: readonly RegExp[] = [
  onlyOfGlued(
    '§|이|다음|아래|문장|글|말|을|를|은|는|더|좀|존댓말로|존대말로|높임말로|반말로|맞춤법|띄어쓰기|검사|교정|고쳐|다듬어|바꿔|맞아|맞아요|맞나요|공손하게|공손한 말로|정중하게|자연스럽게|부드럽게|쉬운 말로|쉽게|짧게|간결하게|해|줘요|줘|주세요|줄래|봐|맞는지',
    '§.*(?:로|게|맞춤법|교정|띄어쓰기|고쳐|다듬어|바꿔)|(?:로|게|맞춤법|교정|띄어쓰기|고쳐|다듬어|바꿔).*§',
  ),
  onlyOf(
    '§|fix|correct|check|proofread|rewrite|rephrase|reword|polish|shorten|simplify|paraphrase|the|grammar|typos?|spelling|make|sound|more|less|formal|formally|polite|politely|casual|casually|natural|shorter|simpler|nicer|past|present|future|tense|this|it|sentence|text|phrase|in|to|a|bit',
    '(?:grammar|typos?|spelling|tense|polite|formal|casual|natural|sentence|proofread|rewrite|rephrase|reword|shorten|simplify|paraphrase).*§|(?:rewrite|rephrase|reword|make) §.*(?:polite|formal|casual|natural|tense)',
  ),
  exactly(
    'is § (?:a|an|one|two) (?:real )?words?(?: or two)?',
    '(?:which|what) (?:is|one is) (?:correct|right) § or §(?: in §)?',
    '§[이가]? 맞(?:아|나요|는 거야|아요) §[이가]? 맞(?:아|나요|는 거야|아요)',
    '\\S{1,10}(?: (?:vs|아니면|랑))? \\S{1,10} (?:뭐가|어느 ?게|어떤 ?게|둘 중 뭐가) 맞(?:아|아요|나요|는 거야|음|지)',
    "(?:(?:what|give me|whats|what's)(?: is)? )?(?:an? |the )?(?:synonyms?|antonyms?|opposite|another word|other words?|rhymes?) (?:for|of|with) (?:\\w+|§)",
    `(?:\\S{1,10}?|§)(?:의|랑|이랑|와|과|하고)? ?(?:반대말|비슷한 ?말|유의어|동의어|반의어)(?:은|이)? ?(?:${KOREAN_IS_WHAT}|${KOREAN_TELL})?`,
  ),
];

/** One word or a quotation; more words only where a particle or the question itself says that it is a concept. */
const CONCEPT_KOREAN = '(?:[\\p{L}\\d+#-]{1,15}|§)';
/** Names that branches and copies of one's own work have. */
const NO_BRANCH = '(?!(?:dev|main|master|beta|alpha|test|live|old|new|mine|yours)(?![a-z]))';
const EASILY = '(?: ?(?:좀|쉽게|간단히|간단하게|짧게|초등학생도 알게))*';

const DEFINITION: readonly RegExp[] = [
  exactly(
    `(?:사자성어 |속담 |단어 |용어 )?${CONCEPT_KOREAN}(?:이|가|은|는|란|이란)? ?${KOREAN_IS_WHAT}${EASILY}(?: (?:${KOREAN_TELL}))?`,
    `(?:[\\p{L}\\d]{1,12} )?${CONCEPT_KOREAN}(?:이란|(?:이란|란) ?(?:${KOREAN_IS_WHAT}|무엇))`,
    `(?:사자성어 |속담 |단어 )?${CONCEPT_KOREAN}(?:이|가|은|는|의)? ?(?:무슨|어떤) (?:뜻|말|의미)(?:이야|이에요|이예요|인가요|임|이지|인지|이죠)?(?: (?:${KOREAN_TELL}))?`,
    `(?:사자성어 |속담 |단어 )?${CONCEPT_KOREAN}(?:의|이|가)? ?(?:뜻|의미|정의|개념)(?:이|은|을|는|가)? ?(?:${KOREAN_IS_WHAT}|${KOREAN_TELL})?`,
    `(?:사자성어 |속담 )?${CONCEPT_KOREAN}(?:을|를|에 대해|에 대해서)?${EASILY} 설명(?:해 ?(?:줘|줘요|주세요|줄래|봐))?(?: 좀)?`,
    // Two terms in Latin letters: two Korean words may as well be people, or plans.
    `${NO_BRANCH}[a-z]{2,12}(?:이?랑|[와과]|하고) ?${NO_BRANCH}[a-z]{2,12}의? ?차이(?:점)?(?:은|는|이|가|를|을)? ?(?:${KOREAN_IS_WHAT}|${KOREAN_TELL})?`,
    `${CONCEPT_KOREAN}(?:이|가|은|는)? ?(?:뭐의|무엇의|뭐) ?(?:약자|줄임말|준말)(?:야|에요|예요|이야|인가요|임)?`,
  ),
  exactly(
    "(?:wh?at(?:'s| is| are|s)|wh?ats|define|definition of|(?:(?:wh?at(?:'s| is) )?(?:the )?meaning of)|explain|describe) (?:an? )[\\w-]+(?: [\\w-]+){0,2}",
    "(?:wh?at(?:'s| is|s)|wh?ats) (?!the\\b|up\\b|going|there\\b|here\\b|open\\b|pending|good\\b|on\\b|in\\b|for\\b|so\\b|everyone|(?:urgent|important|ready|available|possible|true|different|interesting)$|[a-z]+(?:ing|ed)$)[\\w-]+(?: (?!\\d+$|(?:up|to|like|about|for|at|on|in|with|off|out|count)$)(?:[\\w-]*(?<!ing)|learning|computing|programming|processing|warming|thinking))?",
    "(?:define|definition of|explain|describe) (?!more|yourself|why|how|further|what|the\\b|everything|all\\b)[\\w-]+(?: (?!\\d+$)[\\w-]+)?(?: to me| like i'm (?:five|5))?",
    "(?:wh?at(?:'s| is) )?(?:the )?meaning of (?!the |life )(?:§|[\\w-]+(?: [\\w-]+)?)",
    '(?:explain|tell me|do you know) what (?:an? )?(?!the\\b)[\\w-]+(?: [\\w-]+)? (?:is|are|means)(?: in \\w+)?',
    'what (?:does|do) (?:an? )?(?:§|[\\w-]+) (?:mean|stand for)(?: in \\w+)?',
    "(?:(?:what(?:'s| is)|explain) )?(?:the )?difference between (?:an? )?[\\w-]+ and (?:an? )?[\\w-]+",
  ),
];

export const LANGUAGE_RULES: readonly ShapeRule[] = [
  ...TRANSLATION.map((pattern): ShapeRule => ({ shape: 'translation', pattern })),
  ...REWRITING.map((pattern): ShapeRule => ({ shape: 'rewriting', pattern })),
  ...DEFINITION.map((pattern): ShapeRule => ({ shape: 'definition', pattern })),
];
