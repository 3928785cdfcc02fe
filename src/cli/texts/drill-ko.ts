/** Korean texts of `nanoclaw drill`. */
import type { drillEn } from './drill-en.ts';

export const drillKo: typeof drillEn = {
  about: '임시 설치에서 장애를 실제로 일으켜 복구를 확인함 (이 설치는 건드리지 않음)',
  names: '실행할 훈련',
  all: '모든 훈련을 실행하고 결과를 표로 보여 줌',
  list: '모든 훈련의 이름과 다루는 장애 목록의 번호',
  missing: (path) => `훈련은 체크아웃에서만 할 수 있습니다(${path} 없음): npm run build`,
};
