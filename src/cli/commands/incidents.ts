/**
 * `nanoclaw incidents [list] | show N|ID | ack ID | export ID | learnings`: the files are the truth, so reading needs no running
 * process.
 */
import { writeFile } from 'node:fs/promises';
import { EXIT } from '../../../contracts/exit-codes.ts';
import { readSessions } from '../../../contracts/session-files.ts';
import { askSupervisor, pageAddress } from '../api.ts';
import type { Context } from '../context.ts';
import { CliError, UnreachableError } from '../errors.ts';
import { type Incident, readIncidents } from '../incidents/files.ts';
import { readCures, renderCures } from '../incidents/learnings.ts';
import { redactFor } from '../incidents/redact.ts';
import { renderList, renderStory } from '../incidents/render.ts';
import { renderSessions } from '../incidents/sessions.ts';

export async function listIncidents({ paths, texts, terminal }: Context, json: boolean): Promise<number> {
  const incidents = (await readIncidents(paths.incidents)).map(({ summary }) => summary);
  if (json) terminal.print(JSON.stringify(incidents, null, 2));
  else if (incidents.length === 0) terminal.print(texts.incidents.none);
  else for (const line of renderList(incidents, texts, terminal.paint)) terminal.print(line);
  return EXIT.ok;
}

export async function listLearnings({ paths, texts, terminal }: Context, json: boolean): Promise<number> {
  const cures = await readCures(paths.learnings);
  if (json) terminal.print(JSON.stringify(cures, null, 2));
  else if (cures.length === 0) terminal.print(texts.session.noLearnings);
  else for (const line of renderCures(cures, texts, terminal.paint)) terminal.print(line);
  return EXIT.ok;
}

export async function showIncident(context: Context, id: string, json: boolean): Promise<number> {
  const { texts, terminal } = context;
  const { summary, events } = await findIncident(context, id);
  const sessions = readSessions(context.paths, summary.id, await redactFor(context));
  if (json) terminal.print(JSON.stringify({ ...summary, events, sessions }, null, 2));
  else {
    const story = renderStory(summary, events, texts, terminal.paint, context.now());
    for (const line of [...story, ...renderSessions(sessions, texts, terminal.paint)]) terminal.print(line);
  }
  return EXIT.ok;
}

/** @param by who is on it; null = the person at this shell */
export async function acknowledgeIncident(context: Context, id: string, by: string | null): Promise<number> {
  const { texts, terminal, environment } = context;
  const { summary } = await findIncident(context, id);
  const path = `/api/incidents/${encodeURIComponent(summary.id)}/ack`;
  const name = by ?? environment.SUDO_USER ?? environment.USER ?? 'cli';
  const answer = await askSupervisor(context, 'POST', path, { by: name }).catch((cause: unknown) => {
    if (!(cause instanceof UnreachableError)) throw cause;
    throw new CliError(texts.status.down(pageAddress(context)), EXIT.unavailable, { cause });
  });
  if (answer.status >= 300) {
    throw new CliError(texts.incidents.ackRefused(answer.status, answer.text.trim()), EXIT.failure);
  }
  terminal.print(texts.incidents.acked(summary.id));
  return EXIT.ok;
}

/** @param output file to write; null = one named after the incident, `-` = stdout */
export async function exportIncident(context: Context, id: string, output: string | null): Promise<number> {
  const { terminal, texts } = context;
  const { buildBundle } = await import('../incidents/bundle.ts');
  const incident = await findIncident(context, id);
  const text = JSON.stringify(await buildBundle(context, incident), null, 2);
  if (output === '-') terminal.print(text);
  else {
    const path = output ?? `nanoclaw-${incident.summary.id}.json`;
    await writeFile(path, `${text}\n`, { mode: 0o600 }).catch((cause: Error) => {
      throw new CliError(texts.incidents.notWritten(path, cause.message), EXIT.failure, { cause });
    });
    terminal.print(texts.incidents.exported(path));
  }
  return EXIT.ok;
}

/** By number in the list (1 = the newest), by id, or by the first letters of one, with or without `inc-`. */
async function findIncident({ paths, texts }: Context, wanted: string): Promise<Incident> {
  const all = await readIncidents(paths.incidents);
  const numbered = /^\d{1,5}$/.test(wanted) ? all[Number(wanted) - 1] : undefined;
  if (numbered) return numbered;
  const begins = (id: string) => id.startsWith(wanted) || id.startsWith(`inc-${wanted}`);
  const exact = all.find(({ summary }) => summary.id === wanted);
  const fitting = exact ? [exact] : all.filter(({ summary }) => begins(summary.id));
  const [found] = fitting;
  if (found === undefined) throw new CliError(texts.incidents.notFound(wanted), EXIT.failure);
  if (fitting.length > 1) throw new CliError(texts.incidents.ambiguous(wanted, fitting.length), EXIT.failure);
  return found;
}
