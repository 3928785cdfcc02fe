/** The scripts that run in the tmux window: they start the sandbox or listen to it, and keep the transcript. Pure. */
import type { Places } from '../session/places.ts';

export type LaunchOrder = {
  places: Pick<Places, 'sandboxArguments' | 'sandboxFilter' | 'transcript' | 'errors' | 'exit'>;
  bwrap: string;
  command: readonly string[];
  limitSeconds: number;
  /** Fails when the session has written too much; asked in this interval. */
  room: { command: readonly string[]; everySeconds: number };
};

/** From TERM to KILL of what has not ended, seconds. */
const KILL_AFTER_SECONDS = 5;

/** Lets through what a terminal shows, not the signs that it obeys: tmux hands some of them on to whoever is attached. */
const VISIBLE = "tr -d '\\000-\\010\\013-\\037\\177'";

/** Keeps the whole in a file. A window that is closed must not take it along: the end of what shows it is no end of this. */
function show(transcript: string): string {
  return `(trap '' PIPE; exec tee ${quote(transcript)}) | ${VISIBLE}`;
}

/**
 * A closed window ends nothing. The limits of time and room hold even when no supervisor is there to watch. When memory
 * gets scarce, the kernel ends this session first.
 */
export function launchScript({ places, bwrap, command, limitSeconds, room }: LaunchOrder): string {
  const { sandboxArguments, sandboxFilter, transcript, errors, exit } = places;
  return `#!/bin/sh
trap '' HUP
umask 077
echo 1000 > /proc/self/oom_score_adj
while sleep ${room.everySeconds}; do ${words(room.command)} || kill -KILL 0; done < /dev/null > /dev/null 2>&1 &
exec 9< ${quote(sandboxArguments)} 8< ${quote(sandboxFilter)}
{
  timeout --foreground -k ${KILL_AFTER_SECONDS} ${Math.ceil(limitSeconds)} ${quote(bwrap)} --args 9 -- ${words(command)} 2> ${quote(errors)} < /dev/null
  echo $? > ${quote(`${exit}.part`)}
  mv ${quote(`${exit}.part`)} ${quote(exit)}
} | ${show(transcript)}
# What looked at its room has the default for this signal, and ends.
trap '' TERM
kill -TERM 0
`;
}

/** More of what Claude Code complains of is not kept, bytes. */
export const ERRORS_BYTES = 2 ** 20;

/** What comes out of the unit's pipes, until the unit has let go of both. */
export function listenScript({
  output,
  outputErrors,
  transcript,
  errors,
}: Pick<Places, 'output' | 'outputErrors' | 'transcript' | 'errors'>): string {
  return `#!/bin/sh
trap '' HUP
umask 077
{ head -c ${ERRORS_BYTES} > ${quote(errors)}; cat > /dev/null; } < ${quote(outputErrors)} &
cat ${quote(output)} | ${show(transcript)}
wait
`;
}

/** What a container has said so far and says: the supervisor writes it down. */
export function showScript({ transcript }: Pick<Places, 'transcript'>): string {
  return `#!/bin/sh
trap '' HUP
tail -n +1 -F ${quote(transcript)} 2> /dev/null | ${VISIBLE}
`;
}

function words(command: readonly string[]): string {
  return command.map(quote).join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
