/**
 * What speaks for the agent: words that point at tools, files, time, people, the world or earlier conversation.
 * They are looked for in the clauses that are not mere small talk. A word too many here costs an agent's turn; a word
 * too few may cost a wrong answer.
 */
import type { Need } from './decision.ts';
import { POINTS_ELSEWHERE } from './points-elsewhere.ts';

export type NeedRule = {
  need: Need;
  pattern: RegExp;
  /**
   * `clauses` = outside quotations; `everywhere` = also in what is quoted; `unquoted` = only when nothing is;
   * `quoted` = each quotation by itself.
   */
  where: 'clauses' | 'everywhere' | 'unquoted' | 'quoted';
};

/** Korean words are found anywhere, since particles and endings cling to them; English ones whole. */
function words(korean: string, english: string): RegExp {
  return new RegExp(`${korean}|\\b(?:${english})\\b`, 'u');
}

const inClauses = (need: Need, pattern: RegExp): NeedRule => ({ need, pattern, where: 'clauses' });

/** Nouns of somebody's own life and work: a question about them is rarely one about the word. */
const KOREAN_LIFE =
  '회사|부서|팀장|대리|과장|부장|사장|담당|고객|거래처|업체|제품|상품|브랜드|매출|실적|예산|비용|요금|월급|급여|견적|청구|영수증|계좌|결제|주문|배달|배송|택배|구독|가입|신청|접수|등록금|공지|발표|행사|이벤트|모임|회식|파티|워크[샵숍]|세미나|여행|숙소|호텔|출장|휴가|수업|강의|시험|성적|숙제|과제|업무|작업|티켓|마감|안건|전략|계정|아이디|인원|명단|간식|점심|저녁|가족|친구|남편|아내|선생님|교수님|주차|와이파이|프린터|인수인계|회의실|사무실|당번|관리비|보험료|학원|집주인|세입자|쿠폰|포인트|할인|쇼핑|장바구니|직원|알바|면접|합격|서류|지원서|자소서';
const ENGLISH_LIFE =
  'projects?|teams?|office|polic(?:y|ies)|budgets?|clients?|customers?|vendors?|compan(?:y|ies)|department|corp|inc|ltd|startup|boss|colleagues?|coworkers?|manager|wife|husband|mom|dad(?! jokes?)|kids?|dinner|lunch|breakfast|menu|revenue|sales|profits?|churn|payroll|salary|invoices?|bill(?:s|ing)?|payments?|balance|accounts?|login|username|orders?|delivery|packages?|shipment|staging|prod|production|requirements?|scope|roadmap|sprint|backlog|standup|launch|features?|products?|feedback|requests?|outages?|incidents?|leaks?|mistakes?|migration|homework|assignment|exam|grades?|trip|hotel|party|marketing|hr|onboarding|coupons?|discounts?|shifts?|groceries|landlord|tenant|rent|candidates?|interviews?|interns?|ops|qa|infra|dashboards?|milestones?|okrs?|kpis?|metrics?|alerts?|oncall|runbooks?|vpn|printer';

