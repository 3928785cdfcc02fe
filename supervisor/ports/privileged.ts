/** What only root may do: restarting services that others depend on too. The list is closed. */
export type PrivilegedUnit = 'docker' | 'copilot-api';

export type PrivilegedAnswer =
  | { kind: 'done'; detail: string }
  /** There is no helper on this machine. */
  | { kind: 'unavailable' }
  | { kind: 'failed'; detail: string };

export interface Privileged {
  /** Never rejects; an aborted signal is a failure. */
  restart(unit: PrivilegedUnit, signal: AbortSignal): Promise<PrivilegedAnswer>;
}
