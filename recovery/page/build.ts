/** Puts the paging parts together from the settings; the one place that knows all of them. */
import type { HomePaths } from '../../contracts/paths.ts';
import { createRedact, type Redact } from '../../contracts/redact.ts';
import type { Clock } from '../../supervisor/ports/clock.ts';
import type { DurableFile, Log } from '../../supervisor/ports/records.ts';
import type { Report } from '../../supervisor/ports/report.ts';
import type { Paging } from '../../supervisor/ports/tools.ts';
import type { SupervisorView } from '../../supervisor/ports/view.ts';
import { DeadMan } from './dead-man.ts';
import { type Chat, discordChat } from './listen/discord-chat.ts';
import { HealthChannel } from './listen/health-channel.ts';
import { runDoctor } from './listen/run-doctor.ts';
import { createWebhook } from './post.ts';
import type { Webhooks } from './routes.ts';
import type { Language } from './texts.ts';
import { WebhookPager } from './webhook-pager.ts';

export type PagingSettings = Webhooks & {
  language: Language;
  timeZone: string;
  mention: string | null;
  healthChannel: string | null;
  operators: readonly string[];
  discordToken: string | null;
  discordApi: string;
  deadMan: string | null;
  secrets: readonly string[];
};

export type PagingParts = {
  /** Read anew each time: what is put into `.env` while the supervisor runs counts at once. */
  settings: () => PagingSettings;
  /** A secret that stands in no setting: the token of the page's API. */
  apiToken: string;
  paths: HomePaths;
  clock: Clock;
  log: Log;
  fileAt: (path: string) => DurableFile;
  /** Program and arguments of `nanoclaw doctor`, and the environment it runs in. */
  doctor: { command: readonly string[]; environment: NodeJS.ProcessEnv };
  view: SupervisorView;
  report: (event: Report) => void;
};

export function buildPaging(parts: PagingParts): Paging {
  const { settings, view, clock, log, apiToken } = parts;
  const redact = () => createRedact([...settings().secrets, apiToken]);
  const listener = buildListener(parts, redact);
  const deadMan = new DeadMan({
    address: () => settings().deadMan,
    isWell: () => !view.isPageWaiting(),
    clock,
    log,
  });
  return {
    pager: buildPager(parts, redact),
    companions: [listener, deadMan],
    ignored: () => listener.ignored,
  };
}

function buildPager(parts: PagingParts, redact: () => Redact): WebhookPager {
  const { settings, view, clock, log, paths, fileAt, report } = parts;
  const context = (incident: string) => {
    const { language, timeZone, mention } = settings();
    return {
      ...{ language, timeZone, mention, redact: redact() },
      ...{ recordPath: paths.incident(incident), logFolder: paths.logs, health: view.health() },
      isListening: chatOf(settings()) !== null,
    };
  };
  const file = fileAt(paths.pages);
  return new WebhookPager({
    webhooks: settings,
    context,
    webhook: createWebhook(),
    clock,
    file,
    log,
    report,
  });
}

function buildListener(parts: PagingParts, redact: () => Redact): HealthChannel {
  const { settings, view, clock, log, paths, fileAt, doctor, report } = parts;
  return new HealthChannel({
    ...{ settings, view, redact, clock, log, report },
    chat: () => chatOf(settings()),
    runDoctor: (signal) => runDoctor(doctor.command, doctor.environment, signal),
    file: fileAt(paths.healthChannel),
  });
}

/** Null while a part of what it takes is missing. */
function chatOf(settings: PagingSettings): Chat | null {
  const { healthChannel: channel, operators, discordToken: token, discordApi: api } = settings;
  if (channel === null || token === null || operators.length === 0) return null;
  return discordChat({ api, token, channel });
}
