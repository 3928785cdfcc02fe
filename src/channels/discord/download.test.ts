import type { APIMessage } from 'discord.js';
import { expect, it } from 'vitest';
import { openFile } from './download.ts';
import { readRef, refOf } from './file-ref.ts';

const signal = new AbortController().signal;
const place = { channel: '1', message: '2', attachment: '3' };
const file = { ref: refOf(place), name: 'a.txt', bytes: 1 };

function open(url: string, ref = file.ref) {
  const message = { attachments: [{ id: '3', url }] } as APIMessage;
  const deps = { api: { message: async () => message }, apiUrl: 'http://127.0.0.1:1/api' };
  return openFile(deps, { ...file, ref }, signal);
}

it('a reference leads back to its file; what is none leads nowhere', () => {
  expect(readRef(refOf(place))).toEqual(place);
  for (const ref of ['', '1/2', '1/2/x', '../1/2/3', '1/2/3/4']) expect(readRef(ref)).toBeNull();
});

it.each([
  ['http://169.254.169.254/latest', 'lies outside of Discord'],
  ['http://cdn.discordapp.com/a', 'lies outside of Discord'],
  ['https://cdn.discordapp.com.example.org/a', 'lies outside of Discord'],
  ['http://127.0.0.1:2/a', 'lies outside of Discord'],
])('a file at %s is not fetched', async (url, reason) => {
  await expect(open(url)).rejects.toMatchObject({
    code: 'FILE_UNAVAILABLE',
    message: expect.stringContaining(reason),
  });
});

it('a file that was taken off its message is gone', async () => {
  await expect(open('http://127.0.0.1:1/a', '1/2/4')).rejects.toThrow('taken off its message');
});
