/** Korean texts of `nanoclaw tasks`. */
import type { tasksEn } from './tasks-en.ts';

export const tasksKo: typeof tasksEn = {
  help: {
    tasks: '예약 작업',
    list: '활성 또는 일시 중지된 작업, 다음 실행 순',
    system: '대신 설치 자체의 유지 관리 작업을 보여 줌',
    show: '작업 하나와 최근 실행 기록',
    pause: '다시 시작할 때까지 실행하지 않음',
    resume: '일시 중지된 작업을 다시 시작',
    cancel: '작업을 완전히 취소',
    run: '지금 실행 (일정은 그대로)',
  },
  columns: ['ID', '그룹', '채팅', '일정', '다음', '최근', '작업'],
  jobColumns: ['작업', '일정', '다음', '최근', '결과'],
  runColumns: ['예정', '시작', '소요', '상태', '결과'],
  noSupervisor: '슈퍼바이저가 응답하지 않음: 지금은 아무도 하지 않음',
  none: '예약된 작업이 없습니다. 비서에게 말해 보세요. 예: "평일 아침 9시에 날씨 알려줘".',
  never: '–',
  statuses: {
    active: '활성',
    paused: '일시 중지',
    completed: '완료',
    cancelled: '취소됨',
    missed: '놓침',
  },
  asked: '직접 실행',
  every: (span: string) => `${span}마다`,
  fields: {
    group: '그룹',
    chat: '채팅',
    schedule: '일정',
    context: '대화',
    status: '상태',
    next: '다음',
    failures: '연속 실패',
    created: '만든 때',
  },
  done: {
    pause: (id: string) => `작업 ${id}을(를) 일시 중지했습니다.`,
    resume: (id: string, next: string) => `작업 ${id}을(를) 다시 시작했습니다. 다음: ${next}.`,
    cancel: (id: string) => `작업 ${id}을(를) 취소했습니다.`,
    run: (id: string) => `작업 ${id}을(를) 지금 실행합니다. 답은 해당 채팅으로 갑니다.`,
  },
};
