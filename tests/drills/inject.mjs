/**
 * Loaded into the orchestrator before anything else (NODE_OPTIONS): brings about the faults that nobody can cause from
 * outside. Files in the home give the orders:
 *
 *   inject        NAME [ARGUMENT]   strikes once, in the running process; the file is gone when it has struck
 *   inject-start  NAME COUNT        strikes the next COUNT starts
 *   inject-clock  MILLISECONDS      every start has a wall clock that is so much ahead; timers stay true
 *   inject-jump   MILLISECONDS      both processes that run have one from now on, as long as the file says so
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Server } from 'node:http';
import { join } from 'node:path';

const home = process.env.NANOCLAW_HOME;
const LOOK_EVERY_MS = 50;
/** Above what the memory probe takes for a leak, in pieces that hold up nothing, bytes. */
const LEAK_BYTES = 1400 * 2 ** 20;
const LEAK_PIECE_BYTES = 2 ** 23;

const FAULTS = {
  'busy-loop': () => {
    for (;;);
  },
  'exit-0': () => process.exit(0),
  rejection: () => void Promise.reject(new Error('injected: nobody awaits this')),
  /** An error whose text holds what must be seen nowhere (secrets.ts). */
  spill: () => {
    const json = JSON.stringify({ accessToken: 'plantedJsonTokenValue123' });
    const address = 'https://discord.com/api/webhooks/987654321/plantedWebhookSecret';
    const known = process.env.THREADS_APP_SECRET ?? 'planted-threads-secret';
    void Promise.reject(new Error(`sk-ant-api03-plantedplantedplanted ${json} ${address} ${known}`));
  },
  /** Only Buffers: the heap stays small. */
  leak: () => {
    const kept = [];
    setInterval(() => {
      if (kept.length * LEAK_PIECE_BYTES < LEAK_BYTES) kept.push(Buffer.alloc(LEAK_PIECE_BYTES, 1));
    }, 10);
  },
  'ignore-term': () => process.removeAllListeners('SIGTERM').on('SIGTERM', () => undefined),
  /** Connections are taken and never answered. */
  'no-answer': () => answerOps(() => undefined),
  'http-500': () => answerOps((res) => res.writeHead(500, { 'content-type': 'text/plain' }).end('broken')),
  /** After so many commits no write is ever carried out again: promises that wait for one wait for ever. */
  deadlock: (commits) => {
    const { setImmediate } = globalThis;
    let left = Number(commits);
    globalThis.setImmediate = (callback, ...values) => {
      if (!String(callback).includes('flush')) return setImmediate(callback, ...values);
      left -= 1;
      return left < 0 ? undefined : setImmediate(callback, ...values);
    };
  },
};

const STARTS = {
  crash: () => {
    throw new Error('injected: the start fails');
  },
  /** The process lives, beats, and gets nowhere: the ops endpoint never listens. */
  stuck: () => {
    setInterval(() => undefined, 1000);
    Server.prototype.listen = function () {
      return this;
    };
  },
};

function answerOps(answer) {
  const { emit } = Server.prototype;
  Server.prototype.emit = function (event, ...values) {
    const isOps = event === 'request' && values[0].socket.localPort === Number(process.env.NANOCLAW_PORT);
    if (!isOps) return emit.call(this, event, ...values);
    answer(values[1]);
    return true;
  };
}

const TrueDate = Date;

function shiftClock(file) {
  if (!existsSync(file)) return;
  const ahead = Number(readFileSync(file, 'utf8'));
  globalThis.Date = class extends TrueDate {
    constructor(...values) {
      super(...(values.length === 0 ? [TrueDate.now() + ahead] : values));
    }

    static now() {
      return TrueDate.now() + ahead;
    }
  };
}

function strikeStart(file) {
  if (!existsSync(file)) return;
  const [name, count] = readFileSync(file, 'utf8').trim().split(' ');
  if (Number(count) > 1) writeFileSync(file, `${name} ${Number(count) - 1}`);
  else rmSync(file);
  STARTS[name]();
}

function strike(file) {
  if (!existsSync(file)) return;
  const [name, argument] = readFileSync(file, 'utf8').trim().split(' ');
  rmSync(file);
  FAULTS[name](argument);
}

if (home && /(index|supervisor)\.js$/.test(process.argv[1] ?? ''))
  setInterval(() => shiftClock(join(home, 'inject-jump')), LOOK_EVERY_MS).unref();
if (home && process.argv[1]?.endsWith('index.js')) {
  shiftClock(join(home, 'inject-clock'));
  strikeStart(join(home, 'inject-start'));
  setInterval(() => strike(join(home, 'inject')), LOOK_EVERY_MS).unref();
}
