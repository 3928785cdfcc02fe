/** Sums, facts that do not change, and games with words. */
import { exactly, KOREAN_IS_WHAT, KOREAN_TELL, onlyOfGlued, type ShapeRule } from './shape-rule.ts';

const UNIT_KOREAN =
  '(?:km|cm|mm|m|kg|g|lb|마일|킬로미터|킬로그램|킬로|미터|센티미터|센티|밀리|인치|피트|야드|파운드|온스|그램|리터|갤런|평|제곱미터|도|초|분|시간)';
const UNIT =
  '(?:km|kms|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|cm|centimet(?:er|re)s?|inch(?:es)?|feet|foot|ft|yards?|kg|kilos?|pounds?|lbs?|grams?|ounces?|oz|lit(?:er|re)s?|gallons?|cups?|celsius|fahrenheit|seconds?|minutes?|hours?|days?|weeks?)';
const TRAILING_KOREAN = '(?:은|는|이야|야|인가요|이에요|예요|일까|지)?';

const ARITHMETIC: readonly RegExp[] = [
  // Figures alone are no sum: "3" answers something, "3/4" is a date.
  onlyOfGlued(
    "[\\d.,]+|[-+*/×÷x^%=()]|what(?:'s| is)|whats|calculate|compute|how much is|plus|minus|times|multiplied by|divided by|over|squared|cubed|to the power of|percent|of|(?:the )?(?:square|cube) root of|half of|a (?:third|quarter) of|double|factorial",
    '\\d ?[+*×÷x^%] ?\\d|\\d [-/] \\d|\\d ?% of|\\d (?:plus|minus|times|multiplied|divided|over|squared|cubed|to the|percent|factorial)|root of \\d|(?:half|third|quarter) of \\d|\\d/\\d of|double \\d',
  ),
  onlyOfGlued(
    '[\\d.,]+|[-+*/×÷x^%=()]|반지름|지름|더하기|빼기|곱하기|나누기|제곱근|제곱|루트|퍼센트|프로|은|는|의|을|를|원|개|얼마|몇|뭐|정답|계산|해줘|해|이야|예요|에요|인가요|인|야|지|정사각형|한 변|넓이|둘레|부피|절반|반|알려줘',
    '\\d ?[+*×÷x^%] ?\\d|\\d [-/] \\d|의 ?\\d+ ?(?:%|퍼센트|프로)|더하기|빼기|곱하기|나누기|제곱|루트 ?\\d|(?:넓이|둘레|부피)|\\d의 (?:절반|반)',
  ),
  exactly(
    `(?:섭씨 |화씨 )?[\\d.,]+ ?${UNIT_KOREAN}(?:은|는|을|를|면|이면)? ?(?:(?:섭씨|화씨)(?:로)? )?(?:몇|얼마) ?${UNIT_KOREAN}?${TRAILING_KOREAN}`,
    `(?:convert )?[\\d.,]+ ?${UNIT}(?: is how many| to| in| into)? ${UNIT}`,
    `how many ${UNIT} (?:are |is )?(?:there )?in (?:an? |one |\\d+ )?${UNIT}`,
  ),
];

const BIGGEST_KOREAN =
  '(?:세계에서|세상에서|지구에서|태양계에서|우주에서|인체에서|우리 몸에서)? ?(?:가장|제일) (?:큰|높은|긴|깊은|작은|빠른|넓은|무거운|단단한|가까운)';
const LASTING_KOREAN =
  '(?:산|강|바다|대양|행성|동물|포유류|새|물고기|사막|호수|장기|기관|섬|대륙|뼈|별|폭포|나라)';
const WHICH_KOREAN = `(?:은|는|이|가)? ?(?:${KOREAN_IS_WHAT}|어디야|어디예요|어디에요|어디인가요|어딘가요|어디지|어디임|${KOREAN_TELL})?`;
const WHO_KOREAN = '(?:은|는|이|가)? ?(?:누구야|누구예요|누구에요|누구인가요|누구지|누구임)?';
const WHEN_KOREAN =
  '(?:언제|몇 ?년에?)(?:야|예요|에요|였어|였지|인가요)?(?: ?(?:끝났|일어났|시작했|시작됐|발생했|무너졌|있었)(?:어|어요|나요|지|음|습니까))?';

const COUNTRY_KOREAN =
  '(?:대한민국|한국|북한|일본|중국|대만|몽골|베트남|태국|필리핀|인도|인도네시아|말레이시아|호주|뉴질랜드|미국|캐나다|멕시코|브라질|아르헨티나|칠레|페루|쿠바|영국|프랑스|독일|이탈리아|스페인|포르투갈|네덜란드|벨기에|스위스|오스트리아|폴란드|체코|헝가리|그리스|터키|튀르키예|러시아|우크라이나|스웨덴|노르웨이|핀란드|덴마크|아일랜드|이집트|모로코|케냐|남아공|이스라엘|이란|이라크|사우디아라비아)';

