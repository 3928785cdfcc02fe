/**
 * The first process of a session's container. It keeps the limits of time and room, also when no supervisor watches, and
 * takes in what the session's processes leave; with it everything in the container ends. Pure.
 *
 * It has the session's user, so what keeps it out of the session's reach is the kernel: a first process gets no signal from
 * inside that it does not handle, KILL and STOP included, and one that made itself undumpable cannot be debugged by its
 * equals. `timeout` would do for neither debuggers nor orphans. Perl is in every Debian's base (perl-base).
 */
import { UNWATCHED_BYTES } from '../session/folder-bytes.ts';

/** Number of prctl(2) in the kernel's table. */
const PRCTL: Partial<Record<NodeJS.Architecture, number>> = { x64: 157, arm64: 167 };
const PR_SET_DUMPABLE = 4;

/** A look at the room costs a walk. */
const ROOM = { bytes: UNWATCHED_BYTES, everySeconds: 30 };

/**
 * Codes as those of timeout(1): 124 its time was up, 125 it failed itself, 127 the program could not be run; and 123 it wrote
 * too much. What it counts is what `folderBytes` counts: a folder that it cannot look into (but is there) is too much.
 */
const GUARD = `
my ($prctl, $left, $room, $every, $shown, $skipped) = splice @ARGV, 0, 6;
syscall($prctl, ${PR_SET_DUMPABLE}, 0, 0, 0, 0) == 0 or exit 125;
my %is_skipped = map { $_ => 1 } split /:/, $skipped;
sub unseen { $! == 2 || $! == 20 ? 0 : $_[0] + 1 }
sub bytes {
  my ($folder, $enough) = @_;
  return 0 if $is_skipped{$folder};
  opendir my $open, $folder or return unseen($enough);
  my $sum = 0;
  while ($sum <= $enough and defined(my $name = readdir $open)) {
    next if $name eq "." or $name eq "..";
    my $size = (lstat "$folder/$name")[7] // unseen($enough);
    $sum += $size > 4096 ? $size : 4096;
    $sum += bytes("$folder/$name", $enough - $sum) if -d _;
  }
  return $sum;
}
my $step;
sub arm { $step = $left < $every ? $left : $every; alarm $step }
my $session = fork // exit 125;
unless ($session) { exec @ARGV; exit 127 }
$SIG{TERM} = sub { kill TERM => $session };
$SIG{ALRM} = sub {
  exit 124 if ($left -= $step) <= 0;
  my $sum = 0;
  for (split /:/, $shown) { exit 123 if ($sum += bytes($_, $room - $sum)) > $room }
  arm();
};
arm();
while ((my $ended = wait) > 0) { exit($? >> 8 || $? && 128 + ($? & 127)) if $ended == $session }
`;

export type Guarded = {
  limitSeconds: number;
  arch: NodeJS.Architecture;
  /** What is seen inside; names hold no colon. */
  shown: readonly { target: string; writable: boolean }[];
  room?: { bytes: number; everySeconds: number };
};

/** @throws where nobody knows the kernel's number */
export function guarded(
  command: readonly string[],
  { limitSeconds, arch, shown, room = ROOM }: Guarded,
): string[] {
  const prctl = PRCTL[arch];
  if (prctl === undefined) throw new Error(`a session's container is not known to be safe on ${arch}`);
  const targets = (writable: boolean) =>
    shown.flatMap((one) => (one.writable === writable ? [one.target] : [])).join(':');
  const numbers = [prctl, Math.ceil(limitSeconds), room.bytes, room.everySeconds].map(String);
  return ['/usr/bin/perl', '-e', GUARD, ...numbers, targets(true), targets(false), ...command];
}
