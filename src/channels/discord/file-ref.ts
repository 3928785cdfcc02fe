/** How a file that came with a message is found again: `<channel id>/<message id>/<attachment id>`. Pure. */

export type FileRef = { channel: string; message: string; attachment: string };

export function refOf({ channel, message, attachment }: FileRef): string {
  return `${channel}/${message}/${attachment}`;
}

/** @returns null for what `refOf` did not make */
export function readRef(ref: string): FileRef | null {
  const found = /^(\d+)\/(\d+)\/(\d+)$/.exec(ref);
  if (found === null) return null;
  const [, channel = '', message = '', attachment = ''] = found;
  return { channel, message, attachment };
}
