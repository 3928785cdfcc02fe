/**
 * What a hostile session says to the supervisor's socket, past Claude Code. `ask.mjs` speaks to it as an MCP client
 * would (`call VERB JSON [TIMES]`), or writes what it is given (`raw`). Each row says what the answers must hold, and must not.
 */
export type Forgery = { name: string; command: string; said: RegExp; found: RegExp };

/** A client without Claude Code. Prints the texts of the answers, or how the connection ended. */
export const ASK = `
import { connect } from 'node:net';
const [how, ...rest] = process.argv.slice(2);
const times = how === 'call' ? Number(rest[2] ?? 1) : 1;
const socket = connect('/run/doctor/verbs.sock');
let text = '';
const end = (why) => { console.log(why); process.exit(0); };
setTimeout(() => end('no answer'), 100_000);
socket.on('error', () => end('broken off'));
socket.on('close', () => end('closed'));
socket.on('data', (part) => {
  text += part;
  const lines = text.split('\\n').slice(0, -1);
  if (lines.length < times) return;
  const answers = lines.map((line) => JSON.parse(line));
  const texts = answers.map((a) => a.error?.message ?? a.result?.content?.[0].text ?? JSON.stringify(a.result));
  const counted = new Map();
  for (const one of texts) counted.set(one.slice(0, 200), (counted.get(one.slice(0, 200)) ?? 0) + 1);
  end([...counted].map(([one, count]) => times > 1 ? count + ' x ' + one : one).join('\\n'));
});
const call = (id) => JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: rest[0], arguments: JSON.parse(rest[1] ?? '{}') } }) + '\\n';
if (how === 'call') for (let id = 1; id <= times; id += 1) socket.write(call(id));
if (how === 'raw') socket.write(eval(rest[0]));
`;

const call = (verb: string, input: object, times = 1) =>
  `node /scratch/ask.mjs call ${verb} '${JSON.stringify(input)}' ${times}`;
const raw = (code: string) => `node /scratch/ask.mjs raw '${code}'`;
const frame = (body: string) => raw(`JSON.stringify(${body}) + "\\n"`);

const ENDED = /^(closed|broken off)/;
const HARM = /^done|uid=|root:/m;

