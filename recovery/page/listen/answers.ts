/** What is said in #health, English and Korean. */
import type { SessionRefusal } from '../../../contracts/doctor-session.ts';
import type { ServiceState, SystemStatus } from '../../../contracts/status.ts';
import { elapsed } from '../bulletin.ts';
import type { Language } from '../texts.ts';

export type Answers = {
  acked: (incidents: readonly string[]) => string;
  restarting: string;
  pausing: (minutes: number) => string;
  diagnosing: string;
  diagnosisFailed: (reason: string) => string;
  beginningSession: (incident: string) => string;
  noSession: Record<SessionRefusal, string>;
  help: string;
  status: (status: SystemStatus) => string;
};

export const ANSWERS: Record<Language, Answers> = {
  en: {
    acked: (incidents) => `Yours, and no more pages for it: ${incidents.join(', ')}`,
    restarting: 'Restarting the orchestrator.',
    pausing: (minutes) => `Hands off for ${minutes} min, then I watch again.`,
    diagnosing: 'Looking at everything; this takes up to a minute.',
    diagnosisFailed: (reason) => `The checks could not run: ${reason}`,
    beginningSession: (incident) => `Opening an emergency session for ${incident}.`,
    noSession: {
      session_running: 'An emergency session runs already.',
      no_incident: 'No emergency session: no incident is open.',
      not_curable: 'No emergency session: what is wrong needs a person, not a repair.',
      paused: 'No emergency session while paused.',
      stopped: 'No emergency session: the service is stopped on purpose.',
      still_healing: 'Not now: a restart or a remedy is under way. Ask again in a minute.',
    },
    help: '`ack` · `status` · `restart` · `doctor` · `doctor now` · `pause 30m`',
    status: (status) =>
      statusLines(status, EN_STATES, {
        ...{ since: 'for', tier: 'tier', next: 'next', incident: 'incident', oldest: 'oldest mention waits' },
      }),
  },
  ko: {
    acked: (incidents) => `맡으셨습니다. 더는 호출하지 않습니다: ${incidents.join(', ')}`,
    restarting: '오케스트레이터를 재시작합니다.',
    pausing: (minutes) => `${minutes}분 동안 손대지 않고, 그 뒤 다시 지켜봅니다.`,
    diagnosing: '모두 점검합니다. 최대 1분 걸립니다.',
    diagnosisFailed: (reason) => `점검을 실행하지 못했습니다: ${reason}`,
    beginningSession: (incident) => `${incident}의 응급 세션을 엽니다.`,
    noSession: {
      session_running: '응급 세션이 이미 실행 중입니다.',
      no_incident: '열린 인시던트가 없어 응급 세션을 열지 않습니다.',
      not_curable: '수리가 아니라 사람이 필요한 문제라 응급 세션을 열지 않습니다.',
      paused: '일시 정지 중에는 응급 세션을 열지 않습니다.',
      stopped: '서비스가 일부러 멈춰 있어 응급 세션을 열지 않습니다.',
      still_healing: '재시작이나 조치가 진행 중입니다. 잠시 뒤 다시 요청하세요.',
    },
    help: '`확인` · `상태` · `재시작` · `진단` · `진단 지금` · `일시정지 30분`',
    status: (status) =>
      statusLines(status, KO_STATES, {
        ...{
          since: '지속',
          tier: '단계',
          next: '다음',
          incident: '인시던트',
          oldest: '가장 오래된 멘션 대기',
        },
      }),
  },
};

const EN_STATES: Record<ServiceState, string> = {
  starting: 'starting',
  up: 'up',
  unhealthy: 'unhealthy',
  down: 'down',
  draining: 'draining',
  stopped: 'stopped on purpose',
  paused: 'paused',
  held: 'held: waiting for a person',
};

const KO_STATES: Record<ServiceState, string> = {
  starting: '시작하는 중',
  up: '정상',
  unhealthy: '비정상',
  down: '내려감',
  draining: '마무리하는 중',
  stopped: '일부러 멈춤',
  paused: '일시 정지',
  held: '보류: 사람을 기다리는 중',
};

type Words = { since: string; tier: string; next: string; incident: string; oldest: string };

function statusLines(status: SystemStatus, states: Record<ServiceState, string>, words: Words): string {
  const { service, activeTier, next, incidents, now } = status;
  const open = incidents.filter(({ state }) => state === 'open');
  const oldest = service.readiness?.oldestUnansweredMs ?? null;
  return [
    `**${states[service.state]}** · ${words.since} ${elapsed(now - service.since)} · ${service.reason}`,
    ...(activeTier === null ? [] : [`${words.tier} ${activeTier}`]),
    ...(next === null ? [] : [`${words.next}: ${next}`]),
    ...(oldest === null ? [] : [`${words.oldest} ${elapsed(oldest)}`]),
    ...open.map(({ id, title }) => `${words.incident} ${id}: ${title}`),
  ].join('\n');
}
