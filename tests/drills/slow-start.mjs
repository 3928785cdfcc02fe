// A start that takes its time: says so to the supervisor as the orchestrator does, with progress, and then becomes it.
//   node slow-start.mjs INDEX SECONDS
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , index, seconds] = process.argv;
const INTERVAL_MS = 500;
const socket = connect(join(process.env.NANOCLAW_HOME, 'run', 'supervisor.sock'));
const send = (frame) => socket.write(`${JSON.stringify(frame)}\n`);
const identity = { startId: randomUUID(), version: 'slow', startedAt: Date.now() };
socket.on('error', () => undefined); // the real one takes over, and this connection is closed
let progress = 0;
send({ type: 'hello', v: 1, pid: process.pid, intervalMs: INTERVAL_MS, ...identity });
const beating = setInterval(() => {
  progress += 1;
  const still = { phase: 'starting', loopDelayMs: 0 };
  send({ type: 'beat', seq: progress, progress, rssBytes: process.memoryUsage.rss(), ...still });
}, INTERVAL_MS);
setTimeout(async () => {
  clearInterval(beating);
  process.argv[1] = index;
  await import(pathToFileURL(index).href);
}, Number(seconds) * 1000);
