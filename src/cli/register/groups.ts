/** The commands `groups` and `channels` as commander sees them. */
import { type Command, Option } from 'commander';
import { EXIT } from '../../../contracts/exit-codes.ts';
import { BOT_POLICIES, type BotPolicy } from '../../../contracts/groups.ts';
import type { GroupChange } from '../commands/groups.ts';
import type { Context } from '../context.ts';
import { addExamples } from '../help.ts';
import type { Runner } from '../program.ts';

export function addGroups(program: Command, context: Context, run: Runner): void {
  const { help } = context.texts;
  const groups = program.command('groups').description(help.groups);
  const load = () => import('../commands/groups.ts');
  groups
    .command('list', { isDefault: true })
    .description(help.groupsList)
    .option('--json', help.json)
    .action(async (options: { json?: true }) => {
      const { listGroups } = await load();
      await run((c) => listGroups(c, options.json === true));
    });
  groups
    .command('available')
    .description(help.groupsAvailable)
    .option('--json', help.json)
    .action(async (options: { json?: true }) => {
      const { listChats } = await load();
      await run((c) => listChats(c, options.json === true));
    });
  addGroupOptions(groups.command('add <jid>').description(help.groupsAdd), context).action(
    async (jid: string, flags: GroupFlags) => {
      const { addGroup, readConfig } = await load();
      await run((c) => {
        const container = flags.config === undefined ? {} : { container: readConfig(c, flags.config) };
        return addGroup(c, jid, { ...changeOf(flags), ...container });
      });
    },
  );
  groups
    .command('remove <jid>')
    .description(help.groupsRemove)
    .action(async (jid: string) => {
      const { removeGroup } = await load();
      await run((c) => removeGroup(c, jid));
    });
  const examples = [
    'nanoclaw groups available',
    'nanoclaw groups add C0123ABCD --folder team --name "#team"',
    'nanoclaw groups add dc:123456789012345678 --folder main --always --senders 998877665544332211',
    'nanoclaw groups add C0123ABCD --config team.json  # {"egress":{"policy":"none"},"budget":{"usdPerDay":5}}',
    'nanoclaw groups remove C0123ABCD',
  ];
  addExamples(groups, context, examples, [EXIT.ok, EXIT.failure, EXIT.usage, EXIT.unavailable]);
}

export function addChannels(program: Command, context: Context, run: Runner): void {
  const { help } = context.texts;
  const channels = program.command('channels').description(help.channels);
  channels
    .command('status', { isDefault: true })
    .description(help.channelsStatus)
    .option('--json', help.json)
    .action(async (options: { json?: true }) => {
      const { channelsStatus } = await import('../commands/channels.ts');
      await run((c) => channelsStatus(c, options.json === true));
    });
  const codes = [EXIT.ok, EXIT.failure, EXIT.unavailable];
  addExamples(channels, context, ['nanoclaw channels', 'nanoclaw channels status --json'], codes);
}

type GroupFlags = {
  folder?: string;
  name?: string;
  always?: true;
  mention?: true;
  pattern?: string;
  senders?: string[];
  everybody?: true;
  bots?: BotPolicy;
  config?: string;
};

function addGroupOptions(command: Command, { texts: { help } }: Context): Command {
  return command
    .option('--folder <name>', help.groupsFolder)
    .option('--name <text>', help.groupsName)
    .addOption(new Option('--always', help.groupsAlways).conflicts('mention'))
    .option('--mention', help.groupsMention)
    .option('--pattern <regex>', help.groupsPattern)
    .addOption(new Option('--senders <ids>', help.groupsSenders).argParser(splitIds).conflicts('everybody'))
    .option('--everybody', help.groupsEverybody)
    .addOption(new Option('--bots <policy>', help.groupsBots).choices(BOT_POLICIES))
    .option('--config <file>', help.groupsConfig);
}

function splitIds(text: string): string[] {
  return text.split(/[\s,]+/).filter((id) => id !== '');
}

function changeOf({
  folder,
  name,
  always,
  mention,
  pattern,
  senders,
  everybody,
  bots,
}: GroupFlags): GroupChange {
  return {
    ...(folder === undefined ? {} : { folder }),
    ...(name === undefined ? {} : { name }),
    ...(always ? { requiresTrigger: false } : {}),
    ...(mention ? { requiresTrigger: true, triggerPattern: null } : {}),
    ...(pattern === undefined ? {} : { requiresTrigger: true, triggerPattern: pattern }),
    ...(senders === undefined ? {} : { senders }),
    ...(everybody ? { senders: null } : {}),
    ...(bots === undefined ? {} : { bots }),
  };
}
