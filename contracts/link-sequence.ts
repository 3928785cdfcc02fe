/**
 * One end of the link's sequencing, without any I/O. Frames get rising numbers, are kept until the peer
 * acknowledges them, and are handed out again after a reconnect; a frame received twice is told apart.
 *
 * Invariant: within one pair of epochs each frame is accepted exactly once and in order. When the peer comes
 * back with a new epoch (its process was replaced) its frames are counted anew, from where it says, and all
 * that was never acknowledged is offered to the newcomer.
 */

export type Sequenced = { seq: number };

/** What `T` looks like before its number is known; keeps a union a union. */
export type Unsequenced<T> = T extends Sequenced ? Omit<T, 'seq'> : never;

/** A frame was skipped: the peer does not keep the protocol and the connection must be closed. */
export class LinkGapError extends Error {
  readonly code = 'LINK_GAP';
  constructor(expected: number, got: number) {
    super(`expected frame ${expected}, got ${got}`);
  }
}

export class LinkSequence<Out extends Sequenced> {
  #lastSent = 0;
  #acknowledged = 0;
  #unacknowledged: Out[] = [];
  #peerEpoch: string | null = null;
  #received = 0;

  /** Numbers a frame and keeps it until it is acknowledged. */
  send(frame: Unsequenced<Out>): Out {
    this.#lastSent += 1;
    const sequenced = { ...frame, seq: this.#lastSent } as unknown as Out;
    this.#unacknowledged.push(sequenced);
    return sequenced;
  }

  /** Drops what the peer has received. */
  acknowledged(received: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, received);
    this.#unacknowledged = this.#unacknowledged.filter((frame) => frame.seq > received);
  }

  /**
   * The peer (re)connected: forget an older epoch, then return what must be sent again, in order.
   * @param peer its epoch, how many of our frames it has, and how many of its own it knows to be acknowledged:
   *   the ones after that come next
   */
  connected(peer: { epoch: string; received: number; acknowledged: number }): readonly Out[] {
    if (peer.epoch !== this.#peerEpoch) {
      this.#peerEpoch = peer.epoch;
      this.#received = peer.acknowledged;
    }
    this.acknowledged(peer.received);
    return this.#unacknowledged;
  }

  /**
   * Whether a received frame is new; a repeat is not.
   * @throws LinkGapError when a frame in between is missing.
   */
  accept(seq: number): boolean {
    if (seq <= this.#received) return false;
    if (seq !== this.#received + 1) throw new LinkGapError(this.#received + 1, seq);
    this.#received = seq;
    return true;
  }

  /** How far the peer has been received, to be told in `hello`, `welcome` and `ack`. */
  get received(): { epoch: string; received: number } | null {
    return this.#peerEpoch === null ? null : { epoch: this.#peerEpoch, received: this.#received };
  }

  /** Number of the last frame sent. */
  get sent(): number {
    return this.#lastSent;
  }

  /** Number of the last frame that the peer is known to have. */
  get acknowledgedByPeer(): number {
    return this.#acknowledged;
  }

  /** Frames sent and not yet acknowledged. */
  get pending(): number {
    return this.#unacknowledged.length;
  }
}
