import { describe, expect, it } from 'vitest';
import { checkWebhookMessage } from './webhook-limits.ts';

const embed = (fields: object) => ({ embeds: [fields] });
const repeated = (count: number, item: unknown) => Array.from({ length: count }, () => item);

describe('what Discord accepts', () => {
  it.each([
    ['content of 2000', { content: 'x'.repeat(2000) }],
    ['ten embeds', { embeds: repeated(10, { title: 'x' }) }],
    ['a description of 4096', embed({ description: 'x'.repeat(4096) })],
    ['25 fields', embed({ fields: repeated(25, { name: 'n', value: 'v' }) })],
    ['6000 characters in all embeds', { embeds: repeated(2, { description: 'x'.repeat(3000) }) }],
    ['fields it does not check', { content: 'x', allowed_mentions: { parse: [] }, flags: 4 }],
  ])('%s', (_case, message) => {
    expect(checkWebhookMessage(JSON.stringify(message), 'message').ok).toBe(true);
  });
});

describe('what Discord refuses', () => {
  it.each([
    ['content of 2001', { content: 'x'.repeat(2001) }, ['content']],
    ['eleven embeds', { embeds: repeated(11, { title: 'x' }) }, ['embeds']],
    ['a long title', embed({ title: 'x'.repeat(257) }), ['embeds', '0', 'title']],
    ['a long description', embed({ description: 'x'.repeat(4097) }), ['embeds', '0', 'description']],
    ['26 fields', embed({ fields: repeated(26, { name: 'n', value: 'v' }) }), ['embeds', '0', 'fields']],
    [
      'an empty field value',
      embed({ fields: [{ name: 'n', value: '' }] }),
      ['embeds', '0', 'fields', '0', 'value'],
    ],
    ['a field without a name', embed({ fields: [{ value: 'v' }] }), ['embeds', '0', 'fields', '0', 'name']],
    ['a long footer', embed({ footer: { text: 'x'.repeat(2049) } }), ['embeds', '0', 'footer', 'text']],
    ['a bad time', embed({ timestamp: 'yesterday' }), ['embeds', '0', 'timestamp']],
    ['a bad link', embed({ url: 'javascript:alert(1)' }), ['embeds', '0', 'url']],
    ['a colour past white', embed({ color: 0x1_00_00_00 }), ['embeds', '0', 'color']],
    ['6001 characters in all embeds', { embeds: repeated(3, { description: 'x'.repeat(2001) }) }, ['embeds']],
  ])('%s, naming the place', (_case, message, path) => {
    const checked = checkWebhookMessage(JSON.stringify(message), 'message');
    const error = checked.ok ? null : checked.error;
    expect(error).toMatchObject({ code: 50035, message: 'Invalid Form Body' });
    expect(error?.errors).toHaveProperty([...path, '_errors', '0', 'message']);
  });

  it.each([
    ['an empty message', '{"content":""}', 50006],
    ['broken JSON', '{"content":', 50109],
  ])('%s', (_case, text, code) => {
    expect(checkWebhookMessage(text, 'message')).toMatchObject({ ok: false, error: { code } });
  });
});

it('An edit may leave everything as it is', () => {
  expect(checkWebhookMessage('{}', 'edit').ok).toBe(true);
});
