/** `nanoclaw incidents [list] | show ID | ack ID`: the files are the truth, so reading needs no running process. */
import { EXIT } from '../../../contracts/exit-codes.ts';
import { askSupervisor, pageAddress } from '../api.ts';
import type { Context } from '../context.ts';
import { CliError, UnreachableError } from '../errors.ts';
import { type Incident, readIncidents } from '../incidents/files.ts';
import { renderList, renderStory } from '../incidents/render.ts';

export async function listIncidents({ paths, texts, terminal }: Context, json: boolean): Promise<number> {
  const incidents = (await readIncidents(paths.incidents)).map(({ summary }) => summary);
  if (json) terminal.print(JSON.stringify(incidents, null, 2));
  else if (incidents.length === 0) terminal.print(texts.incidents.none);
  else for (const line of renderList(incidents, texts, terminal.paint)) terminal.print(line);
  return EXIT.ok;
}

export async function showIncident(context: Context, id: string, json: boolean): Promise<number> {
  const { texts, terminal } = context;
  const { summary, events } = await findIncident(context, id);
  if (json) terminal.print(JSON.stringify({ ...summary, events }, null, 2));
  else for (const line of renderStory(summary, events, texts, terminal.paint)) terminal.print(line);
  return EXIT.ok;
}

export async function acknowledgeIncident(context: Context, id: string): Promise<number> {
  const { texts, terminal } = context;
  const { summary } = await findIncident(context, id);
  const path = `/api/incidents/${encodeURIComponent(summary.id)}/ack`;
  const answer = await askSupervisor(context, 'POST', path).catch((cause: unknown) => {
    if (!(cause instanceof UnreachableError)) throw cause;
    throw new CliError(texts.status.down(pageAddress(context)), EXIT.unavailable, { cause });
  });
  if (answer.status >= 300) {
    throw new CliError(texts.incidents.ackRefused(answer.status, answer.text.trim()), EXIT.failure);
  }
  terminal.print(texts.incidents.acked(summary.id));
  return EXIT.ok;
}

/** By id or by the first letters of one. */
async function findIncident({ paths, texts }: Context, id: string): Promise<Incident> {
  const all = await readIncidents(paths.incidents);
  const exact = all.find(({ summary }) => summary.id === id);
  const fitting = exact ? [exact] : all.filter(({ summary }) => summary.id.startsWith(id));
  const [found] = fitting;
  if (found === undefined) throw new CliError(texts.incidents.notFound(id), EXIT.failure);
  if (fitting.length > 1) throw new CliError(texts.incidents.ambiguous(id, fitting.length), EXIT.failure);
  return found;
}
