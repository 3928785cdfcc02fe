/** How help looks: headings in the person's language, examples and exit codes after the options. */
import type { Command } from 'commander';
import { EXIT, explainExit } from '../../contracts/exit-codes.ts';
import type { Context } from './context.ts';

/** Sets headings, colours and where output goes; commands made from it afterwards inherit it. */
export function styleHelp(program: Command, context: Context): void {
  const { help } = context.texts;
  const { terminal } = context;
  const headings: Record<string, string> = {
    'Usage:': help.usage,
    'Options:': help.options,
    'Commands:': help.commands,
    'Arguments:': help.arguments,
  };
  program.configureHelp({ styleTitle: (title) => terminal.paint('bold', headings[title] ?? title) });
  program.configureOutput({
    writeOut: (text) => terminal.write(text),
    writeErr: (text) => terminal.warn(text.trimEnd()),
    getOutHasColors: () => terminal.colours,
    getErrHasColors: () => false,
  });
}

export function addExamples(
  command: Command,
  context: Context,
  examples: readonly string[],
  exitCodes: readonly number[],
): void {
  const { help } = context.texts;
  const title = (text: string) => context.terminal.paint('bold', text);
  const codes = exitCodes.map((code) => `  ${String(code).padEnd(4)}${meaning(code, context)}`);
  const lines = [
    '',
    title(help.examples),
    ...examples.map((example) => `  ${example}`),
    '',
    title(help.exitCodes),
  ];
  command.addHelpText('after', [...lines, ...codes].join('\n'));
  command.helpOption('-h, --help', help.helpOption);
}

function meaning(code: number, context: Context): string {
  const { exit } = context.texts.help;
  switch (code) {
    case EXIT.ok:
      return exit.ok;
    case EXIT.failure:
      return exit.failure;
    case EXIT.usage:
      return exit.usage;
    case EXIT.unavailable:
      return exit.unavailable;
    default:
      return explainExit(code) ?? exit.failure;
  }
}
