/**
 * The link between the orchestrator and one agent runner: JSON lines over `link.sock` in a folder mounted for
 * that container alone. The orchestrator listens; the runner dials, and dials again after any break, also into
 * a new orchestrator process. Identity is the socket: no frame says who the sender is.
 *
 * On each connection the runner says `hello`, the orchestrator answers `welcome`; both name their epoch (one
 * process life) and how far they have received the other's frames, then unacknowledged frames are sent again
 * (link-sequence.ts). Every other frame carries a sequence number and is acknowledged once its effect is durable.
 */
import * as z from 'zod';
import { EFFORTS } from './effort.ts';

export * from './host-tools.ts';
export * from './lines.ts';
export * from './link-sequence.ts';

/** Longest frame either side accepts, bytes: a reply with room to spare, far below a memory hazard. */
export const LINK_LINE_LIMIT = 8 * 1024 * 1024;

/**
 * What the broker answers to a model request when the group's budget of the day is used. No API of Anthropic's has
 * it, so a runner can't take it for the API's own word; Claude Code does not ask again.
 */
export const BUDGET_STATUS = 423;

/** What an agent is at, as far as a chat may be told: the kind of its tool and nothing of what it does with it. */
export const DOINGS = ['thinking', 'command', 'files', 'web', 'subagents', 'tool'] as const;
export type Doing = (typeof DOINGS)[number];

const seq = z.number().int().positive();
const id = z.string().min(1).max(200);
const text = z.string();

/** A Claude session and the assistant message to resume at (`resume` + `resumeSessionAt`). */
export const sessionSchema = z.object({ id, lastAssistant: z.string().nullable() });
export type AgentSession = z.infer<typeof sessionSchema>;

/** One piece of input: the messages it holds and the prompt made of them. */
export const inputSchema = z.object({ messages: z.array(id).min(1), prompt: text.min(1) });
export type AgentInput = z.infer<typeof inputSchema>;

/** What a runner needs to know before its first turn; comes with every `welcome`. */
export const runnerConfigSchema = z.object({
  /** Group folder name, and whether it is the main group. */
  group: z.string(),
  isMain: z.boolean(),
  assistantName: z.string(),
  /** Appended to Claude Code's system prompt: who it is, where it is, memory rules. */
  systemPrompt: z.string(),
  model: z.string().nullable(),
  effort: z.enum(EFFORTS).nullable().default(null),
  /** Whether the broker forwards to Threads for this group. */
  threads: z.boolean().default(false),
  /** Stand-in credential: the broker puts the real one in its place. Worthless anywhere else. */
  placeholder: z.object({ kind: z.enum(['oauth', 'api_key']), value: z.string() }),
  /** Session to prewarm with; a turn may name another one. */
  session: sessionSchema.nullable(),
});
export type RunnerConfig = z.infer<typeof runnerConfigSchema>;

export const usageSchema = z.object({
  inputTokens: z.number().nonnegative(),
  outputTokens: z.number().nonnegative(),
  costUsd: z.number().nonnegative(),
});
export type Usage = z.infer<typeof usageSchema>;

const hello = z.object({
  type: z.literal('hello'),
  v: z.literal(1),
  epoch: id,
  /** The host epoch last spoken with and how many of its frames were received; null before the first welcome. */
  host: z.object({ epoch: id, received: z.number().int().nonnegative() }).nullable(),
  /**
   * `LinkSequence.sent` and `.acknowledgedByPeer`: frames in between will be sent again right after the welcome,
   * so a new orchestrator process knows where to count from and when it has all that was missed.
   */
  sent: z.number().int().nonnegative(),
  acknowledged: z.number().int().nonnegative(),
  /** The turn this runner is in the middle of, null when idle. */
  turn: id.nullable(),
  /** How often it sends a `pulse` while it is in a turn, milliseconds; absent = never. */
  pulseMs: z.number().int().positive().optional(),
});
/** A sign of life while a turn runs; neither sequenced nor acknowledged. */
const pulse = z.object({
  type: z.literal('pulse'),
  /**
   * How long Claude Code has neither said anything nor run a tool, milliseconds; null while a tool runs, for which
   * nobody knows how long is too long.
   */
  quietMs: z.number().nonnegative().nullable(),
  /** Absent: it does not say, or says what this program does not know yet. */
  doing: z.enum(DOINGS).optional().catch(undefined),
});
const ack = z.object({ type: z.literal('ack'), received: z.number().int().nonnegative() });

