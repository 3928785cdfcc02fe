/** The real machine for the doctor's checks. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile, stat, statfs } from 'node:fs/promises';
import net from 'node:net';
import { homedir } from 'node:os';
import { findEngine } from '../../../contracts/docker-host.ts';
import { request } from '../http.ts';
import type { CommandResult, Machine } from './check.ts';

/** A healthy `docker version` or `bwrap … true` takes a fraction of this. */
const COMMAND_TIMEOUT_MS = 5000;
const ANSWER_TIMEOUT_MS = 2000;

const machine: Omit<Machine, 'run'> = {
  nodeVersion: process.versions.node,
  homeFolder: homedir(),
  readText: (path) => readFile(path, 'utf8').catch(() => null),
  modeOf: (path) =>
    stat(path).then(
      (info) => info.mode & 0o777,
      () => null, // absent, or in a folder that is closed to us
    ),
  isWritable: (path) =>
    access(path, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    ),
  freeBytes: (path) =>
    statfs(path).then(
      (info) => info.bavail * info.bsize,
      () => null, // no such folder; the check of the home says so
    ),
  isListening,
  async askJson(port, path) {
    try {
      const target = { host: '127.0.0.1', port };
      return JSON.parse((await request({ target, path, timeoutMs: ANSWER_TIMEOUT_MS })).text);
    } catch {
      return null; // nobody, or another program: the checks tell the two apart by `isListening`
    }
  },
};

/** Programs get our engine as `DOCKER_HOST`: `docker` itself would follow a context, which nothing else here does. */
export function openMachine(environment: NodeJS.ProcessEnv): Machine {
  const { host, isThere } = findEngine(environment, process.getuid?.() ?? 0);
  const env = isThere ? { ...environment, DOCKER_HOST: host } : environment;
  return { ...machine, run: (command, args) => run(command, args, env) };
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { env, timeout: COMMAND_TIMEOUT_MS, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`.trim();
        if (error === null) return resolve({ kind: 'ran', code: 0, output });
        if (error.code === 'ENOENT') return resolve({ kind: 'missing' });
        if (error.killed) return resolve({ kind: 'too_late' });
        resolve({ kind: 'ran', code: typeof error.code === 'number' ? error.code : 1, output });
      },
    );
  });
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port, timeout: ANSWER_TIMEOUT_MS });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false));
  });
}