const TRIVIA: readonly RegExp[] = [
  exactly(
    `${COUNTRY_KOREAN}의? 수도(?:${WHICH_KOREAN}| [\\p{L}]{1,10} 아니(?:야|에요)| [\\p{L}]{1,10}지)`,
    `${BIGGEST_KOREAN} ${LASTING_KOREAN}${WHICH_KOREAN}`,
    `[\\p{L}]{1,8}의? ?(?:끓는점|녹는점|어는점|원소 ?기호|화학식|원자 ?번호)${WHICH_KOREAN}(?: ?몇 도(?:야|예요|지)?)?`,
    `(?:빛|소리)의? ?속도(?:는|가)? ?(?:얼마(?:야|나 돼|나 빨라|예요)?|몇이야|${KOREAN_IS_WHAT})?`,
    `지구에서 (?:달|태양|화성)까지(?:의)? 거리(?:는|가)? ?(?:얼마(?:야|나 돼|예요)?|몇 km야)?`,
    `(?:한글|[\\p{L} ]{2,12})(?:을|를) (?:발명한|발견한|작곡한|그린|창제한) (?:사람|화가|과학자|작곡가|왕)${WHO_KOREAN}`,
    `한글(?:을|은) (?:만든 사람${WHO_KOREAN}|누가 만들었(?:어|어요|나요|지))`,
    `[\\p{L}\\d]{0,5} ?[\\p{L}]*(?:전쟁|대전|왜란|호란|혁명|해방|광복|임시정부|베를린 장벽)(?:은|는|이|가)? ?${WHEN_KOREAN}`,
    `왜 (?:하늘|바다|구름|눈|잎|나뭇잎|피|해|달|별|얼음|고양이|강아지|개|새|사람)(?:은|는|이|가)? [\\p{L} ]{2,12}|(?:하늘|바다|바닷물|구름|나뭇잎|피|얼음|고양이|별|무지개|번개|천둥|지진|파도|노을)(?:은|는|이|가) 왜 [\\p{L} ]{1,12}`,
    `[\\p{L}]{1,8}(?:은|는|의)? ?(?:다리|날개|눈|이빨|뼈|줄|색깔|색|심장)(?:은|는|이|가)? ?몇 ?개(?:야|예요|에요|인가요|지|임)?`,
    `[\\p{L}]{1,8}(?:은|는|이|가) (?:포유류|어류|파충류|조류|양서류|곤충|과일|채소|행성|식물|동물)(?:야|이야|인가요|에요|예요|임|지)`,
    `윤년(?:은|이)? ?몇 년마다 [\\p{L}]{1,4}`,
  ),
  exactly(
    "(?:what(?:'s| is|s) |whats )?(?:the )?capital(?: city)? of (?:(?!the )[a-z ]{3,25}|the (?:us|usa|uk|united states|united kingdom|netherlands|philippines|czech republic|dominican republic))",
    "(?:what(?:'s| is) |whats )?(?:the )?(?:boiling point|melting point|freezing point|atomic number|chemical symbol|chemical formula|symbol|speed|plural|past tense) (?:of|for) \\w+(?: \\w+)?",
    "(?:(?:what|which)(?:'s| is) |whats )?(?:the )?(?:largest|biggest|tallest|highest|longest|deepest|smallest|fastest|heaviest|hottest|closest) (?:mountain|ocean|sea|planet|river|desert|organ|animal|land animal|mammal|continent|lake|island|bird|fish|bone|star|country|waterfall)(?: (?:in|on|to) (?:the )?(?:world|earth|solar system|human body|sun|europe|asia|africa|universe))?",
    'who (?:wrote|composed) (?!the )[a-z ]{3,30}',
    'who (?:painted|invented|discovered|sculpted) (?!the )[a-z ]{3,30}',
    'who (?:painted|invented|discovered) the (?:mona lisa|starry night|last supper|sistine chapel|scream|girl with a pearl earring|telephone|phone|light ?bulb|airplane|internet|computer|wheel|printing press|steam engine|television|radio|microscope|telescope|compass|electron|neutron|structure of dna|theory of relativity)',
    '(?:when|what year) (?:did|was|were) (?:the )?[a-z0-9 ]{0,20}(?:war|wars|war (?:1|2|i|ii|one|two)|revolution|wall|empire|titanic|renaissance|moon landing|independence|dynasty|plague)(?: of independence)?(?: (?:start|begin|end|fall|sink|happen|over|built|signed))?',
    'how many (?:legs|eyes|wings|bones|teeth|hearts|strings|sides|continents|oceans|planets|colou?rs|moons|chromosomes|muscles|elements)(?: (?:are|is)(?: there)?(?: in (?:the |an? )?[a-z]+(?: [a-z]+)?)?| (?:do|does) (?:an? |the )?[a-z]+(?: [a-z]+)? have)?',
    'why (?:is|are|do|does|did) (?:the )?(?:sky|sea|ocean|grass|cats?|dogs?|birds?|leaves|moon|sun|stars|ice|onions|humans|bees|flamingos|rainbows?|blood|volcano(?:e?s)?)(?: [a-z]+){1,4}',
    'is an? \\w+(?: \\w+)? an? (?:fruit|vegetable|mammal|reptile|bird|fish|insect|animal|plant|berry|planet|star|nut|herb|verb|noun|adjective|prime(?: number)?)',
    'how (?:far|big|hot|old|tall|high|deep|heavy|fast|long) is (?:the |a )?(?:moon|sun|earth|mars|jupiter|mount everest|everest|light|universe|blue whale|great wall|amazon|nile)(?: from (?:the )?(?:earth|sun|moon))?',
    'what languages? (?:do|is|are) (?:they |people )?(?:speak|spoken) in \\w+(?: \\w+)?',
  ),
];

