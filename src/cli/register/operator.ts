/** The commands `restart`, `pause`, `resume`, `doctor-session` and `attach` as commander sees them. */
import type { Command } from 'commander';
import { EXIT } from '../../../contracts/exit-codes.ts';
import type { Context } from '../context.ts';
import { addExamples } from '../help.ts';
import type { Runner } from '../program.ts';

/** Three commands of one kind: a wish, told to the supervisor. */
export function addOperator(program: Command, context: Context, run: Runner): void {
  const { help } = context.texts;
  const load = () => import('../commands/operator.ts');
  const codes = [EXIT.ok, EXIT.failure, EXIT.unavailable];
  const restart = program.command('restart').description(help.restart);
  restart.action(async () => {
    const commands = await load();
    await run((c) => commands.restart(c));
  });
  const pause = program.command('pause').description(help.pause).argument('[time]', help.pauseTime);
  pause.action(async (time: string | undefined) => {
    const commands = await load();
    await run((c) => commands.pause(c, time ?? null));
  });
  const resume = program.command('resume').description(help.resume);
  resume.action(async () => {
    const commands = await load();
    await run((c) => commands.resume(c));
  });
  addExamples(restart, context, ['nanoclaw restart'], codes);
  addExamples(pause, context, ['nanoclaw pause 30m', 'nanoclaw pause'], [...codes, EXIT.usage]);
  addExamples(resume, context, ['nanoclaw resume'], codes);
}

export function addDoctorSession(program: Command, context: Context, run: Runner): void {
  const { help } = context.texts;
  const command = program
    .command('doctor-session')
    .description(help.doctorSession)
    .requiredOption('--now', help.doctorSessionNow)
    .option('--json', help.json)
    .action(async (options: { json?: true }) => {
      const { doctorSession } = await import('../commands/doctor-session.ts');
      await run((c) => doctorSession(c, options.json === true));
    });
  const examples = ['nanoclaw doctor-session --now', 'nanoclaw doctor-session --now --json | jq .code'];
  addExamples(command, context, examples, [EXIT.ok, EXIT.failure, EXIT.usage, EXIT.unavailable]);
}

export function addAttach(program: Command, context: Context, run: Runner): void {
  const command = program.command('attach').description(context.texts.help.attach);
  command.action(async () => {
    const { attach } = await import('../commands/attach.ts');
    await run(attach);
  });
  addExamples(command, context, ['nanoclaw attach'], [EXIT.ok, EXIT.failure, EXIT.unavailable]);
}
