/** A command's expected failure: one line for the person and the exit code that tells a script the same. */
export class CliError extends Error {
  readonly code = 'CLI';
  constructor(
    message: string,
    /** One of `EXIT` in contracts/exit-codes.ts. */
    readonly exitCode: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Nothing answers at an address: refused, no such socket, reset, or no answer before the deadline. */
export class UnreachableError extends Error {
  readonly code = 'UNREACHABLE';
}

/** The message of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
