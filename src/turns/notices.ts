/** What a chat is told when a turn can't answer, or takes long. Plain words, no internals. */
import type { Doing } from '../../contracts/link.ts';
import type { FailureCode } from './retry.ts';

export type Language = 'ko' | 'en';
export type NoticeCode = FailureCode | 'silent' | 'interrupted';

const UNRESPONSIVE = {
  en: '⚠️ My workspace kept hanging while I worked on this. Please ask again later.',
  ko: '⚠️ 작업 중 작업 공간이 계속 응답하지 않았습니다. 나중에 다시 물어봐 주세요.',
};

const NOTICES: Record<NoticeCode, Record<Language, string>> = {
  auth: {
    en: '⚠️ I could not sign in to the model. My operator has to renew the sign-in; then please ask again.',
    ko: '⚠️ 모델에 로그인하지 못했습니다. 운영자가 로그인을 갱신한 뒤 다시 물어봐 주세요.',
  },
  credit: {
    en: '⚠️ The prepaid model credit is used up. Please ask again once it has been topped up.',
    ko: '⚠️ 선불 모델 크레딧이 모두 소진되었습니다. 충전된 뒤 다시 물어봐 주세요.',
  },
  budget: {
    en: '⚠️ This chat has used its budget for today. I can answer again tomorrow; my operator can raise it.',
    ko: '⚠️ 이 채팅의 오늘 예산을 모두 사용했습니다. 내일 다시 답할 수 있으며, 운영자가 한도를 올릴 수 있습니다.',
  },
  rate_limit: {
    en: '⚠️ The model is limiting my requests and did not let up. Please ask again later.',
    ko: '⚠️ 모델 요청 한도에 계속 걸려 답하지 못했습니다. 나중에 다시 물어봐 주세요.',
  },
  overloaded: {
    en: '⚠️ The model is overloaded and did not recover in time. Please ask again later.',
    ko: '⚠️ 모델이 과부하 상태여서 답하지 못했습니다. 나중에 다시 물어봐 주세요.',
  },
  network: {
    en: '⚠️ I could not reach the model. Please ask again later.',
    ko: '⚠️ 모델에 연결하지 못했습니다. 나중에 다시 물어봐 주세요.',
  },
  timeout: {
    en: '⚠️ This took longer than I am allowed to work on one request, so I stopped. Try asking for a smaller step.',
    ko: '⚠️ 한 요청에 허용된 시간을 넘겨 중단했습니다. 더 작은 단계로 나누어 요청해 주세요.',
  },
  start_failed: {
    en: '⚠️ I could not start my workspace. My operator can see why with `nanoclaw health --verbose`.',
    ko: '⚠️ 작업 공간을 시작하지 못했습니다. 운영자는 `nanoclaw health --verbose`로 원인을 볼 수 있습니다.',
  },
  max_turns: {
    en: '⚠️ This needed more steps than I am allowed to take. Try asking for a smaller step.',
    ko: '⚠️ 허용된 단계 수를 넘어 중단했습니다. 더 작은 단계로 나누어 요청해 주세요.',
  },
  stale_session: {
    en: '⚠️ I could not go on with our conversation. Please ask again.',
    ko: '⚠️ 대화를 이어가지 못했습니다. 다시 물어봐 주세요.',
  },
  gone: {
    en: '⚠️ My workspace kept failing while I worked on this. Please ask again later.',
    ko: '⚠️ 작업 중 작업 공간이 계속 종료되어 답하지 못했습니다. 나중에 다시 물어봐 주세요.',
  },
  oom: {
    en: '⚠️ My workspace ran out of memory each time I worked on this. Try asking for a smaller step; my operator can raise the limit.',
    ko: '⚠️ 작업할 때마다 작업 공간의 메모리가 부족했습니다. 더 작은 단계로 나누어 요청해 주세요. 운영자가 한도를 올릴 수 있습니다.',
  },
  disk_quota: {
    en: '⚠️ My folder for this chat is full, so I had to stop. Ask me to tidy it up; my operator can raise the limit.',
    ko: '⚠️ 이 채팅의 폴더가 가득 차서 중단했습니다. 정리해 달라고 요청해 주세요. 운영자가 한도를 올릴 수 있습니다.',
  },
  disk_low: {
    en: '⚠️ The disk I work on is nearly full, so I had to stop. My operator has to make room; then please ask again.',
    ko: '⚠️ 디스크 공간이 거의 없어 중단했습니다. 운영자가 공간을 확보한 뒤 다시 물어봐 주세요.',
  },
  not_taken: UNRESPONSIVE,
  hang: UNRESPONSIVE,
  stuck: UNRESPONSIVE,
  garbage: UNRESPONSIVE,
  broken_runner: {
    en: '⚠️ My workspace ends as soon as it starts: its program is damaged. My operator can build it anew with `./container/build.sh --force`; then please ask again.',
    ko: '⚠️ 작업 공간이 시작하자마자 종료됩니다. 프로그램이 손상되었습니다. 운영자가 `./container/build.sh --force`로 다시 만든 뒤 물어봐 주세요.',
  },
  crashed: {
    en: '⚠️ The agent kept crashing while I worked on this. Please ask again later.',
    ko: '⚠️ 작업 중 에이전트가 계속 중단되어 답하지 못했습니다. 나중에 다시 물어봐 주세요.',
  },
  other: {
    en: '⚠️ Something went wrong while I worked on this. My operator finds more in the log.',
    ko: '⚠️ 작업 중 문제가 생겼습니다. 운영자는 로그에서 원인을 볼 수 있습니다.',
  },
  silent: {
    en: 'I finished, but have nothing to say about it.',
    ko: '작업을 마쳤지만 따로 전할 말이 없습니다.',
  },
  interrupted: { en: 'Stopped.', ko: '중단했습니다.' },
};

const DOINGS: Record<Doing, Record<Language, string>> = {
  thinking: { en: 'I am thinking', ko: '생각하고 있습니다' },
  command: { en: 'I am running a command', ko: '명령을 실행하고 있습니다' },
  files: { en: 'I am working with files', ko: '파일을 다루고 있습니다' },
  web: { en: 'I am looking on the web', ko: '웹에서 찾아보고 있습니다' },
  subagents: { en: 'my helpers work on parts of it', ko: '보조 에이전트들이 나누어 작업하고 있습니다' },
  tool: { en: 'I am using a tool', ko: '도구를 사용하고 있습니다' },
};

/** @param sinceMs how long the turn has been worked on, milliseconds */
export function stillAtWork(doing: Doing | null, sinceMs: number, language: Language): string {
  const minutes = Math.max(1, Math.round(sinceMs / 60_000));
  const time = { en: `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`, ko: `${minutes}분` };
  const head = { en: `⏳ Still at work on this after ${time.en}`, ko: `⏳ ${time.ko}째 작업 중입니다` };
  return doing === null ? `${head[language]}.` : `${head[language]}: ${DOINGS[doing][language]}.`;
}

export function noticeFor(code: NoticeCode, language: Language): string {
  return NOTICES[code][language];
}