const FUN_KOREAN =
  '농담|유머|개그|아재 ?개그|(?:재밌는|재미있는|웃긴) (?:얘기|이야기|농담)|넌센스 ?퀴즈|수수께끼|퀴즈|명언|(?:응원|위로|칭찬)(?: ?한 ?마디)?|힘(?:나는|이 되는) 말|좋은 말|끝말잇기|[이삼사]행시|(?:짧은 )?시|동화|동전|주사위|가위 ?바위 ?보|스무고개|노래|숫자 하나|숫자';

const PLAY: readonly RegExp[] = [
  onlyOfGlued(
    `(?:[\\p{L}]{1,8}|§)(?:로|으로|에 대한|에 관한)|\\d+부터 \\d+(?:까지)?|중에서?|사이|${FUN_KOREAN}|하나만|하나|한 ?편|한 ?번|만|더|좀|나|를|을|또|짧은|해|줘|주세요|봐|내줘|내봐|들려줘|들려주세요|알려줘|지어줘|써줘|하자|할래|던져줘|던져|굴려줘|골라줘|골라|뽑아줘|뽑아|불러줘|말해줘`,
    `(?:${FUN_KOREAN}).*(?:줘|주세요|봐|자|래|골라|던져|뽑아|하나|해)`,
  ),
  exactly(
    '(?:(?:tell|give|say|write|sing|make up|do|got|know|hit)(?: me| us)?(?: with)? )?(?:an?|another|one more|some|any|your best|something)? ?(?:(?:short|random|funny|silly|good|bad|little|quick|fun|nice|corny|inspirational|motivational|dad) )*(?:jokes?|riddles?|puns?|facts?|quotes?|poems?|haikus?|limericks?|compliments?|tongue twisters?|bedtime stor(?:y|ies)|songs?|rap|knock ?knock joke|something)?(?<=jokes?|riddles?|puns?|facts?|quotes?|poems?|haikus?|limericks?|compliments?|twisters?|stor(?:y|ies)|songs?|rap)(?:(?<!facts?) about (?:an? |the )?[a-z]+(?: [a-z]+)?)?',
    '(?:tell me|say) something (?:funny|nice|interesting|sweet|random)|compliment me|cheer me up|make me (?:laugh|smile)|motivate me|entertain me|amuse me',
    '(?:flip|toss) a coin|roll (?:a|the) (?:die|dice)|pick a (?:random )?(?:number|card|colou?r|letter)(?: (?:between|from) \\d+ (?:and|to|-) \\d+)?|heads or tails|rock paper scissors',
    "(?:let'?s|wanna|want to) play (?:20|twenty) questions|(?:let'?s|wanna) play (?:a (?:word )?game|hangman|trivia)|knock knock|sing (?:me )?(?:a song|something)",
  ),
];

export const KNOWLEDGE_RULES: readonly ShapeRule[] = [
  ...ARITHMETIC.map((pattern): ShapeRule => ({ shape: 'arithmetic', pattern })),
  ...TRIVIA.map((pattern): ShapeRule => ({ shape: 'trivia', pattern })),
  ...PLAY.map((pattern): ShapeRule => ({ shape: 'play', pattern })),
];
