/** Reading the bodies chat clients send: JSON, forms, and forms with files. */
import type { IncomingMessage } from 'node:http';

/** Far above anything a test sends; keeps a mistake from eating the memory. */
const BODY_LIMIT_BYTES = 64 * 1024 * 1024;

export class BodyTooBigError extends Error {
  readonly code = 'BODY_TOO_BIG';
}

export type SentFile = { field: string; name: string; type: string; bytes: Buffer };
export type Body = { fields: Record<string, unknown>; files: SentFile[]; raw: Buffer };

/** Fields that are no valid JSON leave `fields` empty: the API answers that as a missing argument. */
export async function readFields(req: IncomingMessage): Promise<Body> {
  const raw = await readBytes(req);
  const type = req.headers['content-type'] ?? '';
  if (type.startsWith('application/json')) return { fields: parseObject(raw), files: [], raw };
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return { fields: Object.fromEntries(new URLSearchParams(raw.toString('utf8'))), files: [], raw };
  }
  if (type.startsWith('multipart/form-data')) return { ...(await readParts(raw, type)), raw };
  return { fields: {}, files: [], raw };
}

async function readBytes(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let held = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    held += chunk.length;
    if (held > BODY_LIMIT_BYTES) throw new BodyTooBigError(`more than ${BODY_LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readParts(raw: Buffer, type: string): Promise<Omit<Body, 'raw'>> {
  const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': type } }).formData();
  const fields: Record<string, unknown> = {};
  const files: SentFile[] = [];
  for (const [field, value] of form.entries()) {
    if (typeof value === 'string') fields[field] = value;
    else {
      const bytes = Buffer.from(await value.arrayBuffer());
      files.push({ field, name: value.name, type: value.type || 'application/octet-stream', bytes });
    }
  }
  return { fields, files };
}

/** The object in some JSON text; an empty one when there is none. */
export function parseObject(text: Buffer | string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text.toString());
    return isObject(json) ? json : {};
  } catch {
    return {}; // the caller finds its fields missing and says so in the platform's words
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
