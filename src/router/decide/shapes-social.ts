/** Greetings, thanks, moods, and questions about the assistant as somebody to talk to. */
import { exactly, onlyOf, type ShapeRule } from './shape-rule.ts';

const MORE_KOREAN =
  '(?: ?(?:아|나|나는|난|오늘|오늘도|지금|너무|진짜|완전|좀|정말|넘|또|벌써|역시|매우|많이|항상|늘|덕분에))*';
const ENDING = '[가-힣]{0,4}';

const GREETINGS_KOREAN = [
  `안녕(?:하세요|하십니까|하신가요|히 (?:주무세요|계세요|가세요))?(?:요)?`,
  '안뇽|하이(?:요|루|하이)?|헬로우?|방가(?:방가)?|여보세요',
  '반가워요?|반갑(?:습니다|네요?|다)|만나서 반가워요?|만나서 반갑습니다',
  '(?:좋은|굿|행복한|즐거운) ?(?:아침|점심|저녁|오후|밤|하루|주말)(?:이에요|이예요|입니다|이야| 보내| 보내세요| 되세요)?',
  '굿모닝|굿나잇|굿밤',
  '메리 ?크리스마스|해피 ?(?:뉴 ?이어|할로윈|추석)|새해 ?복 ?(?:많이 ?)?받(?:아|아요|으세요|으십시오)',
  '오랜만(?:이야|이에요|이예요|입니다|이네요?|이다)?',
  '잘 ?(?:자|자요|가|가요|있어|있어요|지내|쉬어|다녀와)|내일 봐요?|또 봐요?|나중에 봐요?|다음에 봐요?|바이(?:바이)?',
  '잘 (?:지내|지냈어|지냈어요|지내셨어요|지내세요|지내고 있어|지내니|있었어)|별일 없지|별일 없어',
];
const THANKS_KOREAN = [
  '고마워요?|고맙(?:습니다|네요?|다)|감사(?:합니다|해요|드려요|드립니다)?|땡큐|쌩유',
  '수고(?:했어요?|하셨습니다|하셨어요| 많았어요?| 많으셨어요|해요?|하세요)|고생(?:했어요?|하셨습니다|하셨어요| 많았어요?)',
  '잘했어요?|최고(?:야|예요|에요|다|네)?|멋지다|멋져요?|훌륭해요?|대단해요?|대단하다|짱(?:이야|이다)?|똑똑하네요?|친절하네요?|천재(?:네|야|다)?|살았다|굿굿',
];
const MOODS_KOREAN = [
  `(?:심심|피곤|졸리|졸려|졸립|배고|배고프|배고파|우울|외로|외롭|짜증|화나|화난|행복|힘들|힘드|슬프|슬퍼|기뻐|기쁘|신나|신난|지쳤|지친|지쳐|귀찮|속상|떨려|떨린|긴장|지루|괴로)${ENDING}(?: 죽겠${ENDING})?`,
  `기분이? ?(?:안 )?(?:좋|나쁘|나빠|별로|최고|꿀꿀)${ENDING}`,
  `(?:월요일|출근|공부|일|회사|학교|야근|운동)(?:이|은|하기|하기가| ?가기)? ?싫${ENDING}`,
  `(?:퇴근하고|집에 가고|자고|놀고|쉬고|놀러 가고) ?싶${ENDING}`,
  '헐|대박|와우?|우와|오오+|아이고|에휴|하아+|웃기다|웃겨요?|웃기네요?|재밌다|재밌네요?|재미있다',
];
const ABOUT_YOU_KOREAN = [
  '(?:너|넌|너는|당신|당신은)? ?(?:이름이? ?(?:뭐야|뭐예요|뭐에요|뭔가요|뭐니)|누구(?:야|세요|니|예요|인가요)|사람이(?:야|에요|니)|로봇이(?:야|에요|니)|몇 ?살이?(?:야|에요|니)?)',
  '(?:너|넌|너는)? ?(?:뭐 ?해요?|뭐하니|뭐 ?하고 있어요?|기분이? ?어때요?|밥 먹었어요?|밥은 먹었어)',
  '(?:너|넌|너는) ?(?:진짜|정말|참|너무|완전)? ?(?:똑똑하|친절하|착하|웃기)(?:다|네요?|구나)',
  '(?:너|넌|너는)? ?(?:사랑해요?|귀엽(?:다|네요?)|귀여워요?|좋아해요?|웃긴다|재밌다|보고 ?싶었어)',
];
const GREETINGS_ENGLISH = [
  '(?:hi+|hello+|hey+|heya|hiya|howdy|yo+|sup|gm|gn|greetings)(?: (?:there|again|everyone|all|friend|buddy))?',
  '(?:good )?(?:morning|afternoon|evening|night)(?: everyone)?|nite(?: nite)?|sleep (?:well|tight)|sweet dreams',
  'merry christmas|happy (?:new year|holidays|halloween|thanksgiving|easter)(?: to you(?: too)?)?',
  'bye(?: ?bye)?|goodbye|cya|see (?:you|ya)(?: (?:later|soon|tomorrow|around))?|later|take care|have a (?:nice|good|great) (?:day|evening|night|one|weekend)',
  "long time no see|(?:nice|good|great) to (?:meet|see) you|what'?s up|wassup|how do you do|welcome back",
  "how(?:'s| is) (?:it going|everything|life|your day)|how(?: are|'re| r) (?:you|u|ya)(?: (?:doing|today|feeling))*|how have you been|you ok|u ok",
];
const THANKS_ENGLISH = [
  '(?:many |ok |great |cool )?(?:thank you|thank u|thanks?|thx|tnx|ty|tysm|tyvm|cheers|kudos)(?: (?:so|very|a) (?:much|lot|bunch|ton|million))?(?: (?:again|man|mate|buddy))?|much appreciated|appreciate it|i appreciate it',
  "(?:you(?:'re|r| are)|ur) (?:the best|the man|awesome|great|amazing|funny|hilarious|cute|so (?:funny|cute|kind|nice|smart|helpful)|smart|sweet|nice|kind|cool|a (?:star|legend|genius|lifesaver))|(?:you|u) rock",
  '(?:great|good|nice|excellent|amazing|awesome|fantastic|well) (?:job|work|one|bot|done)|awesome|amazing|wonderful',
];
const MOODS_ENGLISH = [
  '(?:lol+|lmao|rofl|(?:ha){2,}h?|(?:he){2,}|wow+|omg|ugh+|yay+|woo+|aww+|oops|phew|meh)',
  "that(?:'s| is| was) (?:so )?(?:funny|hilarious|awesome|great|cool|amazing|sweet|nice|lovely)",
  "(?:i(?:'m| am|m)? )?(?:feel(?:ing)? |am )?(?:so |really |very |a bit |kinda )*(?:bored|tired|exhausted|sleepy|hungry|sad|lonely|happy|down|stressed|excited|grumpy|starving|anxious|blue|great|good|fine)(?: (?:today|rn|right now|now|lately))?",
  'i (?:hate|love) (?:mondays?|fridays?|weekends|mornings|coffee|you|u)|love (?:you|u)|i miss you',
  '(?:i )?(?:had|what) a (?:rough|bad|long|hard|great|good|tough) (?:day|week|night)|(?:today|it) was (?:rough|hard|fun|great)',
];
const ABOUT_YOU_ENGLISH = [
  "what(?:'s| is|s) (?:your|ur) name|who (?:are|r) (?:you|u)|are (?:you|u) (?:a |an )?(?:robot|human|bot|ai|real|person|alive|okay|ok|there|happy|tired|sad)|how old are (?:you|u)",
  "what(?: are|re|'re) (?:you|u) (?:doing|up to)|do (?:you|u) (?:like|love|enjoy|eat|sleep|dream|drink) ?(?:\\w+)?|(?:do you have|have you got) (?:feelings|friends|a soul)",
];

const KOREAN = [...GREETINGS_KOREAN, ...THANKS_KOREAN, ...MOODS_KOREAN, ...ABOUT_YOU_KOREAN].join('|');
const ENGLISH = [...GREETINGS_ENGLISH, ...THANKS_ENGLISH, ...MOODS_ENGLISH, ...ABOUT_YOU_ENGLISH].join('|');

export const SOCIAL_RULES: readonly ShapeRule[] = [
  { shape: 'social', pattern: onlyOf(`${MORE_KOREAN} ?(?:${KOREAN})`) },
  { shape: 'social', pattern: exactly('ㄱㅅ|ㄳ+|ㅎㅇ|ㅂㅂ|ㅂㅇ|ㄱㅅㄱㅅ') },
  { shape: 'social', pattern: onlyOf(`(?:and |oh |aw |ok )?(?:${ENGLISH})`) },
];
