/** Carries out the faults of the Discord stand-in, and takes them back. */
import type { Parts } from './build.ts';
import type { DiscordFault } from './fault.ts';

/** Discord's reference: close code of a token that is not valid. */
const AUTHENTICATION_FAILED = 4004;

export async function misbehave(parts: Parts, fault: DiscordFault): Promise<void> {
  const { gateway, events, rest, store } = parts;
  const open = gateway.server().sockets();
  switch (fault.kind) {
    case 'none':
      return recover(parts);
    case 'outage':
      if (!fault.keepSessions) gateway.forgetSessions();
      return takeDown(parts, fault.forMs);
    case 'auth_revoked':
      parts.state.authValid = false;
      endAfter(parts, fault.forMs);
      return gateway.closeAll(AUTHENTICATION_FAILED);
    case 'half_open':
      return open.forEach((socket) => void socket.halfOpen());
    case 'drop':
      return open.forEach((socket) => void socket.drop());
    case 'reconnect':
      return gateway.askToReconnect();
    case 'invalid_session':
      return gateway.invalidate(fault.resumable);
    case 'close':
      return gateway.closeAll(fault.code);
    case 'forget_sessions':
      return gateway.forgetSessions();
    case 'resume_loop':
      return gateway.closeNextResumed(fault.times);
    case 'files_expire':
      return rest.files.expire();
    case 'equal_timestamps':
      return store.ids.freeze(fault.times);
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
      return rest.faults.add(fault);
  }
}

async function takeDown(parts: Parts, forMs: number | undefined): Promise<void> {
  parts.state.out = true;
  endAfter(parts, forMs);
  await Promise.all([parts.server.refuse(), parts.gateway.server().refuse()]);
}

function endAfter(parts: Parts, forMs: number | undefined): void {
  if (forMs !== undefined) parts.state.endFault = parts.clock.after(forMs, () => void recover(parts));
}

async function recover({ state, events, rest, server, gateway }: Parts): Promise<void> {
  state.endFault();
  events.clear();
  rest.faults.clear();
  state.out = false;
  state.authValid = true;
  await Promise.all([server.accept(), gateway.server().accept()]);
}
