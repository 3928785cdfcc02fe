/**
 * The first process of a session's container. It keeps the time, also when no supervisor watches, and takes in what the
 * session's processes leave; with it everything in the container ends. Pure.
 *
 * It has the session's user, so what keeps it out of the session's reach is the kernel: a first process gets no signal from
 * inside that it does not handle, KILL and STOP included, and one that made itself undumpable cannot be debugged by its
 * equals. `timeout` would do for neither debuggers nor orphans. Perl is in every Debian's base (perl-base).
 */

/** Number of prctl(2) in the kernel's table. */
const PRCTL: Partial<Record<NodeJS.Architecture, number>> = { x64: 157, arm64: 167 };
const PR_SET_DUMPABLE = 4;

/** Codes as those of timeout(1): 124 its time was up, 125 it failed itself, 127 the program could not be run. */
const GUARD = `
my ($prctl, $limit) = (shift, shift);
syscall($prctl, ${PR_SET_DUMPABLE}, 0, 0, 0, 0) == 0 or exit 125;
my $session = fork // exit 125;
unless ($session) { exec @ARGV; exit 127 }
$SIG{TERM} = sub { kill TERM => $session };
$SIG{ALRM} = sub { exit 124 };
alarm $limit;
while ((my $ended = wait) > 0) { exit($? >> 8 || $? && 128 + ($? & 127)) if $ended == $session }
`;

/** @throws where nobody knows the kernel's number */
export function guarded(
  command: readonly string[],
  limitSeconds: number,
  arch: NodeJS.Architecture,
): string[] {
  const prctl = PRCTL[arch];
  if (prctl === undefined) throw new Error(`a session's container is not known to be safe on ${arch}`);
  return ['/usr/bin/perl', '-e', GUARD, String(prctl), String(Math.ceil(limitSeconds)), ...command];
}
