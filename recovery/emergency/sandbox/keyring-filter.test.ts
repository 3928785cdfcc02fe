import { expect, test } from 'vitest';
import { keyringFilter } from './keyring-filter.ts';

const X64 = 0xc000003e;
const I386 = 0x40000003;

/** What the kernel answers to a call, as it runs the filter. */
function answer(filter: Buffer, arch: number, call: number): string {
  let loaded = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const [code, operand] = [filter.readUInt16LE(at), filter.readUInt32LE(at + 4)];
    if (code === 0x06) return operand === 0x7fff0000 ? 'allowed' : 'refused';
    if (code === 0x20) loaded = operand === 4 ? arch : call;
    else at += 8 * filter.readUInt8(at + ((code === 0x15 ? loaded === operand : loaded >= operand) ? 2 : 3));
  }
  return 'fell through';
}

test.each([
  ['add_key', X64, 248, 'refused'],
  ['request_key', X64, 249, 'refused'],
  ['keyctl', X64, 250, 'refused'],
  ['the one before them', X64, 247, 'allowed'],
  ['the one after them', X64, 251, 'allowed'],
  ['read', X64, 0, 'allowed'],
  ['keyctl out of the table of x32', X64, 0x40000000 + 250, 'refused'],
  ['any call of a 32-bit program', I386, 1, 'refused'],
])('%s is answered as it should be', (_name, arch, call, said) => {
  expect(answer(keyringFilter('x64') ?? Buffer.alloc(0), arch, call)).toBe(said);
});

test('there is none for an architecture whose numbers nobody knows', () => {
  expect(keyringFilter('riscv64')).toBeNull();
  expect(keyringFilter('arm64')).not.toBeNull();
});
