/** The words of a page, English and Korean. */
import type { PageNotice } from '../../contracts/action.ts';
import type { Tier } from '../../contracts/incident.ts';
import { CAUSES_EN, CAUSES_KO, type CauseTexts } from './cause-texts.ts';

export type Language = 'en' | 'ko';

export type PageTexts = {
  title: Record<PageNotice['kind'], string>;
  cause: CauseTexts;
  tier: Record<Tier, string>;
  tierState: Record<PageNotice['tiers'][number]['state'], string>;
  since: string;
  elapsed: string;
  health: string;
  tiers: string;
  session: string;
  type: string;
  /** Beside the commands, where #health is listened to. */
  orAnswer: string;
  log: string;
  incident: string;
  /** Said in an edited message, with the time of its last edit. */
  asOf: string;
  /** Said when a first delivery's outcome is unknown. */
  maybeRepeated: string;
};

const TIER_STATES = { failed: '❌', unavailable: '➖', ok: '✅', unused: '▫️', active: '⏳' } as const;

export const PAGE_TEXTS: Record<Language, PageTexts> = {
  en: {
    title: {
      page: '🚨 nanoclaw is down and needs you',
      repage: '🚨 nanoclaw is still down',
      resolved: '✅ nanoclaw is well again',
      notice: 'ℹ️ nanoclaw reports',
    },
    cause: CAUSES_EN,
    tier: { 1: 'Watchdog restart', 2: 'Health check and remedies', 3: 'Emergency session', 4: 'A person' },
    tierState: TIER_STATES,
    since: 'Since',
    elapsed: 'Elapsed',
    health: 'Health check',
    tiers: 'Tiers',
    session: 'Emergency session',
    type: 'Type this',
    orAnswer: 'Or answer here: `ack` · `status` · `restart` · `doctor` · `pause 30m`',
    log: 'Record and logs',
    incident: 'Incident',
    asOf: 'as of',
    maybeRepeated: 'This may be a repeat: how the first delivery ended is unknown.',
  },
  ko: {
    title: {
      page: '🚨 nanoclaw가 멈췄습니다. 확인이 필요합니다',
      repage: '🚨 nanoclaw가 아직 멈춰 있습니다',
      resolved: '✅ nanoclaw가 복구되었습니다',
      notice: 'ℹ️ nanoclaw 알림',
    },
    cause: CAUSES_KO,
    tier: { 1: '감시 재시작', 2: '상태 점검과 조치', 3: '긴급 세션', 4: '사람' },
    tierState: TIER_STATES,
    since: '시작 시각',
    elapsed: '경과 시간',
    health: '상태 점검',
    tiers: '단계',
    session: '응급 세션',
    type: '입력할 명령',
    orAnswer: '또는 여기에 답하세요: `확인` · `상태` · `재시작` · `진단` · `일시정지 30분`',
    log: '기록과 로그',
    incident: '인시던트',
    asOf: '기준 시각',
    maybeRepeated: '중복일 수 있습니다: 첫 전송의 결과를 알 수 없습니다.',
  },
};
