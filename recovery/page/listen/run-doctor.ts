/** `nanoclaw doctor` as a bounded child: the checks need the store's native module, which must not be loaded here. */
import { execFile } from 'node:child_process';

const LIMIT_MS = 60_000;
const OUTPUT_LIMIT = 256 * 1024;

/**
 * The text of the checks. Checks that find something end with a code of their own, which is no failure here.
 * @throws when the command cannot be run or takes too long
 */
export function runDoctor(
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string> {
  const [program = process.execPath, ...args] = command;
  const options = {
    env: environment,
    signal,
    timeout: LIMIT_MS,
    maxBuffer: OUTPUT_LIMIT,
    killSignal: 'SIGKILL',
  } as const;
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout) => {
      if (stdout.trim() !== '') resolve(stdout);
      else if (error?.killed) reject(new Error(`no answer within ${LIMIT_MS / 1000} s`));
      // The message of the error would repeat the whole command line.
      else reject(new Error(`it ended with ${error?.code ?? 'no word'}`));
    });
  });
}
