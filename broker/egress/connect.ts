/** One TCP connection to an address, with a deadline. */
import { isIP, type Socket, connect as tcpConnect } from 'node:net';

const CONNECT_LIMIT_MS = 5000;

/** @param address never a name: it would be looked up */
export function connect(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = tcpConnect({ host: address, port, family: isIP(address), allowHalfOpen: true });
    const fail = (error: Error) => {
      stopWaiting();
      socket.destroy();
      reject(error);
    };
    const abort = () => fail(new Error('nobody waits for it any more'));
    const stopWaiting = () => {
      signal.removeEventListener('abort', abort);
      socket.removeAllListeners('timeout').setTimeout(0);
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.setTimeout(CONNECT_LIMIT_MS, () => fail(new Error('no connection in time')));
    socket.once('error', fail).once('connect', () => {
      stopWaiting();
      socket.off('error', fail).on('error', () => socket.destroy()); // `close` follows, which ends the exchange
      resolve(socket.setNoDelay(true));
    });
  });
}
