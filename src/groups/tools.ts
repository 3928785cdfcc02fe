/**
 * The tools with which the main group's agent sees to the other groups. Who asks is known from the link; what is
 * refused is told to the agent.
 */
import type * as z from 'zod';
import type { hostToolArgs } from '../../contracts/host-tools.ts';
import { isPattern } from '../inbound/trigger.ts';
import { GroupNameError, MAIN_FOLDER } from '../store/groups.ts';
import { type GroupDirectory, GroupMoveError } from './directory.ts';
import { type ChatSources, listChats } from './list-chats.ts';

/** A wish about groups that is not granted; the message says why. */
export class GroupRefusedError extends Error {
  readonly code = 'GROUP_REFUSED';
}

type Caller = { folder: string };
type RegisterArgs = z.infer<typeof hostToolArgs.register_group>;

/** As many chats as a model can make use of. */
const MOST_LISTED = 300;

export function createGroupTools(sources: ChatSources) {
  return {
    async register_group(args: RegisterArgs, caller: Caller) {
      assertMain(caller);
      const group = await register(sources.directory, args);
      // Registering again changes nothing, so it needs no place in the write that records the call.
      return () => ({ registered: group.jid, folder: group.folder });
    },
    async refresh_groups(_args: object, caller: Caller) {
      assertMain(caller);
      const chats = (await listChats(sources)).slice(0, MOST_LISTED);
      return () => chats;
    },
  };
}

function assertMain({ folder }: Caller): void {
  if (folder !== MAIN_FOLDER) throw new GroupRefusedError('only the main group may see to other groups');
}

async function register(directory: GroupDirectory, args: RegisterArgs) {
  const { jid, name, folder, trigger_pattern: triggerPattern, requires_trigger: requiresTrigger } = args;
  if (triggerPattern !== null && !isPattern(triggerPattern)) {
    throw new GroupRefusedError('trigger_pattern is not a regular expression');
  }
  // Who may ask, and what other bots are to us, is for the operator to say: it stays as it is.
  const { senders = null, bots = 'ignore' } = directory.find(jid) ?? {};
  try {
    return await directory.register({ jid, name, folder, triggerPattern, requiresTrigger, senders, bots });
  } catch (error) {
    if (error instanceof GroupNameError || error instanceof GroupMoveError) {
      throw new GroupRefusedError(error.message, { cause: error });
    }
    throw error;
  }
}
