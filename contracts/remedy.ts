/**
 * Tier 2: what the supervisor may do about a cause short of a restart. The core names a remedy, `recovery/remedies/`
 * has one file for each, and whether it helped is found by looking again, never by its own word.
 */
import * as z from 'zod';

export const remedyNameSchema = z.enum([
  /** Makes a channel drop its connection and build a new one; target = channel name. */
  'reconnect_channel',
  /** Stops an agent that is stuck; target = group folder. */
  'stop_agent',
  /** Builds the agents' image again. */
  'build_image',
  /** Builds it though it is there, and the program in it too. */
  'rebuild_image',
  /** Renews the model sign-in in a bounded child process. */
  'refresh_sign_in',
  /** Removes what is ours and can be made again: old logs, build cache, temporary files. */
  'free_disk',
  'restart_docker',
  'restart_copilot',
  /** Puts the last configuration that worked in place of a broken one; both are kept and the difference is shown. */
  'restore_config',
  /** Checkpoint, integrity check, rebuild from what can be read. Fails while an orchestrator has the file open. */
  'repair_database',
  /** The newest backup that passes an integrity check; the broken file is kept. Fails while an orchestrator has it open. */
  'restore_database',
  'rollback_release',
  /** Ends an orphan of ours that holds a port of ours; never a stranger. */
  'free_port',
]);
export type RemedyName = z.infer<typeof remedyNameSchema>;

/** What a remedy says of itself. `done` claims nothing about health: a later look decides. */
export const remedyOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), detail: z.string() }),
  /** Looked first and found nothing it could do something about. */
  z.object({ kind: z.literal('nothing_to_do'), detail: z.string() }),
  z.object({ kind: z.literal('failed'), detail: z.string() }),
]);
export type RemedyOutcome = z.infer<typeof remedyOutcomeSchema>;
