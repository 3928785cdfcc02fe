/** The script that runs in the tmux window: sandbox in, transcript and exit code out. Pure. */
import type { Places } from '../session/places.ts';

export type LaunchOrder = {
  places: Pick<Places, 'sandboxArguments' | 'transcript' | 'errors' | 'exit'>;
  bwrap: string;
  command: readonly string[];
  limitSeconds: number;
};

/** From TERM to KILL of what has not ended, seconds. */
const KILL_AFTER_SECONDS = 5;

/**
 * A closed window ends nothing. The limit holds even when no supervisor is there to watch. When memory gets scarce,
 * the kernel ends this session first.
 */
export function launchScript({ places, bwrap, command, limitSeconds }: LaunchOrder): string {
  const { sandboxArguments, transcript, errors, exit } = places;
  return `#!/bin/sh
trap '' HUP
umask 077
echo 1000 > /proc/self/oom_score_adj
exec 9< ${quote(sandboxArguments)}
{
  timeout --foreground -k ${KILL_AFTER_SECONDS} ${Math.ceil(limitSeconds)} ${quote(bwrap)} --args 9 -- ${command.map(quote).join(' ')} 2> ${quote(errors)} < /dev/null
  echo $? > ${quote(`${exit}.part`)}
  mv ${quote(`${exit}.part`)} ${quote(exit)}
} | tee ${quote(transcript)}
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
