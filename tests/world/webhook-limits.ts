/**
 * Discord's limits on a webhook message, and the error body it answers with. Pure. Lengths are counted in UTF-16
 * units: never less than the characters Discord counts, so what passes here passes there.
 */
import * as z from 'zod';

/** Discord's API reference: Create Message, and Embed Limits. */
const CONTENT_LIMIT = 2000;
const EMBEDS_LIMIT = 10;
const FIELDS_LIMIT = 25;
const EMBED_TOTAL_LIMIT = 6000;

const upTo = (limit: number) => z.string().max(limit, `Must be ${limit} or fewer in length.`);
const required = (limit: number) => upTo(limit).min(1, 'This field is required');
const link = z.string().regex(/^(https?|attachment):\/\//, 'Not a well formed URL.');

const embedSchema = z.looseObject({
  title: upTo(256).optional(),
  description: upTo(4096).optional(),
  url: link.optional(),
  timestamp: z.iso.datetime({ offset: true, error: 'Could not parse the date.' }).optional(),
  color: z.number().int().min(0).max(0xff_ff_ff).optional(),
  footer: z.looseObject({ text: upTo(2048) }).optional(),
  author: z.looseObject({ name: required(256) }).optional(),
  fields: z
    .array(z.looseObject({ name: required(256), value: required(1024), inline: z.boolean().optional() }))
    .max(FIELDS_LIMIT, `Must be ${FIELDS_LIMIT} or fewer in length.`)
    .optional(),
});

export const webhookMessageSchema = z.looseObject({
  content: upTo(CONTENT_LIMIT).nullish(),
  username: required(80).optional(),
  embeds: z.array(embedSchema).max(EMBEDS_LIMIT, `Must be ${EMBEDS_LIMIT} or fewer in length.`).nullish(),
});
export type WebhookMessage = z.infer<typeof webhookMessageSchema>;

export type DiscordError = { code: number; message: string; errors?: object };

export type Checked = { ok: true; message: WebhookMessage } | { ok: false; error: DiscordError };

/** Checks a body as Discord would. An edit may leave everything out; a new message may not be empty. */
export function checkWebhookMessage(text: string, purpose: 'message' | 'edit'): Checked {
  const json = parseJson(text);
  if (json === undefined) {
    return refused({ code: 50109, message: 'The request body contains invalid JSON.' });
  }
  const parsed = webhookMessageSchema.safeParse(json);
  if (!parsed.success) return refused(invalidForm(parsed.error));
  const message = parsed.data;
  if (embedLength(message) > EMBED_TOTAL_LIMIT) {
    return refused({
      ...{ code: 50035, message: 'Invalid Form Body' },
      errors: leaf(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', 'Embed size exceeds maximum size of 6000'),
    });
  }
  const isEmpty = !message.content && (message.embeds ?? []).length === 0;
  if (purpose === 'message' && isEmpty) {
    return refused({ code: 50006, message: 'Cannot send an empty message' });
  }
  return { ok: true, message };
}

function refused(error: DiscordError): Checked {
  return { ok: false, error };
}

/** Discord names the first trouble by its path: `errors.embeds.0.description._errors[0]`. */
function invalidForm(error: z.ZodError): DiscordError {
  const issue = error.issues[0];
  const code = issue?.code === 'too_big' ? 'BASE_TYPE_MAX_LENGTH' : 'BASE_TYPE_BAD_VALUE';
  const errors = leaf((issue?.path ?? []).map(String), code, issue?.message ?? 'Invalid');
  return { code: 50035, message: 'Invalid Form Body', errors };
}

function leaf(path: readonly string[], code: string, message: string): object {
  const errors: object = { _errors: [{ code, message }] };
  return path.reduceRight((inner, name) => ({ [name]: inner }), errors);
}

/** The texts that count towards the common limit of all embeds of a message. */
function embedLength({ embeds }: WebhookMessage): number {
  return (embeds ?? [])
    .flatMap((embed) => [
      ...[embed.title, embed.description, embed.footer?.text, embed.author?.name],
      ...(embed.fields ?? []).flatMap((field) => [field.name, field.value]),
    ])
    .reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller answers with Discord's error for it; JSON itself has no undefined
  }
}
