/** Carries out the faults of the Slack stand-in, and takes them back. */
import type { Parts } from './build.ts';
import type { SlackFault } from './fault.ts';

export async function misbehave(parts: Parts, fault: SlackFault): Promise<void> {
  const { sockets, events, api, store, clock } = parts;
  const open = () => sockets.server().sockets();
  switch (fault.kind) {
    case 'none':
      return recover(parts);
    case 'outage':
    case 'auth_revoked':
      if (fault.forMs !== undefined)
        parts.state.endFault = clock.after(fault.forMs, () => void recover(parts));
      return fault.kind === 'outage' ? takeDown(parts) : revoke(parts);
    case 'half_open':
      return open().forEach((socket) => void socket.halfOpen());
    case 'drop':
      return open().forEach((socket) => void socket.drop());
    case 'disconnect':
      return sockets.disconnect(fault.reason);
    case 'equal_timestamps':
      return store.timestamps.freeze(fault.times);
    case 'event_delay':
    case 'event_duplicate':
    case 'event_loss':
    case 'event_reorder':
      return events.add(fault);
    case 'rate_limit':
    case 'status':
    case 'reset':
    case 'lost':
    case 'hang':
    case 'slow':
      return api.faults.add(fault);
  }
}

async function takeDown({ state, server, sockets }: Parts): Promise<void> {
  state.out = true;
  await Promise.all([server.refuse(), sockets.server().refuse()]);
}

function revoke({ state, sockets }: Parts): void {
  state.authValid = false;
  for (const socket of sockets.server().sockets()) socket.close(1000);
}

async function recover({ state, events, api, server, sockets }: Parts): Promise<void> {
  state.endFault();
  events.clear();
  api.faults.clear();
  state.out = false;
  state.authValid = true;
  await Promise.all([server.accept(), sockets.server().accept()]);
}
