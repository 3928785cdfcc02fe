/** Makes the smallest value that fits a JSON schema, its texts being `text`: what side calls such as titles want. */
import * as z from 'zod';

const schemaSchema = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.unknown()).min(1).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

export function fillSchema(schema: unknown, text: string): unknown {
  const parsed = schemaSchema.safeParse(schema);
  if (!parsed.success) return text;
  const { type, enum: choices, properties } = parsed.data;
  if (choices !== undefined) return choices[0];
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(properties ?? {}).map(([name, inner]) => [name, fillSchema(inner, text)]),
      );
    case 'array':
      return [];
    case 'number':
    case 'integer':
      return 0;
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return text;
  }
}
