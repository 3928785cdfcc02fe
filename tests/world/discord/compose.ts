/** From a request's body to a message, within Discord's limits. */
import * as z from 'zod';
import { checkWebhookMessage } from '../webhook-limits.ts';
import type { DiscordFile, DiscordRecord } from './record.ts';
import { DiscordError, type RouteCall, refuse } from './route.ts';

/** Discord's reference: Create Message. */
const NONCE_LIMIT = 25;

const extrasSchema = z.looseObject({
  nonce: z.union([z.string(), z.number()]).optional(),
  enforce_nonce: z.boolean().optional(),
  flags: z.number().int().optional(),
  components: z.array(z.unknown()).nullish(),
  message_reference: z
    .looseObject({ message_id: z.string(), fail_if_not_exists: z.boolean().optional() })
    .nullish(),
  allowed_mentions: z
    .looseObject({
      parse: z.array(z.string()).optional(),
      users: z.array(z.string()).optional(),
      replied_user: z.boolean().optional(),
    })
    .nullish(),
});
type Extras = z.infer<typeof extrasSchema>;

export type Composed = Pick<
  DiscordRecord,
  'content' | 'embeds' | 'components' | 'files' | 'nonce' | 'pings'
> & {
  enforceNonce: boolean;
  replyTo: string | null;
  ephemeral: boolean;
};

/** @throws DiscordError 40005, 50006, 50035 */
export function compose(call: RouteCall, chat: string): Composed {
  const files = call.files.map((file): DiscordFile => ({ id: call.store.ids.next(), ...file }));
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  if (bytes > call.store.description.fileLimitBytes) throw refuse.tooLarge();
  const checked = checkWebhookMessage(JSON.stringify(call.json), files.length > 0 ? 'edit' : 'message');
  if (!checked.ok)
    throw new DiscordError(400, checked.error.code, checked.error.message, checked.error.errors);
  const parsed = extrasSchema.safeParse(call.json);
  if (!parsed.success) {
    throw refuse.form(String(parsed.error.issues[0]?.path[0]), 'BASE_TYPE_BAD_VALUE', 'Not a valid value.');
  }
  const content = checked.message.content ?? '';
  const replyTo = referenceOf(call, chat, parsed.data);
  return {
    ...{
      content,
      files,
      replyTo,
      embeds: checked.message.embeds ?? [],
      components: parsed.data.components ?? [],
    },
    ...{ nonce: nonceOf(parsed.data), enforceNonce: parsed.data.enforce_nonce ?? false },
    ephemeral: ((parsed.data.flags ?? 0) & 64) !== 0,
    pings: pingsOf(call, content, parsed.data, replyTo && call.store.find(chat, replyTo)?.user),
  };
}

function nonceOf({ nonce }: Extras): string | null {
  if (nonce === undefined) return null;
  if (String(nonce).length <= NONCE_LIMIT) return String(nonce);
  throw refuse.form('nonce', 'NONCE_TYPE_TOO_LONG', `Must be ${NONCE_LIMIT} or fewer in length.`);
}

function referenceOf(
  { store }: RouteCall,
  chat: string,
  { message_reference: reference }: Extras,
): string | null {
  if (!reference) return null;
  if (store.find(chat, reference.message_id) !== undefined) return reference.message_id;
  if (reference.fail_if_not_exists === false) return null;
  throw refuse.form('message_reference', 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', 'Unknown message');
}

/** Who is pinged: named in the text and allowed, and who is replied to unless that is switched off. */
function pingsOf(
  call: RouteCall,
  content: string,
  extras: Extras,
  replied: string | null | undefined,
): string[] {
  const allowed = extras.allowed_mentions;
  const isAllowed = (id: string) =>
    !allowed || allowed.parse?.includes('users') || (allowed.users ?? []).includes(id);
  const named = mentionedIn(content).filter(isAllowed);
  const answered = replied && (allowed?.replied_user ?? !allowed) ? [replied] : [];
  const known = new Set(call.store.description.users.map(({ id }) => id));
  return [...new Set([...named, ...answered])].filter((id) => known.has(id));
}

/** User ids in `<@…>` and `<@!…>`. */
export function mentionedIn(content: string): string[] {
  return [...content.matchAll(/<@!?(\d+)>/g)].map(([, id = '']) => id);
}

/** Role ids in `<@&…>`. */
export function rolesMentionedIn(content: string): string[] {
  return [...content.matchAll(/<@&(\d+)>/g)].map(([, id = '']) => id);
}
