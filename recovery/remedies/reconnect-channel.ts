/** A channel that says it is connected and hears nothing drops its connection; its own rules build the next. */
import { CONTROL_PATHS } from '../../contracts/control.ts';
import { remedy } from './bounded.ts';
import { order } from './control-socket.ts';
import { failed } from './outcome.ts';
import type { RemedyParts } from './parts.ts';

/** The order itself is done at once; a loop that is busy may take a moment to hear it. */
const LIMIT_MS = 10_000;

export function reconnectChannel({ paths }: RemedyParts) {
  return remedy('reconnect_channel', LIMIT_MS, async (channel, signal) => {
    if (channel === null) return failed('no channel was named');
    return order(paths.controlSocket, CONTROL_PATHS.reconnectChannel, { channel }, signal);
  });
}
