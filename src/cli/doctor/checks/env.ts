/** `.env` can be read by its owner alone and has no lines that mean nothing. */
import { parseEnvFile } from '../../../../contracts/env-file.ts';
import { type Check, fine, trouble } from '../check.ts';

const OTHERS = 0o077;

export const envCheck: Check = {
  id: 'env',
  title: (say) => say.env.title,
  async look({ paths, say }, machine) {
    const mode = await machine.modeOf(paths.env);
    if (mode === null) return trouble('info', say.env.none, say.env.noneFix, paths.env);
    if (mode & OTHERS) {
      const octal = `0${mode.toString(8)}`;
      return trouble('error', say.env.open(octal), say.env.openFix(paths.env), paths.env);
    }
    const [problem] = parseEnvFile((await machine.readText(paths.env)) ?? '').problems;
    if (problem) return trouble('warn', say.env.broken(problem), say.env.brokenFix, paths.env);
    return fine(say.env.ok, paths.env);
  },
};
