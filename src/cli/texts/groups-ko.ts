/** Korean texts of `nanoclaw groups`. */
import type { groupsEn } from './groups-en.ts';

export const groupsKo: typeof groupsEn = {
  columns: ['채팅', '그룹', '답하는 메시지', '사람', '봇', '이름'],
  chatColumns: ['채팅', '그룹', '이름'],
  byName: '멘션',
  always: '전부',
  everybody: '모두',
  nobody: '없음',
  notRegistered: '–',
  noChats: '아직 채팅이 없습니다. 비서가 들어가 있는 곳에 글을 써 보세요.',
  needsFolder: (jid: string) => `${jid}은(는) 등록되어 있지 않습니다. --folder로 그룹을 지정하세요`,
  badConfig: (file: string, reason: string) => `${file}은(는) 그룹 설정이 아닙니다: ${reason}`,
  added: (jid: string, folder: string) => `${jid}은(는) 그룹 "${folder}"에 속합니다.`,
  removed: (jid: string) => `${jid}을(를) 제거했습니다. 메시지와 그룹의 기억은 남습니다.`,
};
