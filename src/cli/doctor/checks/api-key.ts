/** No ANTHROPIC_API_KEY in `.env`: it would silently outrank the subscription. */
import { parseEnvFile } from '../../../../contracts/env-file.ts';
import { type Check, fine, trouble } from '../check.ts';

export const apiKeyCheck: Check = {
  id: 'api-key',
  title: (say) => say.apiKey.title,
  async look({ paths, say }, machine) {
    const { values } = parseEnvFile((await machine.readText(paths.env)) ?? '');
    if (values.ANTHROPIC_API_KEY) return trouble('error', say.apiKey.set, say.apiKey.fix, paths.env);
    return fine(say.apiKey.ok);
  },
};
