/** `nanoclaw groups [list] | available | add JID | remove JID`: which chats the assistant answers in. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import {
  type ContainerConfig,
  containerConfigSchema,
  describeProblems,
} from '../../../contracts/container-config.ts';
import { EXIT } from '../../../contracts/exit-codes.ts';
import {
  type ChatRecord,
  chatRecordSchema,
  type GroupOrder,
  type GroupRecord,
  groupOrderSchema,
  groupRecordSchema,
} from '../../../contracts/groups.ts';
import type { Context } from '../context.ts';
import { askOrchestrator } from '../control.ts';
import { CliError } from '../errors.ts';
import { formatTable } from '../format.ts';

export async function listGroups(context: Context, json: boolean): Promise<number> {
  const { texts, terminal } = context;
  const groups = await askOrchestrator(context, { path: '/groups' }, z.array(groupRecordSchema));
  if (json) terminal.print(JSON.stringify(groups, null, 2));
  else
    print(
      context,
      texts.groups.columns,
      groups.map((group) => rowOf(group, context)),
    );
  return EXIT.ok;
}

/** Chats that could be registered, or are. */
export async function listChats(context: Context, json: boolean): Promise<number> {
  const { texts, terminal } = context;
  const chats = await askOrchestrator(context, { path: '/chats' }, z.array(chatRecordSchema));
  if (json) terminal.print(JSON.stringify(chats, null, 2));
  else if (chats.length === 0) terminal.print(texts.groups.noChats);
  else
    print(
      context,
      texts.groups.chatColumns,
      chats.map((chat) => chatRow(chat, context)),
    );
  return EXIT.ok;
}

/** What a person gives; the rest stays as it is for a registered chat, else takes its default. */
export type GroupChange = Partial<Omit<GroupOrder, 'jid'>>;

export async function addGroup(context: Context, jid: string, change: GroupChange): Promise<number> {
  const { texts, terminal } = context;
  const groups = await askOrchestrator(context, { path: '/groups' }, z.array(groupRecordSchema));
  const {
    addedAt: _at,
    containerProblem: _problem,
    container: _kept,
    ...known
  } = groups.find((group) => group.jid === jid) ?? NEW;
  const order = { jid, name: jid, ...known, ...change };
  if (order.folder === undefined) throw new CliError(texts.groups.needsFolder(jid), EXIT.usage);
  const parsed = groupOrderSchema.safeParse(order);
  if (!parsed.success) throw new CliError(z.prettifyError(parsed.error), EXIT.usage);
  const put = { method: 'PUT', path: '/groups', body: parsed.data } as const;
  const group = await askOrchestrator(context, put, groupRecordSchema);
  terminal.print(texts.groups.added(group.jid, group.folder));
  return EXIT.ok;
}

/**
 * A group's configuration out of a file.
 * @throws CliError that names every problem
 */
export function readConfig({ texts }: Context, file: string): ContainerConfig {
  const refuse = (reason: string) => new CliError(texts.groups.badConfig(file, reason), EXIT.usage);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refuse((error as Error).message);
  }
  const parsed = containerConfigSchema.safeParse(value);
  if (!parsed.success) throw refuse(describeProblems(parsed.error));
  return parsed.data;
}

/** What a chat that is not registered has. */
const NEW: Partial<GroupRecord> = {};

export async function removeGroup(context: Context, jid: string): Promise<number> {
  const remove = { method: 'DELETE', path: `/groups?jid=${encodeURIComponent(jid)}` } as const;
  await askOrchestrator(context, remove, z.object({ removed: z.string() }));
  context.terminal.print(context.texts.groups.removed(jid));
  return EXIT.ok;
}

function print({ terminal }: Context, columns: readonly string[], rows: readonly string[][]): void {
  const head = columns.map((column) => terminal.paint('dim', column));
  for (const line of formatTable([head, ...rows])) terminal.print(line);
}

function rowOf(group: GroupRecord, { texts: { groups: t } }: Context): string[] {
  const { jid, folder, name, requiresTrigger, triggerPattern, senders, bots } = group;
  const trigger = requiresTrigger ? (triggerPattern ?? t.byName) : t.always;
  return [jid, folder, trigger, senders === null ? t.everybody : senders.join(' ') || t.nobody, bots, name];
}

function chatRow({ jid, folder, name }: ChatRecord, { texts: { groups: t } }: Context): string[] {
  return [jid, folder ?? t.notRegistered, name];
}
