/**
 * A filter of system calls (seccomp) that keeps a session from the kernel's keyrings: it inherits that of the supervisor's
 * login, whatever user and namespace it is put into, and could read the keys in it. Pure.
 */

/** AUDIT_ARCH_… of linux/audit.h, and add_key, request_key and keyctl in the kernel's table. */
const CALLS: Partial<Record<NodeJS.Architecture, { arch: number; numbers: readonly number[] }>> = {
  x64: { arch: 0xc000003e, numbers: [248, 249, 250] },
  arm64: { arch: 0xc00000b7, numbers: [217, 218, 219] },
};

/** Of linux/bpf_common.h and linux/seccomp.h. */
const LOAD = 0x20;
const IF_EQUAL = 0x15;
const IF_AT_LEAST = 0x35;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const REFUSE = 0x00050001; // with EPERM
/** Where `struct seccomp_data` has these. */
const NUMBER_AT = 0;
const ARCH_AT = 4;
/** Numbers from here on are those of x32, another table for the same calls. */
const OTHER_TABLE = 0x40000000;

/** Programs of another architecture are refused every call. Null where nobody knows the kernel's numbers. */
export function keyringFilter(architecture: NodeJS.Architecture): Buffer | null {
  const calls = CALLS[architecture];
  if (calls === undefined) return null;
  const { arch, numbers } = calls;
  const rest = numbers.length;
  // Jumps count from the next instruction; the last one refuses.
  return Buffer.concat([
    instruction(LOAD, ARCH_AT),
    instruction(IF_EQUAL, arch, { no: rest + 3 }),
    instruction(LOAD, NUMBER_AT),
    instruction(IF_AT_LEAST, OTHER_TABLE, { yes: rest + 1 }),
    ...numbers.map((number, index) => instruction(IF_EQUAL, number, { yes: rest - index })),
    instruction(RETURN, ALLOW),
    instruction(RETURN, REFUSE),
  ]);
}

/** `struct sock_filter`: code, how many to skip if so and if not, operand. */
function instruction(code: number, operand: number, { yes = 0, no = 0 } = {}): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(yes, 2);
  bytes.writeUInt8(no, 3);
  bytes.writeUInt32LE(operand, 4);
  return bytes;
}
