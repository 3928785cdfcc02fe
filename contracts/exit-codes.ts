/**
 * Exit codes of our processes. The numbers follow sysexits.h where it has a fitting one, so that
 * `systemctl status` and a shell tell a person the same thing.
 */
export const EXIT = {
  ok: 0,
  /** An unexpected error; the log says which. */
  failure: 1,
  /** Wrong arguments on the command line (EX_USAGE). */
  usage: 64,
  /** The database can't be used: damaged, locked, or of a newer version (EX_DATAERR). */
  database: 65,
  /** The service could not be reached (EX_UNAVAILABLE). */
  unavailable: 69,
  /** Another instance already runs on this home (EX_TEMPFAIL: later it may be gone). */
  alreadyRunning: 75,
  /** There is no valid sign-in, and only a person can make one (EX_NOPERM). */
  signedOut: 77,
  /** The configuration is wrong (EX_CONFIG); every problem was printed by name. */
  config: 78,
  /** The ops port is taken by another program. */
  portInUse: 98,
} as const;

/** Exit code → one line for a person; null for codes that carry no meaning of ours. */
export function explainExit(code: number): string | null {
  switch (code) {
    case EXIT.usage:
      return 'wrong arguments';
    case EXIT.database:
      return 'the database cannot be used';
    case EXIT.unavailable:
      return 'a service it needs could not be reached';
    case EXIT.alreadyRunning:
      return 'another instance already runs on this home';
    case EXIT.signedOut:
      return 'there is no valid sign-in: nanoclaw auth login';
    case EXIT.config:
      return 'the configuration is wrong (see .env)';
    case EXIT.portInUse:
      return 'its port is taken by another program';
    default:
      return null;
  }
}
