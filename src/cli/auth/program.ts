/** `nanoclaw auth …` as commander sees it. */
import type { Command } from 'commander';
import { EXIT } from '../../../contracts/exit-codes.ts';
import type { Context } from '../context.ts';
import { addExamples } from '../help.ts';
import type { Runner } from '../program.ts';

const OUTCOMES = [EXIT.ok, EXIT.failure, EXIT.unavailable, EXIT.signedOut] as const;

export function addAuth(program: Command, context: Context, run: Runner): void {
  const auth = program.command('auth').description(context.texts.auth.help.about);
  for (const add of [addStatus, addLogin, addRefresh, addThreads]) add(auth, context, run);
  const examples = ['nanoclaw auth status', 'nanoclaw auth login', 'nanoclaw auth refresh'];
  addExamples(auth, context, examples, OUTCOMES);
}

function addStatus(auth: Command, context: Context, run: Runner): void {
  const command = auth
    .command('status', { isDefault: true })
    .description(context.texts.auth.help.status)
    .option('--json', context.texts.help.json)
    .action(async (options: { json?: true }) => {
      const { authStatus } = await import('../commands/auth-status.ts');
      await run((c) => authStatus(c, options.json === true));
    });
  const examples = ['nanoclaw auth status', 'nanoclaw auth status --json | jq .subscription.secondsLeft'];
  addExamples(command, context, examples, [EXIT.ok, EXIT.signedOut]);
}

function addLogin(auth: Command, context: Context, run: Runner): void {
  const { help } = context.texts.auth;
  const command = auth
    .command('login')
    .description(help.login)
    .option('--code <code#state>', help.loginCode)
    .action(async (options: { code?: string }) => {
      const { login } = await import('../commands/auth-login.ts');
      await run((c) => login(c, options.code ?? null));
    });
  const examples = ['nanoclaw auth login', "nanoclaw auth login --code 'abc…#xyz…'"];
  addExamples(command, context, examples, [...OUTCOMES, EXIT.usage]);
}

function addRefresh(auth: Command, context: Context, run: Runner): void {
  const { help } = context.texts.auth;
  const command = auth
    .command('refresh')
    .description(help.refresh)
    .option('--force', help.refreshForce)
    .option('--json', context.texts.help.json)
    .action(async (options: { force?: true; json?: true }) => {
      const { refresh } = await import('../commands/auth-refresh.ts');
      await run((c) => refresh(c, { force: options.force === true, json: options.json === true }));
    });
  const examples = ['nanoclaw auth refresh', 'nanoclaw auth refresh --force --json'];
  addExamples(command, context, examples, [EXIT.ok, EXIT.unavailable, EXIT.signedOut]);
}

function addThreads(auth: Command, context: Context, run: Runner): void {
  const { help } = context.texts.auth;
  const command = auth
    .command('threads')
    .description(help.threads)
    .option('--certificate <dir>', help.threadsCertificate)
    .action(async (options: { certificate?: string }) => {
      const { signInToThreads } = await import('../commands/auth-threads.ts');
      await run((c) => signInToThreads(c, options.certificate ?? null));
    });
  addExamples(command, context, ['bash scripts/threads-oauth.sh'], [...OUTCOMES, EXIT.usage, EXIT.config]);
}
