/**
 * Listens on `run/supervisor.sock` for the orchestrator's held connection and turns its frames into events.
 *
 * Invariants: one connection counts at a time, the newest of the accepted process; only the close of that one is
 * reported; a peer that is not the known process, or does not keep the protocol, is turned away and is no crash.
 */
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import {
  HEARTBEAT_LINE_LIMIT,
  type HeartbeatFrame,
  heartbeatFrameSchema,
} from '../../contracts/heartbeat.ts';
import { LineSplitter } from '../../contracts/lines.ts';
import type { Log } from '../ports/records.ts';
import type { Report } from '../ports/report.ts';
import { birthOf, isAlive } from '../process/birth.ts';

export type HeartbeatOptions = {
  path: string;
  /** Whether a living process with this pid may be the orchestrator. */
  accepts: (pid: number) => boolean;
  report: (event: Report) => void;
  log: Log;
};

type Peer = { socket: Socket; pid: number | null; warned: boolean };

export class HeartbeatServer {
  #server: Server;
  #sockets = new Set<Socket>();
  #current: Peer | null = null;

  constructor(readonly options: HeartbeatOptions) {
    this.#server = createServer((socket) => this.#onConnection(socket));
  }

  /** A socket left over by a dead supervisor is replaced: the caller holds this home's lock. */
  async listen(): Promise<void> {
    const { path } = this.options;
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, resolve);
    });
    chmodSync(path, 0o600);
  }

  /** Whether an orchestrator that dials now finds us: somebody may have removed the socket. */
  isReachable(): boolean {
    return this.#server.listening && existsSync(this.options.path);
  }

  async stop(): Promise<void> {
    this.#current = null;
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  #onConnection(socket: Socket): void {
    const peer: Peer = { socket, pid: null, warned: false };
    const lines = new LineSplitter(HEARTBEAT_LINE_LIMIT);
    this.#sockets.add(socket);
    socket.on('data', (chunk) => this.#onData(peer, lines, chunk));
    socket.on('error', () => undefined); // `close` follows and is what counts
    socket.on('close', () => this.#onClose(peer));
  }

  #onData(peer: Peer, lines: LineSplitter, chunk: Buffer): void {
    try {
      for (const line of lines.push(chunk)) this.#onLine(peer, line);
    } catch {
      this.#turnAway(peer, 'it sent a line that is too long');
    }
  }

  #onLine(peer: Peer, line: string): void {
    const frame = parseFrame(line);
    if (frame === null) return this.#complain(peer);
    if (frame.type === 'hello') return this.#onHello(peer, frame);
    if (this.#current !== peer || peer.pid === null) return;
    const { pid } = peer;
    if (frame.type === 'bye') {
      return this.options.report({ kind: 'bye', pid, reason: frame.reason, detail: frame.detail });
    }
    const { phase, progress, loopDelayMs, rssBytes } = frame;
    this.options.report({ kind: 'beat', pid, phase, progress, loopDelayMs, rssBytes });
  }

  #onHello(peer: Peer, frame: Extract<HeartbeatFrame, { type: 'hello' }>): void {
    const { pid, startId, version } = frame;
    if (!this.options.accepts(pid) || !isAlive(pid, null)) {
      return this.#turnAway(peer, `pid ${pid} is not the orchestrator this supervisor knows`);
    }
    const former = this.#current;
    peer.pid = pid;
    this.#current = peer;
    if (former && former !== peer) former.socket.destroy();
    this.options.report({ kind: 'hello', pid, birth: birthOf(pid), startId, version });
  }

  #onClose(peer: Peer): void {
    this.#sockets.delete(peer.socket);
    if (this.#current !== peer || peer.pid === null) return;
    this.#current = null;
    this.options.report({ kind: 'connection_closed', pid: peer.pid });
  }

  /** Closed by us, so its end tells nothing; a real orchestrator that stays silent is caught by its missing beats. */
  #turnAway(peer: Peer, why: string): void {
    if (this.#current === peer) this.#current = null;
    this.options.log.warn(`a connection to the heartbeat socket was refused: ${why}`);
    peer.socket.destroy();
  }

  #complain(peer: Peer): void {
    if (peer.warned) return;
    peer.warned = true;
    this.options.log.warn(`a line on the heartbeat socket was not understood (pid ${peer.pid ?? 'unknown'})`);
  }
}

function parseFrame(line: string): HeartbeatFrame | null {
  try {
    const parsed = heartbeatFrameSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // not JSON: the caller says so once
  }
}
