/** Hands a command to the core and says what will come of it. */
import type { Report } from '../../../supervisor/ports/report.ts';
import type { SupervisorView } from '../../../supervisor/ports/view.ts';
import type { Answers } from './answers.ts';
import type { Command } from './command.ts';

export type Obeying = {
  /** Who commands, as the incident's record will name them. */
  by: string;
  view: SupervisorView;
  report: (event: Report) => void;
  answers: Answers;
};

export function obey(command: Command, { by, view, report, answers }: Obeying): string {
  switch (command.kind) {
    case 'ack':
      report({ kind: 'operator', verb: 'acknowledge', by });
      return answers.acked(view.openIncidents().map(({ id }) => id));
    case 'restart':
      report({ kind: 'operator', verb: 'restart', by });
      return answers.restarting;
    case 'pause':
      report({ kind: 'operator', verb: 'pause', minutes: command.minutes, by });
      return answers.pausing(command.minutes);
    case 'status':
      return answers.status(view.status());
    case 'doctor':
      return answers.diagnosing;
    case 'session':
      return beginSession({ by, view, report, answers });
    case 'help':
      return answers.help;
  }
}

function beginSession({ by, view, report, answers }: Obeying): string {
  const wish = view.sessionWish();
  if (!wish.granted) return answers.noSession[wish.why];
  report({ kind: 'operator', verb: 'doctor_session', by });
  return answers.beginningSession(wish.incident);
}
