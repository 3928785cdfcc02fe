/** What every stand-in of the test world offers to the control endpoint. */

export interface StandIn {
  readonly url: string;
  /** What it got, oldest first, fit for JSON; never a credential. */
  received(): readonly unknown[];
  /** Takes a fault as JSON. @throws ZodError when it knows no such fault. */
  misbehave(fault: unknown): Promise<void>;
  /** One example per fault it knows, for people. */
  readonly faults: readonly object[];
  stop(): Promise<void>;
}
