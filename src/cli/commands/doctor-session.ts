/** `nanoclaw doctor-session --now`: a person's wish for an emergency session, past the budgets of the day. */
import * as z from 'zod';
import { sessionRefusalSchema } from '../../../contracts/doctor-session.ts';
import { EXIT } from '../../../contracts/exit-codes.ts';
import { askSupervisor, pageAddress } from '../api.ts';
import type { Context } from '../context.ts';
import { CliError, UnreachableError } from '../errors.ts';

const answerSchema = z.union([z.object({ incident: z.string() }), z.object({ code: z.string() })]);

export async function doctorSession(context: Context, json: boolean): Promise<number> {
  const { texts, terminal } = context;
  const { status, text } = await askSupervisor(context, 'POST', '/api/doctor-session').catch(
    (cause: unknown) => {
      if (!(cause instanceof UnreachableError)) throw cause;
      throw new CliError(texts.status.down(pageAddress(context)), EXIT.unavailable, { cause });
    },
  );
  const answer = parse(text);
  if (answer === null) throw new CliError(texts.operator.refused(status, text.trim()), EXIT.failure);
  const code = 'incident' in answer ? EXIT.ok : EXIT.failure;
  if (json) terminal.print(JSON.stringify(answer));
  else if ('incident' in answer) terminal.print(texts.session.begun(answer.incident));
  else throw new CliError(reasonOf(context, status, answer.code), code);
  return code;
}

function reasonOf({ texts }: Context, status: number, code: string): string {
  const known = sessionRefusalSchema.safeParse(code);
  return known.success ? texts.session.refused[known.data] : texts.operator.refused(status, code);
}

function parse(text: string): z.infer<typeof answerSchema> | null {
  try {
    return answerSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // some other program has the port
  }
}
