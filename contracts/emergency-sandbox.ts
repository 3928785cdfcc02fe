/** Where an emergency session would run on this machine; docs/security.md says what each keeps from it. */
export const EMERGENCY_SANDBOX_KINDS = ['unit', 'bubblewrap', 'container', 'none'] as const;
export type EmergencySandboxKind = (typeof EMERGENCY_SANDBOX_KINDS)[number];

/** `reason`: what is missing, for a sandbox at all or for all that it should hold; mostly empty. */
export type EmergencySandbox = { kind: EmergencySandboxKind; reason: string };