/** Frames from the runner that carry work; sequenced and acknowledged. */
export const runnerWorkSchema = z.discriminatedUnion('type', [
  /** Prewarm is over: the next turn starts without waiting for the CLI. */
  z.object({ type: z.literal('ready'), seq }),
  /** The live session has truly taken these messages in. */
  z.object({ type: z.literal('consumed'), seq, turn: id, messages: z.array(id) }),
  /** A reply that is not the turn's last. */
  z.object({ type: z.literal('output'), seq, turn: id, ordinal: z.number().int().positive(), text }),
  /** The turn is over; `final` is its last reply, if it has one. */
  z.object({
    type: z.literal('end'),
    seq,
    turn: id,
    outcome: z.enum(['done', 'failed', 'interrupted']),
    final: z.object({ ordinal: z.number().int().positive(), text }).nullable(),
    /** Present when `failed`. `stale_session`: resume failed, try again without a session. */
    error: z
      .object({
        code: z.enum([
          'stale_session',
          'auth',
          'rate_limit',
          'credit',
          /** The group has used what it may use today. */
          'budget',
          'overloaded',
          'network',
          'max_turns',
          'crashed',
          'other',
        ]),
        text,
      })
      .nullable(),
    session: sessionSchema.nullable(),
    usage: usageSchema.nullable(),
  }),
  /** A host tool call by the agent. `id` is the tool-use id: the same id again must return the first result. */
  z.object({ type: z.literal('request'), seq, id, session: z.string(), tool: z.string(), args: z.unknown() }),
]);
export type RunnerWork = z.infer<typeof runnerWorkSchema>;

/** Frames from the orchestrator that carry work. */
export const hostWorkSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('turn'),
    seq,
    turn: id,
    input: inputSchema,
    /** Ordinal of the next reply: above 1 when the turn is run again after some replies were kept. */
    firstOrdinal: z.number().int().positive(),
    session: sessionSchema.nullable(),
  }),
  /**
   * More messages for the running turn. Dropped by the runner when that turn is already over, or when it holds
   * these messages already (a new orchestrator process offers again what it doesn't know to be consumed).
   */
  z.object({ type: z.literal('offer'), seq, turn: id, input: inputSchema }),
  z.object({ type: z.literal('interrupt'), seq, turn: id }),
  z.object({ type: z.literal('response'), seq, id, ok: z.boolean(), result: z.unknown() }),
  /** Finish the running turn, then exit 0. */
  z.object({ type: z.literal('close'), seq }),
]);
export type HostWork = z.infer<typeof hostWorkSchema>;

const welcome = z.object({
  type: z.literal('welcome'),
  v: z.literal(1),
  epoch: id,
  /** How many frames of the runner's epoch were received; 0 when this process has never met it. */
  received: z.number().int().nonnegative(),
  config: runnerConfigSchema,
});

export const runnerFrameSchema = z.union([hello, ack, pulse, runnerWorkSchema]);
export type RunnerFrame = z.infer<typeof runnerFrameSchema>;
export const hostFrameSchema = z.union([welcome, ack, hostWorkSchema]);
export type HostFrame = z.infer<typeof hostFrameSchema>;
export type RunnerHello = z.infer<typeof hello>;
export type RunnerPulse = z.infer<typeof pulse>;
export type HostWelcome = z.infer<typeof welcome>;