export const NEED_RULES: readonly NeedRule[] = [
  {
    need: 'link',
    where: 'everywhere',
    pattern: /https?:|www\.|\b[a-z0-9-]+\.(?:com|net|org|io|kr|dev|ai|app|co|me)\b/u,
  },
  {
    need: 'file',
    where: 'everywhere',
    pattern:
      /[\w-]\.(?:pdf|docx?|xlsx?|pptx?|txt|md|csv|json|ya?ml|toml|png|jpe?g|gif|mp[34]|zip|py|[jt]sx?|sh|log|sql)\b|(?:^|\s)[~.]?\/\w+\/\w/u,
  },
  { need: 'code', where: 'everywhere', pattern: /```|[{};]\s*$|\w\(\)|=>|\b\w+error\b|\bdef \w|<\/?\w+>/u },
  { need: 'people', where: 'clauses', pattern: /<@|(?:^|\s)@\S|#[\p{L}]/u },
  inClauses(
    'file',
    words(
      '파일|폴더|첨부|문서|회의록|보고서|엑셀|시트|피피티|슬라이드|사진|이미지|그림|스크린샷|영상|자막|계약서|견적서|노트|메모|목록|리스트|표로|다운로드|자료|논문|로고',
      'files?|folders?|director(?:y|ies)|attach\\w*|documents?|docs?|pdf|ppt|spreadsheets?|sheets?|slides?|deck|screenshots?|pictures?|images?|photos?|videos?|readme|contracts?|notes?|backups?|csv|inbox|reports?|resume|list|results|paper|article|page|comments?|tickets?',
    ),
  ),
  inClauses(
    'code',
    words(
      '코드|스크립트|에러|오류|버그|배포|서버|커밋|깃허브|도커|컨테이너|쿼리|정규식|설치|(?<!킬)로그|디스크|크론|이슈|디버그|빌드|브랜치|함수 |짜줘|짜 줘|돌려',
      'scripts?|debug|deploy\\w*|servers?|git|github|commits?|docker|containers?|install\\w*|refactor|regex|tests?|logs?|crash\\w*|errors?|bugs?|branch|builds?|run|execute|disk|issues?|pr|prs|sql|backend|frontend|code|repo|config|site|database|tokens?|primes',
    ),
  ),
  inClauses(
    'command',
    words(
      '보내|올려|저장|삭제|지워|취소|예약|등록|찾아|검색|확인|체크|조사|열어|읽어|실행|켜|꺼|틀어|설정|연결|추가|적어|기록|전달|공유|시켜|주문|구매|전화|메시지|문자|메일|슬랙|디스코드|스레드|정리|업로드|반영|비교|분석|검토|리뷰|만들어|그려',
      'send|post|save|delete|remove|cancel|book|order|buy|register|find|search|look ?up|google|check|open|read|show|create|set|wake|ping|forward|messages?|e-?mail|mail|dm|call|turn (?:on|off)|restart|shut|stop|pause|resume|reset|update|upload|download|add|put|move|draw|generate|compare|analy[sz]e|review|summari[sz]e|approve|invite|share|notify|publish|browse',
    ),
  ),
  inClauses(
    'schedule',
    words(
      '일정|일졍|스케[줄쥴]|약속|회의|미팅|알림|알람|리마인더|타이머|캘린더|매일|매주|매달|매년|(?:요일|아침|저녁|시간|주|날|달)마다|\\d ?(?:분|시간|일|주) ?(?:뒤|후|있다)|까먹|챙겨|깨워|시에 ',
      'remind\\w*|alarms?|timers?|calendars?|schedul\\w*|meetings?|appointments?|every|daily|weekly|hourly|at \\d+|at noon|in \\d+ (?:min|hour|day|sec)\\w*|on call|tasks?|deadlines?|due',
    ),
  ),
  inClauses(
    'clock',
    words(
      '오늘|오늜|오눌|내일|낼|모레|어제|그제|지금|현재|요즘|최근|올해|작년|내년|이번|다음 ?(?:주|달|해|번)|지난|저번|주말|며칠|몇 ?시(?!간)|무슨 요일|생일|남았|개봉|신작|최신|이제|아직|벌써',
      'today|tonight|tomorrow|yesterday|now|current\\w*|latest|newest|recent\\w*|this (?:week|month|year|morning|evening|weekend)|next|last|lately|these days|rn|upcoming|what time|date|still|yet|anymore|new|trending|ago|already|birthday',
    ),
  ),
  inClauses(
    'current_facts',
    words(
      '날씨|날시|기온|미세먼지|우산|뉴스|주가|주식|코인|환[율률]|금리|가격|시세|원화|달러|유로|엔화|위안|맛집|근처|영화|드라마|노래 순위|경기 |순위|대통령|총리|장관|시장|대표|감독|챔피언|우승|선거|인구|로또|세금|금값|물가|기름값|부자|기록|검색어|비행기|항공권|영업시간|버전|환불|재고|유행|인기',
      'weather|forecast|outside|news|stocks?|prices?|cost|bitcoin|crypto|exchange|rates?|usd|eur|krw|dollars?|won|euros?|yen|president|prime minister|ceo|governor|mayor|king|queen|champions?|elections?|population|scores?|games?|movies?|flights?|trains?|restaurants?|hours of|richest|record|versions?|release\\w*|near|who won|tax\\w*|traffic|holidays?|easter|christmas|lottery|live in|popular|famous right|statistics',
    ),
  ),
  inClauses(
    'memory',
    words(
      '기억|잊어|앞으로|부터는|라고 불러|취향|알지',
      'remember|forget|memori[sz]e|from now on|call me|you (?:told|said|promised)|(?:i|we) (?:say|said|ask|asked|told|discussed|agreed)',
    ),
  ),
  inClauses(
    'conversation',
    words(
      '아까|방금|그때|앞에서|위 ?(?:에|의|내용|글|문장)|이전|대화|채널|채팅|얘기(?:했|한|하고|하던)|말(?:했|한 |하던)|라고 했|물어본|뭐라 했|걔|쟤|그 ?사람|저 ?사람|다시|계속|마저',
      'above|earlier|previous\\w*|before|again|conversation|chat|channel|the same|continue|the rest',
    ),
  ),
  {
    need: 'conversation',
    where: 'unquoted',
    pattern: words(
      '(?:^| )(?:그|이|저)(?:거|것|건|게|걸|런|렇게)|(?:^| )(?:그|이|저) ',
      "this|that|that's|these|those|them|he|she|him|his|her|it|it's|its",
    ),
  },
  { need: 'conversation', where: 'quoted', pattern: POINTS_ELSEWHERE },
  inClauses('people', /\b(?:what|how) \w+ (?:said|wrote|asked|meant)\b|\bdid \w+ (?:say|ask|write|mean)\b/u),
  inClauses(
    'personal',
    words(
      '(?:^| )(?:내|제|우리|저희|나의|저의|내가|제가|우리가|나한테|엄마|아빠|팀)(?: |$)',
      'my|our|ours|mine|we|us',
    ),
  ),
  inClauses(
    'judgement',
    words(
      '추천|할까|갈까|살까|먹을까|좋을까|나을까|어떡|어떻게 (?:하|할|해야)|해야|될까|조언|괜찮을까|병원|증상|투자|이직|계획|초안|도와|죽|아프|아파|토하|토해|설사|기침|안 먹',
      'good|cheap|fair|reasonable|ideal|should|recommend\\w*|suggest\\w*|advice|advise|better|best|worth|safe|decide|opinion|think|hurts?|(?<!roll (?:a|the) )die|kill|suicide|plan|draft|essay|blog|scam|legal|sue|invest\\w*|quit|help|salary|vomit\\w*|throw\\w* up|limp\\w*|bleed\\w*|cough\\w*|sick',
    ),
  ),
  inClauses(
    'own_context',
    words(
      `${KOREAN_LIFE}|상태|이름|번호|비번|비밀|목표|결과|내용|프로젝트|메뉴|링크|주소|위치|장소|제목|기능|차례|순서|정답|답변|할 ?일|원인|이유|문제|주제|점수|옵션|조건|범위|단계|절차|규칙|정책|의견|소식|근황|피드백|문의|요청|후기`,
      `${ENGLISH_LIFE}|status|password|wifi|link|address|phone|number|goals?|progress|problem|decision|agenda|terms|rules?|procedures?|reasons?|happening|wrong|left|missing|amounts?|totals?|options?`,
    ),
  ),
  {
    need: 'big_numbers',
    where: 'clauses',
    pattern: /\d{7,}|\d{4,}\D+\d{4,}|(?:\^|의) ?\d{3,}|\d{3,} ?(?:승|factorial)|\d{2,} ?(?:factorial|!)/u,
  },
  inClauses(
    'several_parts',
    words(
      '그리고|그 ?다음|또한|한 (?:다음|뒤|후)|하고 나서|[해쳐]서 |이랑 같이',
      'and|then|also|plus|after that|as well|both',
    ),
  ),
];

/** Words about the world as it is now or about somebody's plans, to be recognised in spite of one wrong letter. */
export const OFTEN_MISSPELT: readonly string[] = [
  'weather',
  'tomorrow',
  'yesterday',
  'today',
  'tonight',
  'price',
  'stock',
  'latest',
  'current',
  'schedule',
  'meeting',
  'calendar',
  'reminder',
  'remind',
  'message',
  'forecast',
  'delete',
  'server',
  'password',
  'project',
];
