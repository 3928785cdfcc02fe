/**
 * Makes the host's broker reachable as a local address: the CLI speaks HTTP over TCP only, the container has no
 * network, and the broker listens on a unix socket. Bytes go through untouched.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** @returns the server and its port on loopback, chosen by the system. */
export async function startBrokerShim(brokerSocket: string): Promise<{ port: number; server: Server }> {
  const server = createServer((local) => pipeToBroker(local, brokerSocket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server listening on TCP has an AddressInfo, never a path.
  return { port: (server.address() as AddressInfo).port, server };
}

/** While the orchestrator is away the caller sees its connection close at once, and tries again by itself. */
function pipeToBroker(local: Socket, brokerSocket: string): void {
  const broker = connect(brokerSocket);
  // An error is always followed by `close`, which ends the other side; there is nothing more to know.
  local.on('error', () => broker.destroy()).on('close', () => broker.destroy());
  broker.on('error', () => undefined).on('close', (failed) => (failed ? local.destroy() : local.end()));
  local.pipe(broker).pipe(local);
}
