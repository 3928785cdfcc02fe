/** Korean texts of `nanoclaw drill`. */
import type { drillEn } from './drill-en.ts';

export const drillKo: typeof drillEn = {
  about: '임시 설치에서 장애를 실제로 일으켜 복구를 확인함 (이 설치는 건드리지 않음)',
  names: '실행할 훈련',
  all: '모든 훈련을 실행하고 결과를 표로 보여 줌',
  list: '모든 훈련의 이름과 다루는 장애 목록의 번호',
  manager:
    '서비스를 시작하고 끝내는 주체: 감독 프로세스(child, 기본값), 별도 머신 안의 systemd(Docker 필요), 둘 다(both). --all 이면 systemd 는 관련된 훈련만 실행함',
  jobs: '동시에 실행할 훈련 수, 1–8 (기본값 2): 많을수록 빨리 끝나지만 측정값은 나빠짐',
  strict: '한가한 머신의 한계 시간을 넘긴 훈련을 실패로 판정함',
  missing: (path) => `훈련은 체크아웃에서만 할 수 있습니다(${path} 없음): npm run build`,
};
