import { describe, expect, it } from 'vitest';
import { LinkGapError, LinkSequence } from './link-sequence.ts';

type Frame = { seq: number; body: string };
const end = () => new LinkSequence<Frame>();
const bodies = (frames: readonly Frame[]) => frames.map((frame) => `${frame.seq}:${frame.body}`);

describe('one end of the link', () => {
  it('numbers frames from 1 and keeps them until they are acknowledged', () => {
    const link = end();
    link.send({ body: 'a' });
    link.send({ body: 'b' });
    link.acknowledged(1);
    expect(bodies(link.connected({ epoch: 'p1', received: 0, acknowledged: 0 }))).toEqual(['2:b']);
  });

  it('sends again after a reconnect only what the peer has not received', () => {
    const link = end();
    link.connected({ epoch: 'p1', received: 0, acknowledged: 0 });
    for (const body of ['a', 'b', 'c']) link.send({ body });
    expect(bodies(link.connected({ epoch: 'p1', received: 2, acknowledged: 0 }))).toEqual(['3:c']);
  });

  it('accepts each frame once, and tells repeats', () => {
    const link = end();
    link.connected({ epoch: 'p1', received: 0, acknowledged: 0 });
    expect([1, 2, 2, 1, 3].map((seq) => link.accept(seq))).toEqual([true, true, false, false, true]);
  });

  it('refuses a gap', () => {
    const link = end();
    link.connected({ epoch: 'p1', received: 0, acknowledged: 0 });
    link.accept(1);
    expect(() => link.accept(3)).toThrow(LinkGapError);
  });

  it('takes up a peer it has never met where that peer says its acknowledged frames end', () => {
    const successor = end();
    successor.connected({ epoch: 'old peer', received: 0, acknowledged: 7 });
    expect(successor.accept(8)).toBe(true);
    expect(() => successor.accept(10)).toThrow(LinkGapError);
  });

  it('keeps counting over a reconnect of the same peer, and anew for a replaced one', () => {
    const link = end();
    link.connected({ epoch: 'p1', received: 0, acknowledged: 0 });
    link.accept(1);
    link.connected({ epoch: 'p1', received: 0, acknowledged: 0 });
    expect(link.accept(1)).toBe(false);
    link.connected({ epoch: 'p2', received: 0, acknowledged: 0 });
    expect(link.accept(1)).toBe(true);
  });
});
