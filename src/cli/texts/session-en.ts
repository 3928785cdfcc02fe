/** English texts about emergency sessions. */
import type { SessionRefusal } from '../../../contracts/doctor-session.ts';

const refused: Record<SessionRefusal, string> = {
  session_running: 'An emergency session runs already. Watch it: nanoclaw attach',
  no_incident: 'No incident is open, so there is nothing to repair. Look: nanoclaw status, nanoclaw doctor',
  not_curable: 'What is wrong needs a person, not a repair. Look: nanoclaw incidents show 1',
  paused: 'The supervisor is paused. Go on with: nanoclaw resume',
  stopped: 'The service is stopped on purpose. Start it with: nanoclaw restart',
  still_healing:
    'A restart or a remedy is under way, or all looks well again. Wait a minute, then look: nanoclaw status',
};

export const sessionEn = {
  help: {
    attach: 'watch the emergency session that runs (leave it with Ctrl-B d)',
    doctorSession: 'open an emergency session for what is wrong, whatever the budget of the day says',
    learnings: 'what emergency sessions have cured, and which cures are tried again by themselves',
    doctorSessionNow: 'say that you mean it: a session costs money and may restart the service',
  },
  none: 'No emergency session runs.',
  noTmux: 'tmux is not installed, so no emergency session can run.',
  begun: (incident: string) =>
    `An emergency session begins for ${incident}. Watch: nanoclaw attach; read: nanoclaw incidents show ${incident}`,
  refused,
  outcomes: { done: 'cured', failed: 'did not cure', unavailable: 'could not run' },
  running: 'at work',
  session: (number: number, outcome: string) => `Emergency session ${number}: ${outcome}`,
  figures: (time: string, usd: string, turns: number, tries: number) =>
    `${time}, $${usd}, ${turns} turns, ${tries} ${tries === 1 ? 'try' : 'tries'}`,
  tried: (number: number, outcome: string) => `Try ${number}: ${outcome}`,
  tries: { kept: 'kept', undone: 'put back', refused: 'refused', open: 'at work' },
  words: (count: number) => `What was said (${count}):`,
  who: { says: 'says', calls: 'calls', hears: 'hears', notes: 'note' },
  noLearnings: 'No emergency session has cured anything yet.',
  learningColumns: ['CURED', 'TIMES', 'SYMPTOM', 'FIX', 'PROOF'],
  known: (times: number) => `${times}, known`,
};
