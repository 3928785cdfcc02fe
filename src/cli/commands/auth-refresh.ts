/** `nanoclaw auth refresh`: renews the sign-in beside whatever runs; the exit code tells a script how it went. */
import { EXIT } from '../../../contracts/exit-codes.ts';
import { MetricsWriter } from '../../../metrics/record.ts';
import { credentialsPath, moment, tokenUrl } from '../auth/sources.ts';
import type { Context } from '../context.ts';
import { formatDuration } from '../format.ts';

/** The service's timers let a process end that has nothing else to do; here the wait is what there is to do. */
const waitingClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms: number, callback: () => void) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export async function refresh(context: Context, options: { force: boolean; json: boolean }): Promise<number> {
  const { terminal, paths, now } = context;
  const say = context.texts.auth.refresh;
  const { refreshOnce } = await import('../../auth/refresh-once.ts');
  const parts = { credentialsPath: credentialsPath(), statePath: paths.authState, url: tokenUrl(context) };
  const started = performance.now();
  const end = await refreshOnce({ ...parts, clock: waitingClock }, options.force);
  if (end.kind !== 'fresh') record(context, end, (performance.now() - started) / 1000);
  if (options.json) terminal.print(JSON.stringify(end));
  const tell = options.json ? () => undefined : (line: string) => terminal.print(line);
  switch (end.kind) {
    case 'fresh':
      tell(say.fresh(formatDuration((end.expiresAt - now()) / 1000)));
      return EXIT.ok;
    case 'granted':
      tell(say.granted(moment(end.token.expiresAt)));
      return EXIT.ok;
    case 'adopted':
      tell(say.adopted);
      return EXIT.ok;
    case 'refused':
      tell(say.refused);
      return EXIT.signedOut;
    case 'gone':
      tell(say.gone);
      return EXIT.signedOut;
    case 'failed':
      tell(say.failed(end.reason));
      return EXIT.unavailable;
  }
}

function record({ paths }: Context, end: { kind: string; reason?: string }, seconds: number): void {
  const metrics = new MetricsWriter(paths.logs);
  const reason = end.reason === undefined ? {} : { reason: end.reason };
  metrics.record({
    metric: 'auth_refresh',
    result: end.kind,
    duration: seconds,
    provider: 'claude',
    ...reason,
  });
  metrics.close();
}
