/** What takes this installation's secrets out of a text before it is shown or written. */
import { createRedact, type Redact, secretsIn } from '../../../contracts/redact.ts';
import { readToken } from '../api.ts';
import type { Context } from '../context.ts';

export async function redactFor(context: Context): Promise<Redact> {
  const token = await readToken(context);
  return createRedact([...secretsIn(context.settings.values), ...(token === null ? [] : [token])]);
}
