/** `nanoclaw metrics`: the figures of the JSON Lines under logs/, without jq. */
import { EXIT } from '../../../contracts/exit-codes.ts';
import { summarizeRouting } from '../../../metrics/routing.ts';
import { summarizeMetrics } from '../../../metrics/summary.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { formatTime, parseDuration } from '../format.ts';
import { renderSummary } from '../metrics/render.ts';

/** `--since` reaches back to the beginning of its day: the files are dated, one a day. */
export async function metrics(context: Context, options: { since: string; json: boolean }): Promise<number> {
  const { terminal, texts, paths } = context;
  const seconds = parseDuration(options.since);
  if (seconds === null) throw new CliError(texts.errors.badDuration(options.since), EXIT.usage);
  const since = formatTime(context.now() - seconds * 1000).slice(0, 'YYYY-MM-DD'.length);
  const [summary, routing] = await Promise.all([
    summarizeMetrics(paths.logs, since),
    summarizeRouting(paths.logs, since),
  ]);
  if (options.json) terminal.print(JSON.stringify({ ...summary, routing }, null, 2));
  else if (summary.from === null) terminal.print(texts.metrics.none(paths.logs));
  else for (const line of renderSummary(summary, routing, texts)) terminal.print(line);
  return EXIT.ok;
}
