/** Where an emergency session would run on this machine; docs/security.md says what each keeps from it. */
export const EMERGENCY_SANDBOX_KINDS = ['unit', 'bubblewrap', 'none'] as const;
export type EmergencySandboxKind = (typeof EMERGENCY_SANDBOX_KINDS)[number];

/** `reason`: what is missing; empty but for `none`. */
export type EmergencySandbox = { kind: EmergencySandboxKind; reason: string };