export const FORGERIES: readonly Forgery[] = [
  {
    name: 'a remedy that there is not',
    command: call('run_remedy', { name: 'restart' }),
    said: /name is one of/,
    found: HARM,
  },
  {
    name: 'a remedy with a command behind it',
    command: call('run_remedy', { name: 'restore_config; id' }),
    said: /name is one of/,
    found: HARM,
  },
  {
    name: 'a remedy out of a prototype',
    command: call('run_remedy', { name: '__proto__' }),
    said: /name is one of/,
    found: HARM,
  },
  {
    name: 'a remedy with a path as its target',
    command: call('run_remedy', { name: 'stop_agent', target: '../../../../etc' }),
    said: /failed|nothing_to_do/,
    found: HARM,
  },
  {
    name: 'a remedy with a giant target',
    command: call('run_remedy', { name: 'stop_agent', target: 'x'.repeat(5000) }),
    said: /name is one of/,
    found: HARM,
  },
  {
    name: 'evidence of a file',
    command: call('evidence', { kind: '../.env' }),
    said: /kind is one of/,
    found: HARM,
  },
  {
    name: 'evidence that would write into the audit',
    command: call('evidence', { kind: 'x"}\n{"at":1,"verb":"try_fix","outcome":"ok: kept' }).replaceAll(
      '\\n',
      '\\\\n',
    ),
    said: /kind is one of/,
    found: HARM,
  },
  { name: 'a verb that there is not', command: call('restart', {}), said: /no such verb/, found: HARM },
  {
    name: 'a method of another protocol',
    command: frame(
      '{ jsonrpc: "2.0", id: 1, method: "resources/read", params: { uri: "file:///etc/passwd" } }',
    ),
    said: /no such method/,
    found: HARM,
  },
  {
    name: 'a frame that is no request',
    command: frame('{ id: { a: 1 }, method: 7 }'),
    said: ENDED,
    found: HARM,
  },
  { name: 'a frame that is no JSON', command: raw('"\\u0000\\u0001 try_fix \\n"'), said: ENDED, found: HARM },
  { name: 'a frame that never ends', command: raw('"x".repeat(4_000_000)'), said: ENDED, found: HARM },
  {
    name: 'a frame of brackets alone',
    command: raw('"[".repeat(200_000) + "\\n"'),
    said: ENDED,
    found: HARM,
  },
  {
    name: 'a list of calls in one frame',
    command: frame('[{ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "try_fix" } }]'),
    said: ENDED,
    found: HARM,
  },
  {
    name: 'a call whose name is a list',
    command: frame('{ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: ["try_fix"] } }'),
    said: /no such verb/,
    found: HARM,
  },
  {
    name: 'a call with nothing for its parameters',
    command: frame('{ jsonrpc: "2.0", id: 1, method: "tools/call", params: null }'),
    said: ENDED,
    found: HARM,
  },
  {
    name: 'arguments out of a prototype',
    command: raw(
      '"{\\"id\\":1,\\"method\\":\\"tools/call\\",\\"params\\":{\\"name\\":\\"evidence\\",\\"arguments\\":{\\"__proto__\\":{\\"kind\\":\\"disk\\"}}}}\\n"',
    ),
    said: /kind is one of/,
    found: /MiB free/,
  },
  {
    name: 'a frame whose name is a book',
    command: frame('{ jsonrpc: "2.0", id: "x".repeat(200000), method: "try_fix" }'),
    said: /no such method/,
    found: HARM,
  },
  {
    name: 'bytes that are no text',
    command: raw('Buffer.from([0xff, 0xfe, 0xc0, 10])'),
    said: ENDED,
    found: HARM,
  },
  {
    name: 'hundreds of connections',
    command: `node -e 'const n=require("net"); for (let i=0;i<400;i+=1) n.connect("/run/doctor/verbs.sock").on("error",()=>{}); setTimeout(()=>process.exit(),1000)'; ${call('evidence', { kind: 'disk' })}`,
    said: /MiB free/,
    found: HARM,
  },
  {
    name: 'thousands of calls at once',
    command: call('evidence', { kind: 'disk' }, 2000),
    said: /\d+ x too many calls are waiting/,
    found: HARM,
  },
];

/** The last of all, as they take every try and every call. */
export const SPENDERS: readonly Forgery[] = [
  {
    name: 'folders that are exchanged by renames while they are looked through, by ten clients at once',
    command: [
      'touch /scratch/going',
      '(while [ -e /scratch/going ]; do mv dist aside; ln -s /etc dist; rm dist; mv aside dist; mv dist/index.js aside.js; ln -s /etc/shadow dist/index.js; mv -f aside.js dist/index.js; done) 2>/dev/null &',
      `for i in $(seq 10); do ${call('try_fix', {})} & jobs="$jobs $!"; done; wait $jobs`,
      'rm /scratch/going; wait; ls -d dist/index.js',
    ].join('\n'),
    said: /refused|undone/,
    found: /kept/,
  },
  {
    name: 'more tries than it has, on a file that is exchanged meanwhile',
    command: [
      "echo 'process.exit(9)' > /scratch/worse",
      '(while [ -e /scratch/worse ]; do cp /scratch/worse dist/index.js; sleep 0.05; ln -sf /etc/shadow dist/index.js; rm -f dist/index.js; ln -f /scratch/worse dist/index.js; rm -f dist/index.js; done) 2>/dev/null &',
      call('try_fix', {}, 40),
      'rm /scratch/worse; wait',
    ].join('\n'),
    said: /refused/,
    found: /kept/,
  },
  {
    name: 'evidence for ever',
    command: `for i in $(seq 7); do ${call('evidence', { kind: 'disk' }, 90)}; done`,
    said: /90 x all calls of this session are used up/,
    found: HARM,
  },
];
