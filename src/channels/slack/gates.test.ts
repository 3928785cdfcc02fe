import { describe, expect, it } from 'vitest';
import { settle } from '../../../tests/fakes/settle.ts';
import { Gates } from './gates.ts';

/** Gates, and what came through them in order. */
function build() {
  const gates = new Gates();
  const through: string[] = [];
  const enter = (jid: string, name: string) =>
    gates.enter(jid, async () => {
      await settle(2);
      through.push(name);
    });
  return { gates, through, enter };
}

describe('the gate of a chat', () => {
  it('lets messages in one after the other', async () => {
    const { through, enter } = build();
    await Promise.all([enter('C1', 'a'), enter('C1', 'b')]);
    expect(through).toEqual(['a', 'b']);
  });

  it('keeps them while it is closed, and nobody of other chats', async () => {
    const { gates, through, enter } = build();
    gates.close('C1');
    const kept = enter('C1', 'kept');
    await enter('C2', 'other');
    expect([through, gates.waiting('C1')]).toEqual([['other'], 1]);
    gates.open('C1');
    await kept;
    expect([through, gates.waiting('C1')]).toEqual([['other', 'kept'], 0]);
  });

  it('closed by one that failed keeps back the next one', async () => {
    const { gates, through, enter } = build();
    const failed = gates.enter('C1', async () => {
      gates.close('C1');
      throw new Error('disk full');
    });
    const next = enter('C1', 'next');
    await expect(failed).rejects.toThrow('disk full');
    await settle();
    expect(through).toEqual([]);
    gates.open('C1');
    await next;
  });

  it('turns away at the stop who waits, and waits for who is inside', async () => {
    const { gates, through, enter } = build();
    const inside = enter('C1', 'inside');
    gates.close('C2');
    const waiting = enter('C2', 'waiting');
    const refused = expect(waiting).rejects.toMatchObject({ code: 'SLACK_STOPPED' });
    await settle(1);
    await gates.stop();
    await Promise.all([inside, refused]);
    expect(through).toEqual(['inside']);
  });
});
