/**
 * What a check of the doctor is. One file a check under checks/; catalog.ts lists them. A check asks the machine
 * only through `Machine`, changes nothing, and never puts a secret into a finding.
 */
import type { Context } from '../context.ts';
import type { DoctorTexts } from '../texts/doctor-en.ts';

export type Severity = 'error' | 'warn' | 'info';

export type Finding =
  | { ok: true; message: string; path?: string }
  | { ok: false; severity: Severity; message: string; path?: string; fix: string };

export type Patient = Pick<Context, 'paths' | 'settings' | 'environment' | 'now'> & { say: DoctorTexts };

export type Check = {
  id: string;
  title(say: DoctorTexts): string;
  look(patient: Patient, machine: Machine): Promise<Finding>;
};

export type CommandResult =
  | { kind: 'ran'; code: number; output: string }
  | { kind: 'missing' }
  | { kind: 'too_late' };

/** The world as the checks see it. */
export type Machine = {
  nodeVersion: string;
  homeFolder: string;
  /** null: no such file, or not readable by us. */
  readText(path: string): Promise<string | null>;
  /** Permission bits; null when there is no such file. */
  modeOf(path: string): Promise<number | null>;
  isWritable(path: string): Promise<boolean>;
  freeBytes(path: string): Promise<number | null>;
  /** Runs a program without a shell; output is stdout and stderr together. */
  run(command: string, args: readonly string[]): Promise<CommandResult>;
  /** Whether something listens on the port of 127.0.0.1. */
  isListening(port: number): Promise<boolean>;
  /** JSON answer of our own services on loopback; null when nothing of the kind comes. */
  askJson(port: number, path: string): Promise<unknown>;
};

export function fine(message: string, path?: string): Finding {
  return path === undefined ? { ok: true, message } : { ok: true, message, path };
}

export function trouble(severity: Severity, message: string, fix: string, path?: string): Finding {
  const finding = { ok: false, severity, message, fix } as const;
  return path === undefined ? finding : { ...finding, path };
}
