/** A DNS server on loopback whose answers a test decides: the next answer of a name's list, the last one again and again. */
import { createSocket } from 'node:dgram';

const TYPE_A = 1;
const NO_SUCH_NAME = 3;
const HEADER_BYTES = 12;

export type Dns = {
  /** `<address>:<port>` */
  address: string;
  /** Names that were asked for, in order. */
  asked: readonly string[];
  answer(name: string, ...addresses: string[]): void;
  stop(): Promise<void>;
};

/** @param at port 0 takes a free one */
export async function startDns(at = { address: '127.0.0.1', port: 0 }): Promise<Dns> {
  const answers = new Map<string, string[]>();
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { name, type, end } = readQuestion(query);
    let address: string | null = null;
    if (type === TYPE_A) {
      asked.push(name);
      const left = answers.get(name) ?? [];
      address = (left.length > 1 ? left.shift() : left[0]) ?? null;
    }
    socket.send(reply(query.subarray(0, end), address), from.port, from.address);
  });
  await new Promise<void>((done) => socket.bind(at, done));
  return {
    address: `${at.address}:${socket.address().port}`,
    asked,
    answer: (name, ...addresses) => void answers.set(name, addresses),
    stop: () => new Promise((done) => socket.close(() => done())),
  };
}

/** RFC 1035 §4.1.2: labels, each with its length before it, then type and class. */
function readQuestion(query: Buffer) {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString('latin1'));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function reply(question: Buffer, address: string | null): Buffer {
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8180 | (address === null ? NO_SUCH_NAME : 0), 2);
  head.writeUInt16BE(address === null ? 0 : 1, 6);
  head.fill(0, 8, HEADER_BYTES);
  if (address === null) return head;
  // The name by reference, type A, class IN, no time to live: asked anew each time.
  const record = Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4]);
  return Buffer.concat([head, record, Buffer.from(address.split('.').map(Number))]);
}
