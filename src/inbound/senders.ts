/** Who may ask the assistant, and who may command it. Pure. */
import type { CommandName } from '../commands/parse.ts';
import { type Group, MAIN_FOLDER } from '../store/groups.ts';

/** `channel` may be left out for a message that is on record: the local chat knows no edits. */
export type Sender = { channel?: string; sender: string };

/** Who can open the local chat's socket owns the installation. */
const OWN_CHANNEL = 'local';

/**
 * @param operators platform ids of OPERATOR_IDS. Once there are some, the main group, whose assistant may do what
 *   others may not, listens to them alone.
 */
export function mayAsk(group: Group, { channel, sender }: Sender, operators: readonly string[]): boolean {
  if (channel === OWN_CHANNEL || operators.includes(sender)) return true;
  if (group.folder === MAIN_FOLDER && operators.length > 0) return false;
  return group.senders === null || group.senders.includes(sender);
}

/** Looking is for everybody who may ask; ending somebody's work is for operators, once there are some. */
export function mayCommand(
  name: CommandName,
  group: Group,
  who: Sender,
  operators: readonly string[],
): boolean {
  switch (name) {
    case 'status':
    case 'tasks':
    case 'help':
      return mayAsk(group, who, operators);
    case 'stop':
    case 'reset':
      if (operators.length === 0) return mayAsk(group, who, operators);
      return who.channel === OWN_CHANNEL || operators.includes(who.sender);
  }
}
