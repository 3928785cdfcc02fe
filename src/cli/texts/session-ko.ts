/** Korean texts about emergency sessions. */
import type { sessionEn } from './session-en.ts';

export const sessionKo: typeof sessionEn = {
  help: {
    attach: '실행 중인 응급 세션 보기 (나가기: Ctrl-B d)',
    doctorSession: '하루 한도와 상관없이 지금 문제에 대한 응급 세션을 엶',
    learnings: '응급 세션이 고친 것과 저절로 다시 시도되는 해법',
    doctorSessionNow: '정말 연다는 확인: 세션은 돈이 들고 서비스를 재시작할 수 있음',
  },
  none: '실행 중인 응급 세션이 없습니다.',
  noTmux: 'tmux가 설치되어 있지 않아 응급 세션을 실행할 수 없습니다.',
  begun: (incident) =>
    `${incident}의 응급 세션을 시작합니다. 보기: nanoclaw attach, 기록: nanoclaw incidents show ${incident}`,
  refused: {
    session_running: '응급 세션이 이미 실행 중입니다. 보기: nanoclaw attach',
    no_incident: '열린 장애가 없어 고칠 것이 없습니다. 확인: nanoclaw status, nanoclaw doctor',
    not_curable: '수리가 아니라 사람이 필요한 문제입니다. 확인: nanoclaw incidents show 1',
    paused: '슈퍼바이저가 일시 중지되어 있습니다. 계속하려면: nanoclaw resume',
    stopped: '서비스가 일부러 멈춰 있습니다. 시작하려면: nanoclaw restart',
    still_healing: '재시작이나 조치가 진행 중이거나 이미 나아졌습니다. 잠시 뒤 확인: nanoclaw status',
  },
  outcomes: { done: '고침', failed: '고치지 못함', unavailable: '실행하지 못함' },
  running: '진행 중',
  session: (number, outcome) => `응급 세션 ${number}: ${outcome}`,
  figures: (time, usd, turns, tries) => `${time}, $${usd}, ${turns}턴, 시도 ${tries}번`,
  tried: (number, outcome) => `시도 ${number}: ${outcome}`,
  tries: { kept: '유지', undone: '되돌림', refused: '거절', open: '진행 중' },
  words: (count) => `오간 말 (${count}):`,
  who: { says: '말', calls: '호출', hears: '결과', notes: '알림' },
  noLearnings: '아직 응급 세션이 고친 것이 없습니다.',
  learningColumns: ['고친 때', '횟수', '증상', '해법', '증거'],
  known: (times) => `${times}, 알려진 해법`,
};
