/** The chat: what was said, what is still on its way and why, whether work goes on, and the box to write in. */
import { useEffect, useRef } from 'preact/hooks';
import type { LocalMessage } from '../../contracts/local-chat.ts';
import type { Chat as ChatState, Outgoing } from '../chat-state.ts';
import type { Obstacle } from '../state.ts';
import type { Text } from '../text.ts';
import { Composer } from './composer.tsx';
import { Moment } from './moment.tsx';
import { useReading } from './reading.ts';

type Props = {
  chat: ChatState;
  obstacle: Obstacle | null;
  onWrite: (text: string) => void;
  onWithdraw: (id: string) => void;
};

export function Chat({ chat, obstacle, onWrite, onWithdraw }: Props) {
  const { text } = useReading();
  const box = useFollowedEnd(chat);
  return (
    <section class="card chat" id="chat" aria-labelledby="chat-title">
      <h2 id="chat-title">{text.chat.title}</h2>
      <div
        class="transcript"
        ref={box}
        role="log"
        aria-live="polite"
        aria-labelledby="chat-title"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
      >
        {chat.transcript.length + chat.outgoing.length === 0 && (
          <p class="quiet">{obstacle === 'no-token' ? text.chat.locked : text.chat.empty}</p>
        )}
        {chat.transcript.map((message) => (
          <Said key={message.seq} message={message} />
        ))}
        {chat.outgoing.map((message) => (
          <OnItsWay key={message.id} message={message} obstacle={obstacle} onWithdraw={onWithdraw} />
        ))}
      </div>
      <p class="working" role="status">
        {chat.working && <span class="dots">{text.chat.working}</span>}
      </p>
      <Composer disabled={obstacle === 'no-token'} onWrite={onWrite} />
    </section>
  );
}

function Said({ message }: { message: LocalMessage }) {
  const { text } = useReading();
  return (
    <article class={`said said-${message.direction}`}>
      <p class="said-text">{message.text}</p>
      <p class="quiet">
        {message.direction === 'in' ? text.chat.you : message.sender} · <Moment at={message.at} />
      </p>
    </article>
  );
}

type OnItsWayProps = { message: Outgoing; obstacle: Obstacle | null; onWithdraw: (id: string) => void };

function OnItsWay({ message, obstacle, onWithdraw }: OnItsWayProps) {
  const { text } = useReading();
  const refused = message.delivery.kind === 'refused';
  return (
    <article class="said said-in on-its-way">
      <p class="said-text">{message.text}</p>
      <p class={refused ? 'tone-bad' : 'quiet'}>
        {tellDelivery(message, obstacle, text)}{' '}
        {refused && (
          <button type="button" onClick={() => onWithdraw(message.id)}>
            {text.chat.withdraw}
          </button>
        )}
      </p>
    </article>
  );
}

/** Where a written message is; a waiting one says what it waits for. */
export function tellDelivery({ delivery }: Outgoing, obstacle: Obstacle | null, text: Text): string {
  switch (delivery.kind) {
    case 'waiting':
      return text.obstacles[obstacle ?? 'restarting'];
    case 'sending':
      return text.chat.sending;
    case 'accepted':
      return text.chat.accepted;
    case 'refused':
      return text.chat.notSent(delivery.reason);
  }
}

/** Pixels from the end within which a reader counts as following it. */
const NEAR_END_PX = 80;

/** Keeps the end in view as long as the reader has not scrolled away from it. */
function useFollowedEnd(chat: ChatState) {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const note = () => {
      following.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    };
    element.addEventListener('scroll', note, { passive: true });
    return () => element.removeEventListener('scroll', note);
  }, []);
  useEffect(() => {
    if (following.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [chat.transcript, chat.outgoing]);
  return box;
}
